/** Reports faults of configuration, each once, and never stops a request for one. */
import type { Checked, Fault } from './faults.ts'
import { checks } from './faults.ts'
import type { Logger } from './types.ts'
import { validationNames } from './validation-list.ts'
import type { EnabledValidations, ValidationName } from './validation-list.ts'

/** The checks of one limiter. Each looks at the first request, or at construction, and reports what it finds, once. */
export type Validations = { readonly [Name in ValidationName]: (...args: OrNone<Checked[Name]>) => void } & {
  /** Which are still to be made. */
  readonly enabled: Record<string, boolean>
  disable(): void
}

/** `validationsConfig` looks at the names it was made with. */
type OrNone<Args extends readonly unknown[]> = Args extends [enabled: object] ? Args | [] : Args

/** A fault as an error with a code, for loggers and for `process.on('warning')`. */
export class ValidationError extends Error {
  override readonly name: string = 'ValidationError'
  readonly code: string

  constructor({ code, message }: Fault) {
    super(`rateLimit: ${message} (${code})`)
    this.code = code
  }
}

/** Checks that have to look at more than one request: a second count can only be seen after a first. */
const moreLooks: { readonly [name in ValidationName]?: number } = { singleCount: 20 }

/** Codes that were warned of, by any limiter of the process. */
const warned = new Set<string>()

/**
 * The checks that `validate` asks for. Faults go to `logger`; without one each code is a warning of the process, once: see
 * `process.emitWarning`.
 */
export function getValidations(validate: boolean | EnabledValidations, logger?: Logger): Validations {
  const enabled: Record<string, boolean> =
    typeof validate === 'boolean' ? { default: validate } : { default: true, ...validate }
  const names = { ...enabled }
  const looks: { [name in ValidationName]?: number } = {}
  const made = validationNames.map((name) => [
    name,
    (...args: readonly unknown[]) => {
      if (!(enabled[name] ?? enabled['default'])) return
      looks[name] = (looks[name] ?? moreLooks[name] ?? 1) - 1
      const found = look(name, name === 'validationsConfig' && args.length === 0 ? [names] : args)
      if (found !== undefined || looks[name] === 0) enabled[name] = false
      if (found !== undefined) report(found, logger)
    },
  ])
  const disable = (): void => {
    for (const name of Object.keys(enabled)) enabled[name] = false
  }
  return { ...Object.fromEntries(made), enabled, disable } as Validations
}

function look(name: ValidationName, args: readonly unknown[]): Fault | undefined {
  try {
    return (checks[name] as (...given: readonly unknown[]) => Fault | false | undefined)(...args) || undefined
  } catch {
    return undefined // what is looked at may be anything, and a check must not fail a request
  }
}

function report(found: Fault, logger: Logger | undefined): void {
  const error = new ValidationError(found)
  if (logger !== undefined) return found.isChange === true ? logger.warn(error) : logger.error(error)
  if (warned.has(found.code)) return
  warned.add(found.code)
  process.emitWarning(error)
}
