/** How many permits work takes, in steps whose sums are exact. */

/** Permits are counted in steps of 2^-20, so that what was taken and given back adds up to nothing at the end, and to no hair more. */
const stepsPerPermit = 2 ** 20
/** Costs above this are refused: sums of permits are exact up to 2^33. */
const mostPermits = 2 ** 32

/**
 * Permits for work of this cost: the cost, rounded down to a multiple of 2^-20, but at least that much. 0 for a cost of 0 or less;
 * `Infinity`, which nobody ever gets, for what is no number and for more than 2^32.
 */
export function permitsFor(cost: number): number {
  if (cost === 1) return 1
  if (cost > 0) return cost <= mostPermits ? Math.max(1, Math.floor(cost * stepsPerPermit)) / stepsPerPermit : Infinity
  return cost <= 0 ? 0 : Infinity
}
