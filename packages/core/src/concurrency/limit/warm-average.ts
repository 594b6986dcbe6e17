/** An exponentially weighted mean that begins as a plain one. */

/** Values that count alike before older ones begin to fade. */
const warmup = 10

/**
 * The mean of the first ten values; from then on each new value has the weight 2 / (age + 1). Without the plain beginning the first value
 * would count for more than all that follow it.
 */
export class WarmAverage {
  readonly #weight: number
  #count = 0
  #mean: number

  /**
   * @param age how many values back it remembers, about; >= 1
   * @param known a mean to go on from, > 0; else 0
   */
  constructor(age: number, known = 0) {
    this.#weight = 2 / (age + 1)
    this.#mean = Math.max(0, known)
    if (known > 0) this.#count = warmup
  }

  /** The mean; 0 before the first value. */
  get mean(): number {
    return this.#mean
  }

  /** Adds a value and returns the mean. */
  add(value: number): number {
    if (this.#count < warmup) this.#mean += (value - this.#mean) / ++this.#count
    else this.#mean += (value - this.#mean) * this.#weight
    return this.#mean
  }
}
