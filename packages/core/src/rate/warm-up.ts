/** What a unit costs on the way from cold to warm. */

/** How cold something can be, and how it warms up; times in the unit that the caller likes, here ticks. */
export interface WarmUpShape {
  /** Time that a unit takes when warm. */
  readonly interval: number
  /** Time of full use that it takes to warm up, and of none to cool down. */
  readonly warmUp: number
  /** How many times as long a unit takes when cold; > 1. */
  readonly coldFactor: number
}

/**
 * The warm-up rule of Guava and Sentinel as pure functions of one number: the units that were not used. Unused, they pile up, to
 * `max` within `warmUp`; used, they are taken off the pile, and the higher it stands the longer each takes: `coldFactor` intervals
 * at the top, one from `warn` down.
 */
export class WarmUp {
  /** Units on the pile below which it is warm. */
  readonly warn: number
  /** Units on the pile when it is cold. */
  readonly max: number
  readonly #interval: number
  /** What a unit takes longer for each unit that the pile is higher. */
  readonly #slope: number
  readonly #cooling: number

  constructor(shape: WarmUpShape) {
    const { interval, warmUp, coldFactor } = shape
    const units = warmUp / interval
    this.warn = units / (coldFactor - 1)
    this.max = this.warn + (2 * units) / (coldFactor + 1)
    this.#interval = interval
    this.#slope = ((coldFactor - 1) * interval) / (this.max - this.warn)
    this.#cooling = this.max / warmUp
  }

  /** The time that `units` take from a pile of `stored`: the area below the line from there, and an interval for each beyond it. */
  time(stored: number, units: number): number {
    const above = Math.max(0, stored - this.warn)
    const still = Math.max(0, stored - units - this.warn)
    return units * this.#interval + (this.#slope / 2) * (above - still) * (above + still)
  }

  /** The pile after `time` without use. */
  cooled(stored: number, time: number): number {
    return Math.min(this.max, stored + time * this.#cooling)
  }

  /** The pile that is here as cold as `stored` was on the line of `from`. */
  carry(stored: number, from: WarmUp): number {
    if (stored >= from.max) return this.max
    const below = Math.min(1, stored / from.warn)
    const above = Math.max(0, stored - from.warn) / (from.max - from.warn)
    return below * this.warn + above * (this.max - this.warn)
  }
}
