/** A refusal for frameworks that answer errors themselves. */
import type { Rejection } from '@spillway/core'
import type { Refusal } from '../policy.ts'
import { toHeadersBesideBody } from './header-list.ts'
import { problemOf } from './problem.ts'

/** An error in the shape of `http-errors`: Express and Koa take `status`, `expose` and `headers` from it. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError'
  readonly code = 'SPILLWAY_REFUSED'
  readonly status: number
  readonly statusCode: number
  /** The message may be shown to the caller. */
  readonly expose = true
  /** Everything but what describes the body, which is the error handler's. */
  readonly headers: Readonly<Record<string, string>>
  /** The answer that mode `respond` would have written. */
  readonly refusal: Refusal

  constructor(rejection: Rejection, refusal: Refusal) {
    super(problemOf(rejection.reason).title, { cause: rejection })
    this.status = refusal.status
    this.statusCode = refusal.status
    this.headers = toHeadersBesideBody(refusal.headers)
    this.refusal = refusal
  }
}

/** Makes the error that stands for a refusal; `cause` is the rejection. Costs far more than writing the refusal: it has a stack. */
export function createRefusalError(rejection: Rejection, refusal: Refusal): RefusalError {
  return new RefusalError(rejection, refusal)
}
