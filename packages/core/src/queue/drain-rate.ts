/** How fast a queue empties, to tell those turned away when to come again. */
import type { Millis } from '../ticket.ts'

/** What is answered while nothing is known, and the bounds of what is. */
const unknownMs = 1000
const leastMs = 1
const mostMs = 60_000

/** Share of the newest gap in the mean: some ten hand-overs are remembered. */
const weight = 0.1

/** The mean time between hand-overs while somebody waited (exponentially weighted), and what follows from it. */
export class DrainRate {
  #meanGapMs: Millis = -1
  #lastAt: Millis = -1

  /** One waiter was let in. */
  handedOver(now: Millis): void {
    if (this.#lastAt >= 0) {
      const gap = now - this.#lastAt
      this.#meanGapMs = this.#meanGapMs < 0 ? gap : this.#meanGapMs + weight * (gap - this.#meanGapMs)
    }
    this.#lastAt = now
  }

  /** Nobody waits any more: the time until the next hand-over will say nothing about how fast the queue empties. */
  emptied(): void {
    this.#lastAt = -1
  }

  /** Until `ahead` waiters will have been let in, 1..60000 ms; a second while nothing is known. */
  estimateMs(ahead: number): Millis {
    if (this.#meanGapMs < 0) return unknownMs
    return Math.min(mostMs, Math.max(leastMs, this.#meanGapMs * ahead))
  }
}
