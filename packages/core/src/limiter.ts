/** The one abstraction: everything that can say no. */
import type { Millis, Outcome, Ticket, Verdict } from './ticket.ts'

/**
 * Rate limiters, concurrency limits, breakers, pressure shedding, deadline checks: all are these two moves.
 * Both are synchronous, O(1) and never throw. Waiting is not a limiter's business: see {@link Gate}.
 */
export interface Limiter {
  readonly name: string
  /** `undefined` lets the work in; anything else is why not. */
  admit(ticket: Ticket, now: Millis): Verdict
  /** Called exactly once for each ticket that `admit` let in. */
  settle(ticket: Ticket, now: Millis, outcome: Outcome): void
}

/** What a limiter can tell about a quota, for headers. Asked only when somebody wants to know. */
export interface Quota {
  /** Name of the policy. */
  readonly name: string
  /** Units per window. */
  readonly limit: number
  /** Length of the window. */
  readonly windowMs: Millis
  /** Whole units that would be admitted now, >= 0. */
  readonly remaining: number
  /** Until one more unit than `remaining` is available; 0 when nothing is missing. */
  readonly nextMs: Millis
  /** Until all of `limit` is available again. */
  readonly resetMs: Millis
}

/** A limiter that can describe the quotas that a ticket falls under, without taking from them. */
export interface Described {
  describe(ticket: Ticket, now: Millis): readonly Quota[]
}
