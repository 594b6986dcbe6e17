/** The refusal as an error, for code that wants exceptions. */
import type { Rejection } from './ticket.ts'

const code = 'SPILLWAY_REJECTED'

/** Why {@link acquire} threw. Limiters and gates never make one: refusing must stay far cheaper than the work. */
export class OverloadError extends Error {
  override readonly name = 'OverloadError'
  /** Stable: compare this, or use {@link isOverloadError}, rather than `instanceof`. */
  readonly code: 'SPILLWAY_REJECTED' = code
  readonly rejection: Rejection

  constructor(rejection: Rejection) {
    super(`refused by ${rejection.limiter}: ${rejection.reason}`, { cause: rejection })
    this.rejection = rejection
  }
}

/** Whether `error` is an {@link OverloadError}, made by this or by another copy of the package: told by its code. */
export function isOverloadError(error: unknown): error is OverloadError {
  return error instanceof Error && 'code' in error && error.code === code && 'rejection' in error
}
