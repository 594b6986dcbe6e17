/** How many may wait and how long: as many as keep the server busy, and no longer than the line promises. */
import type { Millis } from '../ticket.ts'
import { LoadMeter } from './load-meter.ts'
import type { Pace } from './options.ts'
import { Slack } from './slack.ts'

/** Share of its time that the server may stand idle for want of waiters. */
const idleShare = 0.02
/** Standard errors by which the offered load is taken for less than it looks: the longer a line stands, the less that is. */
const doubt = 2
/** A wait this many times longer than the line promised is broken off: somebody fresher should have the place. */
const patience = 1.2
/** Waits up to this are no overload, however many wait: a pause of the collector makes a hundred cheap requests wait for a moment. */
const harmlessMs = 10

/**
 * A line exists to absorb chance. The more is offered, the less chance there is to absorb: with offered load `ratio` (multiples of
 * what can be served) the server finds an empty line of places `k` about `ratio ** (-2k / (1 + variation))` of the time (diffusion
 * approximation of M/G/1/k above saturation; `variation` is the squared coefficient of variation of service), so
 * `k = (1 + variation) * ln(1 / idleShare) / (2 ln ratio)` places suffice: 11 at 1.2, 3 at 2, 1 at 8 for equal jobs, and twice as
 * many for jobs of exponential length. Unbounded at `ratio <= 1`: there the age of waiters is the bound, not their number.
 */
export function placesFor(ratio: number, variation = 0): number {
  return ratio > 1 ? ((1 + variation) * Math.log(1 / idleShare)) / (2 * Math.log(ratio)) : Infinity
}

export class Allowance {
  readonly load: LoadMeter = new LoadMeter()
  readonly #slack: Slack = new Slack()
  pace: Pace
  /** How many start in one turn of the loop. */
  #bunch = 1

  constructor(pace: Pace) {
    this.pace = pace
  }

  /** Somebody was refused for want of a place. */
  refused(now: Millis): void {
    this.#slack.refused(now)
  }

  /** So many started in a turn: a line from which several start at once must hold as many more. */
  started(count: number): void {
    this.#bunch += 0.1 * (count - this.#bunch)
  }

  /** Nothing is left to start. */
  ranDry(now: Millis): void {
    this.#slack.ranDry(now)
  }

  /** Somebody started without having to wait. */
  restarted(now: Millis): void {
    this.#slack.restarted(now, this.load.serviceMs, this.pace.maxWaitMs)
  }

  /** Places for a level and all before it. */
  places(level: number): number {
    const { minQueue, maxQueue, maxWaitMs } = this.pace
    const { serviceMs } = this.load
    const byAge = serviceMs > 0 ? maxWaitMs / serviceMs : maxQueue
    const byLoad = this.#slack.factor * placesFor(this.load.ratio(level, doubt), this.load.variation) + this.#bunch - 1
    return Math.max(minQueue, Math.min(maxQueue, byAge, Math.max(byLoad, harmlessMs / serviceMs)))
  }

  /** How long one of a level may wait: what a full line takes, and a little. */
  ageMs(level: number): Millis {
    const { serviceMs } = this.load
    const { maxWaitMs } = this.pace
    if (serviceMs === 0) return maxWaitMs
    return Math.min(maxWaitMs, Math.max(harmlessMs, patience * serviceMs * (1 + this.places(level))))
  }
}
