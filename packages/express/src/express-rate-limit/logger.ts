/** Where faults are written when nobody says otherwise. */
import type { Logger } from './types.ts'

/** The console, with the message before the error. */
export const ConsoleLogger: Logger = {
  error: (error, message) => console.error(...written(error, message)),
  warn: (error, message) => console.warn(...written(error, message)),
}

function written(error: unknown, message: string | undefined): readonly unknown[] {
  return message === undefined ? [error] : [message, error]
}

/** Throws a TypeError for what cannot log. */
export function checkLogger(logger: unknown): Logger {
  const { error, warn } = (logger ?? {}) as Partial<Logger>
  if (typeof error === 'function' && typeof warn === 'function') return logger as Logger
  throw new TypeError('rateLimit: option "logger" must be an object with the functions error and warn')
}
