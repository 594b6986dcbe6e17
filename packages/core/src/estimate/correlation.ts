/** How two measures move together over the last few pairs. */

/** Below this coefficient of variation a measure counts as standing still, and correlates with nothing. */
const leastVariation = 0.01
/** Of a sum of squares that shrinks to this share in one step, rounding has eaten too much: it is computed afresh. */
const eaten = 1e-6

/** Places of the moments. */
const meanX = 0
const meanY = 1
const sumXX = 2
const sumYY = 3
const sumXY = 4

/**
 * Pearson's correlation and the coefficients of variation of the last `capacity` pairs. Moments about the mean are carried along
 * (Welford 1962, with removal), which unlike sums of squares does not lose small differences between large numbers; each time the ring
 * has gone round, and when an outlier leaves that dwarfed the rest, they are computed afresh. O(1), spread over a round; allocates
 * nothing.
 */
export class RunningCorrelation {
  readonly #xs: Float64Array
  readonly #ys: Float64Array
  readonly #moments: Float64Array = new Float64Array(5)
  readonly #least: number
  #next = 0
  #size = 0

  /**
   * @param capacity how many pairs are remembered; an integer >= 2
   * @param least nothing is said from fewer pairs; an integer >= 2
   */
  constructor(capacity: number, least: number) {
    this.#xs = new Float64Array(capacity)
    this.#ys = new Float64Array(capacity)
    this.#least = least
  }

  /** How many pairs are remembered. */
  get size(): number {
    return this.#size
  }

  /** -1..1; 0 from too few pairs, or where one of the measures varies by less than 1 % of its mean. */
  get correlation(): number {
    if (!(this.variationX >= leastVariation && this.variationY >= leastVariation)) return 0
    const m = this.#moments
    // Apart under the roots: their product overflows long before they do.
    const found = m[sumXY]! / (Math.sqrt(m[sumXX]!) * Math.sqrt(m[sumYY]!))
    return found > -1 ? Math.min(1, found) : found <= -1 ? -1 : 0
  }

  /** Standard deviation of the first measure over its mean; 0 from too few pairs or where the mean is not above 0. */
  get variationX(): number {
    return this.#variation(this.#moments[sumXX]!, this.#moments[meanX]!)
  }

  /** Standard deviation of the second measure over its mean; 0 from too few pairs or where the mean is not above 0. */
  get variationY(): number {
    return this.#variation(this.#moments[sumYY]!, this.#moments[meanY]!)
  }

  /** Adds a pair; the oldest of a full ring is forgotten. What is no finite number is not added. */
  add(x: number, y: number): void {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return
    const slot = this.#next
    let isDoubtful = false
    if (this.#size === this.#xs.length) isDoubtful = this.#leave(this.#xs[slot]!, this.#ys[slot]!)
    this.#xs[slot] = x
    this.#ys[slot] = y
    this.#next = (slot + 1) % this.#xs.length
    this.#enter(x, y)
    if (this.#next === 0 || isDoubtful) this.#afresh()
  }

  #enter(x: number, y: number): void {
    const m = this.#moments
    const n = ++this.#size
    const fromX = x - m[meanX]!
    const fromY = y - m[meanY]!
    m[meanX] = m[meanX]! + fromX / n
    m[meanY] = m[meanY]! + fromY / n
    m[sumXX] = m[sumXX]! + fromX * (x - m[meanX])
    m[sumYY] = m[sumYY]! + fromY * (y - m[meanY])
    m[sumXY] = m[sumXY]! + fromX * (y - m[meanY])
  }

  /** Takes a pair out. Returns whether too little is left of what was to be trusted. */
  #leave(x: number, y: number): boolean {
    const m = this.#moments
    const n = --this.#size
    const beforeXX = m[sumXX]!
    const beforeYY = m[sumYY]!
    const fromX = x - m[meanX]!
    const fromY = y - m[meanY]!
    m[meanX] = m[meanX]! - fromX / n
    m[meanY] = m[meanY]! - fromY / n
    m[sumXX] = beforeXX - fromX * (x - m[meanX])
    m[sumYY] = beforeYY - fromY * (y - m[meanY])
    m[sumXY] = m[sumXY]! - fromX * (y - m[meanY])
    // So written that NaN, from what overflowed, is doubtful too.
    return !(m[sumXX] >= eaten * beforeXX && m[sumYY] >= eaten * beforeYY)
  }

  #afresh(): void {
    const size = this.#size
    this.#moments.fill(0)
    this.#size = 0
    for (let i = 0; i < size; i++) this.#enter(this.#xs[i]!, this.#ys[i]!)
  }

  #variation(squares: number, mean: number): number {
    if (this.#size < this.#least || !(mean > 0)) return 0
    const variation = Math.sqrt(Math.max(0, squares) / this.#size) / mean
    return variation >= 0 ? variation : 0
  }
}
