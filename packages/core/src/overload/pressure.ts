/** Sheds by measured pressure, the least important first. */
import type { Random } from '../clock.ts'
import type { Limiter } from '../limiter.ts'
import { classOf, classes } from '../pace/line.ts'
import type { Signal } from '../signal/signal.ts'
import type { Millis, Rejection, Ticket, Verdict } from '../ticket.ts'

/** Pressure at which a class begins to be shed, by class; 1 is the limit of the resource. */
const startAt: readonly number[] = [1.05, 1, 0.95, 0.9]
/** From there on, the share that is shed rises to all within this much more. */
const ramp = 0.1

/**
 * Refuses with a probability that rises with the highest of its signals' pressures: `sheddable` work from 0.9 of a limit on,
 * `critical_plus` not before 1.05. Graded, because a threshold at which everything is refused makes the load swing. Without
 * signals it refuses nothing. Stateless but for the signals.
 */
export class PressureLimiter implements Limiter {
  readonly name: string
  readonly #signals: readonly Signal[]
  readonly #random: Random
  readonly #rejection: Rejection

  constructor(signals: readonly Signal[], random: Random, name = 'pressure') {
    this.name = name
    this.#signals = signals
    this.#random = random
    this.#rejection = Object.freeze({ reason: 'pressure', limiter: name, retryAfterMs: 5000 })
  }

  /** The highest pressure now; 0 without signals. */
  pressure(now: Millis): number {
    let highest = 0
    for (let i = 0; i < this.#signals.length; i++) highest = Math.max(highest, this.#signals[i]!.pressure(now))
    return highest
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const pressure = this.pressure(now)
    if (pressure < startAt[classes - 1]!) return undefined
    const share = (pressure - startAt[classOf(ticket)]!) / ramp
    return share > 0 && this.#random() < share ? this.#rejection : undefined
  }

  settle(): void {}
}
