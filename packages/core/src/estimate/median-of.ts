/** The median of the last few values: one that stands alone has no say. */

/** The median of the last `size` values; O(size), so for a handful. Allocates nothing. Use a quantile of a window for many. */
export class MedianOf {
  readonly #values: Float64Array
  readonly #sorted: Float64Array
  #next = 0
  #size = 0

  /** @param size how many values; an odd integer >= 1 */
  constructor(size: number) {
    this.#values = new Float64Array(size)
    this.#sorted = new Float64Array(size)
  }

  /** Adds a value and returns the median; while there are fewer than `size` values, the value itself. */
  add(value: number): number {
    const values = this.#values
    values[this.#next] = value
    this.#next = (this.#next + 1) % values.length
    if (this.#size < values.length) this.#size++
    if (this.#size < values.length) return value
    const sorted = this.#sorted
    for (let i = 0; i < values.length; i++) {
      const moving = values[i]!
      let place = i
      while (place > 0 && sorted[place - 1]! > moving) sorted[place] = sorted[--place]!
      sorted[place] = moving
    }
    return sorted[(values.length - 1) / 2]!
  }
}
