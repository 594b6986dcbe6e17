/** How fast what survives full collections grows. */
import type { Millis } from '../ticket.ts'

/** As many points as tell a trend from chance, and no more than are still true. */
const points = 8
const fewest = 3

/**
 * The slope of a line through the last points (least squares). Points closer together than `gapMs` become one, the lower: what was
 * allocated since the collection is no part of what survived. So a heap that is collected every ten milliseconds gives a trend of
 * seconds, and one that is collected twice a minute one of minutes.
 */
export class GcTrend {
  readonly #gapMs: Millis
  readonly #at: Float64Array = new Float64Array(points)
  readonly #live: Float64Array = new Float64Array(points)
  #count = 0
  /** Where the newest point is. */
  #last = 0

  constructor(gapMs: Millis) {
    this.#gapMs = gapMs
  }

  /** When the newest point was measured; `-Infinity` without one. */
  get lastAt(): Millis {
    return this.#count === 0 ? -Infinity : this.#at[this.#last]!
  }

  add(now: Millis, live: number): void {
    const sinceMs = now - this.lastAt
    // Also for a clock that went back: time does not run in lines then.
    if (sinceMs < 0) this.#count = 0
    else if (sinceMs < this.#gapMs) {
      this.#live[this.#last] = Math.min(this.#live[this.#last]!, live)
      return
    }
    this.#last = (this.#last + 1) % points
    this.#at[this.#last] = now
    this.#live[this.#last] = live
    if (this.#count < points) this.#count++
  }

  /** Mean time between points; 0 while there are too few. */
  get meanGapMs(): Millis {
    const oldest = (this.#last + points - this.#count + 1) % points
    return this.#count < fewest ? 0 : (this.lastAt - this.#at[oldest]!) / (this.#count - 1)
  }

  /** Growth per millisecond; 0 while there is too little to go by. */
  slope(): number {
    if (this.#count < fewest) return 0
    const origin = this.lastAt
    let [sumAt, sumLive, sumAtAt, sumAtLive] = [0, 0, 0, 0]
    for (let i = 0; i < this.#count; i++) {
      const index = (this.#last + points - i) % points
      // Counted from the newest point, for squares of large times would lose their digits.
      const at = this.#at[index]! - origin
      const live = this.#live[index]!
      sumAt += at
      sumLive += live
      sumAtAt += at * at
      sumAtLive += at * live
    }
    const n = this.#count
    return (n * sumAtLive - sumAt * sumLive) / (n * sumAtAt - sumAt * sumAt)
  }
}
