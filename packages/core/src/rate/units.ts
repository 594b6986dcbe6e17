/** Costs in whole parts of a unit, so that sums are exact and what is given back is exactly what was taken. */

/** Parts of a unit when nothing forbids: costs are told apart to a millionth. */
const finest = 1_000_000
/** A limit never has more parts than this: two of it still add up exactly. */
const maxParts = 2 ** 52

/** How a limit of units is counted: in millionths of a unit, or in coarser powers of ten where the limit is above 4.5 billion. */
export class Units {
  /** Parts that one unit has. */
  readonly perUnit: number
  /** Parts that the limit has; -1 for a limit of 0, so that not even a cost of 0 fits. */
  readonly limit: number

  constructor(limit: number) {
    let perUnit = finest
    while (perUnit * limit > maxParts) perUnit /= 10
    this.perUnit = perUnit
    this.limit = limit === 0 ? -1 : limit * perUnit
  }

  /**
   * Parts that `cost` takes, rounded up; Infinity for what is no number. A product that misses a whole number by no more than doubles
   * do counts as that number: a hundred times 0.07 is 7.
   */
  need(cost: number): number {
    if (cost === 1) return this.perUnit
    if (!(cost > 0)) return cost <= 0 ? 0 : Infinity
    const parts = cost * this.perUnit
    const nearest = Math.round(parts)
    return Math.abs(parts - nearest) <= parts * 2 ** -51 ? nearest : Math.ceil(parts)
  }

  /** Whole units in `parts`, >= 0. */
  whole(parts: number): number {
    return Math.max(0, Math.floor(parts / this.perUnit))
  }

  /**
   * What counts as used once this limit has taken the place of `from`, under which `used` was. What was left stays left: what a
   * higher limit adds counts as used for now, and a lower one leaves what its window still holds. Rounded up.
   */
  carry(used: number, from: Units): number {
    const ratio = this.perUnit / from.perUnit
    const left = Math.floor(Math.max(0, from.limit - used) * ratio)
    return Math.max(Math.ceil(used * ratio), this.limit - left)
  }
}
