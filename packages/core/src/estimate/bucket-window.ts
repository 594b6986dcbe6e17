/** The best of the recent past, in buckets of time: most in a bucket, smallest mean of a bucket, smallest value. */
import type { Millis } from '../ticket.ts'

/** Places of what is known of the buckets that are over. */
const mostSeen = 0
const leastMean = 1
const leastSeen = 2

/**
 * Values in the last `buckets` buckets of time, the present one included. A value is O(1); the first of a bucket looks at all buckets
 * once. Buckets begin at multiples of their length. Time that goes back stands still. Allocates nothing.
 */
export class BucketWindow {
  readonly #counts: Float64Array
  readonly #sums: Float64Array
  readonly #leasts: Float64Array
  readonly #bucketMs: Millis
  /** Number of the present bucket, counted from time 0. */
  #present = -Infinity
  readonly #over: Float64Array = new Float64Array([0, Infinity, Infinity])

  /**
   * @param windowMs length of the window, > 0
   * @param buckets how many it has; an integer >= 2
   */
  constructor(windowMs: Millis, buckets: number) {
    this.#counts = new Float64Array(buckets)
    this.#sums = new Float64Array(buckets)
    this.#leasts = new Float64Array(buckets).fill(Infinity)
    this.#bucketMs = windowMs / buckets
  }

  /** Most values in one bucket; 0 without values. The present bucket is not over, and left out unless `withPresent`. */
  mostCount(withPresent = false): number {
    return withPresent ? Math.max(this.#over[mostSeen]!, this.#now(this.#counts, 0)) : this.#over[mostSeen]!
  }

  /** Smallest mean of the values of one bucket; `Infinity` without values. */
  leastMean(withPresent = false): number {
    const count = this.#now(this.#counts, 0)
    if (!withPresent || count === 0) return this.#over[leastMean]!
    return Math.min(this.#over[leastMean]!, this.#now(this.#sums, 0) / count)
  }

  /** Smallest value; `Infinity` without values. */
  least(withPresent = false): number {
    return withPresent ? Math.min(this.#over[leastSeen]!, this.#now(this.#leasts, Infinity)) : this.#over[leastSeen]!
  }

  /** Moves on to the bucket of `now`, a finite number. Returns whether it is another one. */
  advance(now: Millis): boolean {
    const bucket = Math.floor(now / this.#bucketMs)
    if (!(bucket > this.#present && bucket < Infinity)) return false
    const passed = bucket - this.#present
    this.#present = bucket
    if (passed < this.#counts.length) for (let back = 0; back < passed; back++) this.#clear(this.#slot(bucket - back))
    else for (let slot = 0; slot < this.#counts.length; slot++) this.#clear(slot)
    this.#look()
    return true
  }

  /** A value at `now`, both finite. Returns whether it is the first that is seen of a bucket. */
  add(now: Millis, value: number): boolean {
    const isFirst = this.advance(now)
    if (this.#present === -Infinity) return false
    const slot = this.#slot(this.#present)
    this.#counts[slot] = this.#counts[slot]! + 1
    this.#sums[slot] = this.#sums[slot]! + value
    if (value < this.#leasts[slot]!) this.#leasts[slot] = value
    return isFirst
  }

  #clear(slot: number): void {
    this.#counts[slot] = this.#sums[slot] = 0
    this.#leasts[slot] = Infinity
  }

  /** The present bucket is empty, for it has only begun. */
  #look(): void {
    this.#over[mostSeen] = 0
    this.#over[leastMean] = this.#over[leastSeen] = Infinity
    for (let slot = 0; slot < this.#counts.length; slot++) {
      const count = this.#counts[slot]!
      if (count === 0) continue
      this.#over[mostSeen] = Math.max(this.#over[mostSeen], count)
      this.#over[leastMean] = Math.min(this.#over[leastMean], this.#sums[slot]! / count)
      this.#over[leastSeen] = Math.min(this.#over[leastSeen], this.#leasts[slot]!)
    }
  }

  #now(figures: Float64Array, otherwise: number): number {
    return this.#present === -Infinity ? otherwise : figures[this.#slot(this.#present)]!
  }

  #slot(bucket: number): number {
    const size = this.#counts.length
    return ((bucket % size) + size) % size
  }
}
