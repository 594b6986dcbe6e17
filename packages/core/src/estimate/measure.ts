/** Measures what goes through a limiter. */
import { isIdle, type Idling } from '../compose/idle.ts'
import type { Described, Limiter, Quota } from '../limiter.ts'
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts'
import type { LittleEstimator } from './little.ts'

class Measured implements Limiter, Described, Idling {
  readonly name: string
  readonly #limiter: Limiter & Partial<Described>
  readonly #estimator: LittleEstimator

  constructor(limiter: Limiter, estimator: LittleEstimator) {
    this.name = limiter.name
    this.#limiter = limiter
    this.#estimator = estimator
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const no = this.#limiter.admit(ticket, now)
    if (no === undefined) this.#estimator.arrived(now)
    return no
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    this.#limiter.settle(ticket, now, outcome)
    if (outcome === 'revoked') this.#estimator.withdrawn(now)
    else this.#estimator.departed(now, now - ticket.startedAt)
  }

  describe(ticket: Ticket, now: Millis): readonly Quota[] {
    return this.#limiter.describe?.(ticket, now) ?? []
  }

  isIdle(now: Millis): boolean {
    return isIdle(this.#limiter, now)
  }
}

/**
 * The same limiter, and `estimator` hears of everything that it lets in and of how long that took: from `startedAt` to its end, however it
 * ended; what is revoked never came. Decides nothing itself.
 */
export function measure(limiter: Limiter, estimator: LittleEstimator): Limiter & Described & Idling {
  return new Measured(limiter, estimator)
}
