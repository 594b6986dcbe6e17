/** How often things happened lately: counts in slots of equal length, of which the old ones fall out. */
import type { Millis } from '../ticket.ts'

/** What is counted over which time. */
export interface SlidingCountsShape {
  /** How long a count is kept at least; it goes at most one slot later. > 0. */
  readonly windowMs: Millis
  /** Slots of the window; integer >= 1. */
  readonly slots: number
  /** Different things counted side by side; integer >= 1. */
  readonly columns: number
}

/**
 * Whole numbers per column, over the present slot and the `slots` before it. Slots begin at multiples of `windowMs / slots`, so what was
 * counted is forgotten between `windowMs` and one slot more after it happened, however rare calls are. Sums are kept: reading one is O(1),
 * and moving on is O(slots) at most, after a pause. A clock that goes back counts into the present; times that are not finite do nothing.
 */
export class SlidingCounts {
  readonly slotMs: Millis
  readonly #slots: number
  readonly #columns: number
  /** One row per slot. */
  readonly #ring: Float64Array
  readonly #sums: Float64Array
  // The number of the present slot; in an array because V8 may box a double that changes in a field.
  readonly #present: Float64Array = new Float64Array([NaN])

  constructor(shape: SlidingCountsShape) {
    this.slotMs = shape.windowMs / shape.slots
    this.#slots = shape.slots
    this.#columns = shape.columns
    this.#ring = new Float64Array((shape.slots + 1) * shape.columns)
    this.#sums = new Float64Array(shape.columns)
  }

  /** Moves the present to `now` and forgets what is too old. Call it before reading. */
  advance(now: Millis): void {
    const slot = Math.floor(now / this.slotMs)
    const present = this.#present[0] as number
    if (slot <= present || !Number.isFinite(slot)) return
    this.#present[0] = slot
    if (!(slot - present <= this.#slots)) return this.clear()
    for (let passed = present + 1; passed <= slot; passed++) this.#empty(this.#row(passed))
  }

  /** Adds to the present slot. Before any time was told, counts add up until one is, and are then forgotten. */
  add(column: number, amount: number): void {
    this.addIn(this.#row(this.#present[0] as number), column, amount)
  }

  /**
   * Where the counts of the slot of the instant `at` are, for {@link SlidingCounts.countIn} and `addIn` until the present moves on; -1 if
   * they are forgotten, or `at` is no time. Later than the present counts as the present.
   */
  rowAt(at: Millis): number {
    const present = this.#present[0] as number
    const slot = Math.min(present, Math.floor(at / this.slotMs))
    return slot >= present - this.#slots ? this.#row(slot) : -1
  }

  countIn(row: number, column: number): number {
    return this.#ring[row + column] as number
  }

  addIn(row: number, column: number, amount: number): void {
    this.#ring[row + column] = (this.#ring[row + column] as number) + amount
    this.#sums[column] = (this.#sums[column] as number) + amount
  }

  /** All that is remembered. */
  sum(column: number): number {
    return this.#sums[column] as number
  }

  /** What was counted in the newest slots, the present one included; `newest` is an integer from 0 to `slots + 1`. */
  sumOfNewest(column: number, newest: number): number {
    const present = this.#present[0] as number
    if (Number.isNaN(present)) return 0
    let sum = 0
    for (let i = 0; i < newest; i++) sum += this.#ring[this.#row(present - i) + column] as number
    return sum
  }

  /** Forgets all counts. */
  clear(): void {
    this.#ring.fill(0)
    this.#sums.fill(0)
  }

  /** Where the counts of a slot begin; 0 for NaN. */
  #row(slot: number): number {
    const rows = this.#slots + 1
    const row = slot % rows
    return row < 0 ? (row + rows) * this.#columns : row > 0 ? row * this.#columns : 0
  }

  #empty(row: number): void {
    for (let column = 0; column < this.#columns; column++) {
      this.#sums[column] = (this.#sums[column] as number) - (this.#ring[row + column] as number)
      this.#ring[row + column] = 0
    }
  }
}
