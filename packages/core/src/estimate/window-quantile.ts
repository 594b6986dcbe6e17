/** A quantile of the values of a window, to within 1 %, without keeping the values. */

/** Each bucket ends this much above the one before. Its middle is off by (ratio - 1) / (ratio + 1) at most: 0.99 %. */
const ratio = 1.02
const logRatio = Math.log(ratio)
/** Values are counted as this at least: a microsecond, if they are milliseconds. */
export const leastValue = 1e-3
/** Values are counted as this at most: some three hours, if they are milliseconds. */
export const mostValue = 1e7
const buckets = Math.ceil(Math.log(mostValue / leastValue) / logRatio) + 1
const toMiddle = 2 / (1 + ratio)

/**
 * Counts values in buckets that grow with them. Adding is O(1); asking and clearing cost as much as there are buckets between the
 * smallest and the largest value, some 1160 at most (4.6 KB). Allocates nothing.
 *
 * The quantile `q` is the value of nearest rank: of n values in order the one at ceil(q n), counted from 1. What is returned is off by
 * less than 1 % for values from {@link leastValue} to {@link mostValue}, and exact where all are equal.
 */
export class WindowQuantile {
  readonly #counts: Uint32Array = new Uint32Array(buckets)
  /** Smallest and largest value. */
  readonly #range: Float64Array = new Float64Array([Infinity, 0])
  #size = 0

  /** How many values there are. */
  get size(): number {
    return this.#size
  }

  /** The smallest value, exactly; `Infinity` without values. */
  get min(): number {
    return this.#range[0]!
  }

  /** Counts a value; NaN counts as the least. */
  add(value: number): void {
    const held = value > leastValue ? Math.min(value, mostValue) : leastValue
    if (held < this.#range[0]!) this.#range[0] = held
    if (held > this.#range[1]!) this.#range[1] = held
    const bucket = bucketOf(held)
    this.#counts[bucket] = this.#counts[bucket]! + 1
    this.#size++
  }

  /** The quantile `q`, 0..1; 0 without values. */
  quantile(q: number): number {
    if (this.#size === 0) return 0
    const min = this.#range[0]!
    const max = this.#range[1]!
    let left = Math.max(1, Math.ceil(q * this.#size))
    for (let bucket = bucketOf(min); bucket < buckets; bucket++) {
      left -= this.#counts[bucket]!
      if (left <= 0) return Math.max(min, Math.min(max, leastValue * Math.exp(bucket * logRatio) * toMiddle))
    }
    return max
  }

  /** Forgets all values. */
  clear(): void {
    if (this.#size === 0) return
    this.#counts.fill(0, bucketOf(this.#range[0]!), bucketOf(this.#range[1]!) + 1)
    this.#range[0] = Infinity
    this.#range[1] = 0
    this.#size = 0
  }
}

/** Bucket `i` holds what is above ratio^(i - 1) and at most ratio^i, in units of the least value. */
function bucketOf(value: number): number {
  return Math.max(0, Math.ceil(Math.log(value / leastValue) / logRatio))
}
