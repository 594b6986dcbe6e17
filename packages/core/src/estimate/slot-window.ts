/** Sums over a sliding window of time, in slots. */
import type { Millis } from '../ticket.ts'

const startedAt = 0
const lastAt = 1
const slot = 2

/**
 * A ring of slots, each with a few sums. The window always ends now and begins with a slot: it spans between `slots - 1` and `slots` slots,
 * and less while it has not lasted that long. What it says is exact for that span. Moving on costs O(slots) at most, after a pause.
 */
export class SlotWindow {
  readonly slotMs: Millis
  readonly slots: number
  readonly #columns: number
  readonly #cells: Float64Array
  readonly #state: Float64Array = new Float64Array([NaN, NaN, 0])

  constructor(windowMs: Millis, slots: number, columns: number) {
    this.slotMs = windowMs / slots
    this.slots = slots
    this.#columns = columns
    this.#cells = new Float64Array(slots * columns)
  }

  /** Whether it has begun. */
  get isStarted(): boolean {
    return !Number.isNaN(this.#state[startedAt])
  }

  /** The latest time that it was told; it never goes back. */
  get now(): Millis {
    return this.#state[lastAt] as number
  }

  /** Goes on to `now`, for which `level` was the case since the latest time: a column gets its time integral. */
  accrue(column: number, level: number, now: Millis): void {
    const sinceMs = now - (this.#state[lastAt] as number)
    if (!(sinceMs > 0)) return
    this.add(column, level * sinceMs)
    this.#state[lastAt] = now
  }

  /** Goes on to `now`, which is within the current slot. */
  set now(now: Millis) {
    this.#state[lastAt] = now
  }

  /** Whether `now` is a later time than the latest, and one that is no fault. */
  isNews(now: Millis): boolean {
    return now > (this.#state[lastAt] as number) && now < Infinity
  }

  /** When the current slot ends. */
  get slotEndsAt(): Millis {
    return (this.#state[startedAt] as number) + ((this.#state[slot] as number) + 1) * this.slotMs
  }

  /** Begins the first slot. */
  start(now: Millis): void {
    this.#state[startedAt] = this.#state[lastAt] = now
  }

  /** Whether the current slot has ended by `now`. */
  isOver(now: Millis): boolean {
    return now >= this.slotEndsAt
  }

  /** How many slots end until `now`. */
  slotsUntil(now: Millis): number {
    return Math.floor((now - (this.#state[startedAt] as number)) / this.slotMs) - (this.#state[slot] as number)
  }

  /** Begins the next slot, and drops the oldest. */
  next(): void {
    const next = (this.#state[slot] as number) + 1
    this.#state[slot] = next
    const from = (next % this.slots) * this.#columns
    this.#cells.fill(0, from, from + this.#columns)
  }

  /** Moves on by so many slots, of which nothing is kept but the last `slots`, and they are empty. */
  skip(count: number): void {
    if (count >= this.slots) {
      this.#cells.fill(0)
      this.#state[slot]! += count
    } else for (let i = 0; i < count; i++) this.next()
  }

  add(column: number, amount: number): void {
    this.#cells[((this.#state[slot] as number) % this.slots) * this.#columns + column]! += amount
  }

  sum(column: number): number {
    let total = 0
    for (let i = column; i < this.#cells.length; i += this.#columns) total += this.#cells[i] as number
    return total
  }

  /** How long the window is now. */
  get spanMs(): Millis {
    const begins = Math.max(0, (this.#state[slot] as number) + 1 - this.slots) * this.slotMs
    return this.isStarted ? this.now - (this.#state[startedAt] as number) - begins : 0
  }

  reset(): void {
    this.#cells.fill(0)
    this.#state.set([NaN, NaN, 0])
  }
}
