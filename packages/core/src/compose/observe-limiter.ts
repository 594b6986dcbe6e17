/** Tells somebody what a limiter decides, without the limiter knowing. */
import type { Described, Limiter, Quota } from '../limiter.ts'
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts'
import { isIdle, type Idling } from './idle.ts'
import type { Shadowing } from './mode.ts'
import { Told, type Observer } from './observe.ts'

/** What {@link observeLimiter} returns. */
export interface ObservedLimiter extends Limiter, Described, Idling {
  /** How often the observer threw. */
  readonly failures: number
}

class Observing implements ObservedLimiter {
  readonly name: string
  readonly #limiter: Limiter & Partial<Described & Shadowing>
  readonly #told: Told

  constructor(limiter: Limiter, observer: Observer) {
    this.name = limiter.name
    this.#limiter = limiter
    this.#told = new Told(observer)
  }

  get failures(): number {
    return this.#told.failures
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const no = this.#limiter.admit(ticket, now)
    this.#told.decided(ticket, no)
    if (!this.#told.wantsDecisions) return no
    const said = no === undefined ? this.#limiter.shadowed?.(ticket) : undefined
    // A limiter never waits, so it knows at once.
    const overruled = said instanceof Promise ? undefined : said
    this.#told.decision(ticket, no ?? overruled, overruled === undefined, now)
    return no
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    this.#limiter.settle(ticket, now, outcome)
    this.#told.settled(ticket, outcome)
  }

  describe(ticket: Ticket, now: Millis): readonly Quota[] {
    return this.#limiter.describe?.(ticket, now) ?? []
  }

  isIdle(now: Millis): boolean {
    return isIdle(this.#limiter, now)
  }
}

/**
 * {@link observe} for a limiter: to see which of several in {@link all} says what, or what one inside {@link withMode} would say. One
 * event for each time it is asked: behind a queue that is many times for one ticket, so observe the gate there. Work that a later limiter
 * refuses is let in by this one and then settled as `revoked`.
 */
export function observeLimiter(limiter: Limiter, observer: Observer): ObservedLimiter {
  return new Observing(limiter, observer)
}
