/** Turns away what could not be done in time. */
import type { Idling } from './compose/idle.ts'
import { ServiceTimeEstimate } from './estimate/service-time.ts'
import type { Limiter } from './limiter.ts'
import { checkFunction, checkKnown, checkNumber } from './options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from './ticket.ts'

/** How a {@link DeadlineLimiter} judges. */
export interface DeadlineLimiterOptions {
  /** Named in rejections; default `deadline`. */
  readonly name?: string
  /** Work needs at least this long; 0..86400000 (a day), default 0: only what is already late is refused. */
  readonly minRemainingMs?: Millis
  /** How long this work will take, where that is known better; the larger of the two counts. If it throws, only the other counts. */
  readonly estimateMs?: (ticket: Ticket, now: Millis) => Millis
  /**
   * Learns how long work takes from what is settled as `success`, since it was let in; work that it says will not be done in time is
   * refused. May be shared between limiters. It must be told of the end of work to learn anything: put the limiter where `settle` is
   * called.
   */
  readonly estimate?: ServiceTimeEstimate
  /** How long this work will have to wait before it starts: taken off the time that remains. If it throws, it counts as 0. */
  readonly waitMs?: (ticket: Ticket, now: Millis) => Millis
}

const owner = 'DeadlineLimiter'

/**
 * Refuses work whose deadline has passed or leaves less time than the work needs: doing it would be waste, for nobody waits for it.
 * Exactly enough time is enough, but none is not. Work without a deadline is always admitted. Keeps no state but its `estimate`.
 */
export class DeadlineLimiter implements Limiter, Idling {
  readonly name: string
  /** How often `estimateMs` or `waitMs` threw. */
  failures = 0
  readonly #minRemainingMs: Millis
  readonly #estimateMs: ((ticket: Ticket, now: Millis) => Millis) | undefined
  readonly #waitMs: ((ticket: Ticket, now: Millis) => Millis) | undefined
  readonly #estimate: ServiceTimeEstimate | undefined
  readonly #tooLate: Rejection

  constructor(options: DeadlineLimiterOptions = {}) {
    checkKnown(owner, options, ['name', 'minRemainingMs', 'estimateMs', 'estimate', 'waitMs'])
    const { name = 'deadline', minRemainingMs = 0, estimateMs, estimate, waitMs } = options
    this.#minRemainingMs = checkNumber(owner, 'minRemainingMs', minRemainingMs, { min: 0, max: 86_400_000 })
    if (estimateMs !== undefined) checkFunction(owner, 'estimateMs', estimateMs)
    if (waitMs !== undefined) checkFunction(owner, 'waitMs', waitMs)
    if (estimate !== undefined && !(estimate instanceof ServiceTimeEstimate))
      throw new TypeError(`${owner}: option "estimate" must be a ServiceTimeEstimate`)
    this.#estimateMs = estimateMs
    this.#waitMs = waitMs
    this.#estimate = estimate
    this.name = name
    this.#tooLate = Object.freeze({ reason: 'deadline', limiter: name, retryAfterMs: Infinity })
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    if (ticket.deadline === Infinity) return undefined
    let remaining = ticket.deadline - now
    if (this.#waitMs !== undefined) remaining -= Math.max(0, this.#ask(this.#waitMs, ticket, now))
    if (remaining <= 0 || remaining < this.#minRemainingMs) return this.#tooLate
    if (this.#estimateMs !== undefined && remaining < this.#ask(this.#estimateMs, ticket, now)) return this.#tooLate
    return this.#estimate === undefined || this.#estimate.fits(ticket, now, remaining) ? undefined : this.#tooLate
  }

  settle(ticket?: Ticket, now?: Millis, outcome?: Outcome): void {
    if (outcome !== 'success' || this.#estimate === undefined) return
    this.#estimate.sample(ticket as Ticket, now as Millis, (now as Millis) - (ticket as Ticket).startedAt)
  }

  isIdle(): boolean {
    return true
  }

  #ask(callback: (ticket: Ticket, now: Millis) => Millis, ticket: Ticket, now: Millis): Millis {
    try {
      return callback(ticket, now)
    } catch {
      this.failures++
      return 0
    }
  }
}
