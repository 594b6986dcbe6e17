/** A refusal as an exception of Nest. */
import { HttpException } from '@nestjs/common'
import type { Rejection } from '@spillway/core'
import type { Refusal } from '@spillway/http'

/** What GraphQL clients find in `extensions`. */
export interface RefusalExtensions {
  /** `TOO_MANY_REQUESTS` for the caller's own quota, else `SERVICE_UNAVAILABLE`. */
  readonly code: string
  readonly reason: Rejection['reason']
  /** Name of the policy that refused. */
  readonly policy: string
  /** Whole seconds after which asking again makes sense; absent where it never does. */
  readonly retryAfterSeconds?: number
}

/**
 * Thrown by guards and interceptors for calls that do not get in. Over HTTP its body is the problem document (or the `message` of the options),
 * and the response has all headers already, so a filter of your own needs to answer with a status and a body only. In GraphQL it has the
 * `extensions` of a GraphQLError.
 */
export class SpillwayException extends HttpException {
  /** Why. */
  readonly rejection: Rejection
  /** The whole answer. */
  readonly refusal: Refusal
  /** For GraphQL, and for what gateways and microservices send. */
  readonly extensions: RefusalExtensions

  constructor(rejection: Rejection, refusal: Refusal) {
    const body = bodyOf(refusal)
    super(body, refusal.status, { cause: rejection })
    this.name = 'SpillwayException'
    this.rejection = rejection
    this.refusal = refusal
    const { reason, limiter: policy } = rejection
    const code = reason === 'rate' || reason === 'blocked' ? 'TOO_MANY_REQUESTS' : 'SERVICE_UNAVAILABLE'
    const retryAfter = headerOf(refusal, 'Retry-After')
    const wait = retryAfter === undefined ? {} : { retryAfterSeconds: Number(retryAfter) }
    this.extensions = { code, reason, policy, ...wait }
    this.message = typeof body === 'string' ? body : ((body as { title?: string }).title ?? this.message)
  }
}

/** The value of a header of a refusal. */
export function headerOf({ headers }: Refusal, name: string): string | undefined {
  const at = headers.findIndex((each, i) => i % 2 === 0 && each === name)
  return at < 0 ? undefined : headers[at + 1]
}

/** Refusals hold what is sent; exceptions hold what is to be sent as JSON. */
function bodyOf(refusal: Refusal): string | Record<string, unknown> {
  const type = headerOf(refusal, 'Content-Type') ?? ''
  return type.includes('json') ? (JSON.parse(refusal.body) as Record<string, unknown>) : refusal.body
}
