/** Turns away what could not be done in time. */
import type { Idling } from './compose/idle.ts'
import type { Limiter } from './limiter.ts'
import { checkFunction, checkKnown, checkNumber } from './options.ts'
import type { Millis, Rejection, Ticket, Verdict } from './ticket.ts'

/** How a {@link DeadlineLimiter} judges. */
export interface DeadlineLimiterOptions {
  /** Named in rejections; default `deadline`. */
  readonly name?: string
  /** Work needs at least this long; 0..86400000 (a day), default 0: only what is already late is refused. */
  readonly minRemainingMs?: Millis
  /** How long this work will take, where that is known better; the larger of the two counts. If it throws, only the other counts. */
  readonly estimateMs?: (ticket: Ticket, now: Millis) => Millis
}

/**
 * Refuses work whose deadline has passed or leaves less time than the work needs: doing it would be waste, for nobody waits for it.
 * Exactly enough time is enough, but none is not. Work without a deadline is always admitted. Keeps no state.
 */
export class DeadlineLimiter implements Limiter, Idling {
  readonly name: string
  /** How often `estimateMs` threw. */
  failures = 0
  readonly #minRemainingMs: Millis
  readonly #estimateMs: ((ticket: Ticket, now: Millis) => Millis) | undefined
  readonly #tooLate: Rejection

  constructor(options: DeadlineLimiterOptions = {}) {
    checkKnown('DeadlineLimiter', options, ['name', 'minRemainingMs', 'estimateMs'])
    const { name = 'deadline', minRemainingMs = 0, estimateMs } = options
    this.#minRemainingMs = checkNumber('DeadlineLimiter', 'minRemainingMs', minRemainingMs, { min: 0, max: 86_400_000 })
    if (estimateMs !== undefined) checkFunction('DeadlineLimiter', 'estimateMs', estimateMs)
    this.#estimateMs = estimateMs
    this.name = name
    this.#tooLate = Object.freeze({ reason: 'deadline', limiter: name, retryAfterMs: Infinity })
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    if (ticket.deadline === Infinity) return undefined
    const remaining = ticket.deadline - now
    if (remaining <= 0 || remaining < this.#minRemainingMs) return this.#tooLate
    return this.#estimateMs !== undefined && remaining < this.#estimate(ticket, now) ? this.#tooLate : undefined
  }

  settle(): void {}

  isIdle(): boolean {
    return true
  }

  #estimate(ticket: Ticket, now: Millis): Millis {
    try {
      return this.#estimateMs!(ticket, now)
    } catch {
      this.failures++
      return 0
    }
  }
}
