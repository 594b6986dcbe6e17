/** Several limiters as one: all or nothing. */
import type { Described, Limiter, Quota } from '../limiter.ts'
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts'
import { isIdle, type Idling } from './idle.ts'

class All implements Limiter, Described, Idling {
  readonly name: string
  readonly #limiters: readonly Limiter[]

  constructor(limiters: readonly Limiter[]) {
    this.name = limiters.map((limiter) => limiter.name).join('+')
    this.#limiters = limiters
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const limiters = this.#limiters
    for (let i = 0; i < limiters.length; i++) {
      const no = limiters[i]!.admit(ticket, now)
      if (no === undefined) continue
      while (--i >= 0) limiters[i]!.settle(ticket, now, 'revoked')
      return no
    }
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    const limiters = this.#limiters
    for (let i = limiters.length - 1; i >= 0; i--) limiters[i]!.settle(ticket, now, outcome)
  }

  describe(ticket: Ticket, now: Millis): readonly Quota[] {
    return this.#limiters.flatMap((limiter: Limiter & Partial<Described>) => limiter.describe?.(ticket, now) ?? [])
  }

  isIdle(now: Millis): boolean {
    return this.#limiters.every((limiter) => isIdle(limiter, now))
  }
}

/**
 * Admits what every limiter admits, asked in this order; the first refusal is the answer, and whoever had said yes before it is
 * told at once, last first, that it never happened (`revoked`). A refusal therefore costs no quota anywhere.
 *
 * Put first what costs nothing to ask and to take back: pressure, deadline, rate, concurrency. Without limiters it admits all.
 * For gates, which may make their caller wait, use {@link series}.
 */
export function all(...limiters: readonly Limiter[]): Limiter & Described & Idling {
  return new All(limiters)
}
