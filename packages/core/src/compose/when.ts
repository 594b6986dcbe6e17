/** A limiter for some of the work only. */
import type { Described, Limiter, Quota } from '../limiter.ts'
import { checkFunction } from '../options.ts'
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts'
import { isIdle, type Idling } from './idle.ts'

/** What {@link when} returns. */
export interface Conditional extends Limiter, Described, Idling {
  /** How often the predicate threw. */
  readonly failures: number
}

class When implements Conditional {
  readonly name: string
  failures = 0
  readonly #applies: (ticket: Ticket) => boolean
  readonly #limiter: Limiter & Partial<Described>

  constructor(applies: (ticket: Ticket) => boolean, limiter: Limiter) {
    this.name = limiter.name
    this.#applies = checkFunction('when', 'predicate', applies)
    this.#limiter = limiter
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    return this.#concerns(ticket) ? this.#limiter.admit(ticket, now) : undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    if (this.#concerns(ticket)) this.#limiter.settle(ticket, now, outcome)
  }

  describe(ticket: Ticket, now: Millis): readonly Quota[] {
    return this.#concerns(ticket) ? (this.#limiter.describe?.(ticket, now) ?? []) : []
  }

  isIdle(now: Millis): boolean {
    return isIdle(this.#limiter, now)
  }

  #concerns(ticket: Ticket): boolean {
    try {
      return this.#applies(ticket)
    } catch {
      this.failures++
      return false
    }
  }
}

/**
 * Asks `limiter` only about tickets for which `predicate` is true; all others are admitted.
 *
 * The predicate is asked again when the work ends, so it must be pure in what does not change of a ticket: `key`, `keys`, `cost`,
 * `priority`, `deadline`, `arrivedAt`. If it throws, the limiter does not apply (it fails open) and `failures` counts it.
 */
export function when(predicate: (ticket: Ticket) => boolean, limiter: Limiter): Conditional {
  return new When(predicate, limiter)
}
