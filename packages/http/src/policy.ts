/** What an adapter talks to: request to ticket, ticket to verdict, verdict to response. */
import type { Outcome, Rejection, Verdict } from '@spillway/core'
import type { HttpTicket } from './ticket.ts'

/** An answer that is ready to be written: `res.writeHead(status, headers); res.end(body)`. */
export interface Refusal {
  readonly status: number
  /** Names and values in turn, with `content-length` and `content-type`; shared between refusals, so copy before changing. */
  readonly headers: readonly string[]
  /** Empty for `HEAD`, where `content-length` still tells how long it would be. */
  readonly body: string
}

/** What handlers of refusals are told. */
export interface RefusalDetails {
  /** The answer that would have been given. */
  readonly refusal: Refusal
  /** Why. */
  readonly rejection: Rejection
}

/** What a caller has left, in the shape that users of express-rate-limit know as `req.rateLimit`. */
export interface RateLimitInfo {
  /** Units per window. */
  readonly limit: number
  /** Units used up in the window that counts now. */
  readonly used: number
  /** Whole units left. */
  readonly remaining: number
  /** When all of the quota is back, as wall time. */
  readonly resetTime: Date
  /** Whose quota it is. */
  readonly key: string
}

/**
 * One middleware's worth of admission control, free of any framework. None of its methods throws.
 *
 * The life of a request: `skip`, `ticket`, `enter`; then either `admitHeaders`, the work, and exactly one `leave`; or `refuse`
 * (or, in mode `error`, the error of {@link createRefusalError}). A caller that disconnects while `enter` is pending is
 * `cancel`led, and its verdict then is `cancelled`, to which nobody needs an answer.
 */
export interface HttpPolicy<Req> {
  readonly name: string
  /** True when nothing depends on how or when an admitted request ends: `leave` is then called at once, which costs less. Default false. */
  readonly settlesAtOnce?: boolean
  /** Whether refusals are written by the adapter or passed as an error to the framework's own error handling. */
  readonly mode: 'respond' | 'error'
  /** True for a request that is none of this policy's business: it is neither counted nor refused. */
  skip(req: Req): boolean
  ticket(req: Req): HttpTicket<Req>
  /** Synchronous whenever it can be: branch on `instanceof Promise`. The promise never rejects. */
  enter(ticket: HttpTicket<Req>): Verdict | Promise<Verdict>
  /** Exactly once for each admitted ticket. */
  leave(ticket: HttpTicket<Req>, outcome: Outcome): void
  /** The caller of a pending `enter` has left. */
  cancel(ticket: HttpTicket<Req>): void
  /** What to `leave` with: `status` is that of the response, or 0 when it was not completed because the caller went away. */
  outcome(ticket: HttpTicket<Req>, status: number): Outcome
  refuse(ticket: HttpTicket<Req>, rejection: Rejection): Refusal
  /** Names and values in turn, to set on the response to an admitted request; `undefined` when there are none. */
  admitHeaders(ticket: HttpTicket<Req>): readonly string[] | undefined
  /** What the caller has left, worked out when asked; `undefined` when the policy has no quotas. */
  info(ticket: HttpTicket<Req>): RateLimitInfo | undefined
  /** How many calls of the user's functions failed: see the option `onCallbackError`. */
  readonly callbackFailures?: number
  /** A connection was accepted. Only policies that pace their work by the event loop want to know. */
  arrived?(): void
}
