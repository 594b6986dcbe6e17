/** The smallest and the largest of late. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'

/** The window of a {@link WindowedMin} or {@link WindowedMax}. */
export interface WindowedExtremeOptions {
  /** Length of the window; in ms, 0.001..31557600000 (a year). */
  readonly windowMs: Millis
  /** Slots of the window; an integer in 2..1000, default 16. The window is exact to one slot. */
  readonly slots?: number
}

/**
 * The smallest sample of the window, exactly: of all samples since a moment between `windowMs * (1 - 1 / slots)` and `windowMs` ago; that
 * moment is the beginning of a slot, counted from the first sample. A new minimum shows at once, and an old one is forgotten in time.
 *
 * A queue of candidates, each smaller than all that came after it, at most one per slot: O(1) amortised, `slots` * 16 bytes, allocates
 * nothing. The usual three-sample filter (Nichols, in Linux `win_minmax`) is smaller, but may forget the second smallest. What is not
 * finite is ignored; a clock that goes back stands still.
 */
export class WindowedMin {
  readonly #slotMs: Millis
  readonly #values: Float64Array
  /** The slot in which each candidate came. */
  readonly #slots: Float64Array
  /** When it began, and the latest slot. */
  readonly #state: Float64Array = new Float64Array([NaN, 0])
  #head = 0
  #size = 0

  constructor(options: WindowedExtremeOptions) {
    const owner = 'WindowedExtreme'
    checkKnown(owner, options, ['windowMs', 'slots'])
    const windowMs = checkNumber(owner, 'windowMs', options.windowMs, { min: 0.001, max: 31_557_600_000 })
    const slots = checkNumber(owner, 'slots', options.slots ?? 16, { min: 2, max: 1000, integer: true })
    this.#slotMs = windowMs / slots
    this.#values = new Float64Array(slots)
    this.#slots = new Float64Array(slots)
  }

  add(sample: number, now: Millis): void {
    if (!Number.isFinite(sample) || !Number.isFinite(now)) return
    if (Number.isNaN(this.#state[0])) this.#state[0] = now
    const slot = this.#advance(now)
    while (this.#size > 0 && (this.#values[this.#at(this.#size - 1)] as number) >= sample) this.#size--
    // One of the same slot that is smaller is forgotten no sooner.
    if (this.#size > 0 && (this.#slots[this.#at(this.#size - 1)] as number) === slot) return
    const place = this.#at(this.#size++)
    this.#values[place] = sample
    this.#slots[place] = slot
  }

  /** The smallest; `Infinity` when there is none. */
  min(now: Millis): number {
    if (Number.isFinite(now)) this.#advance(now)
    return this.#size === 0 ? Infinity : (this.#values[this.#head] as number)
  }

  /** Forgets everything. */
  reset(): void {
    this.#state.set([NaN, 0])
    this.#head = this.#size = 0
  }

  #at(i: number): number {
    const place = this.#head + i
    return place < this.#values.length ? place : place - this.#values.length
  }

  #advance(now: Millis): number {
    const present = Math.floor((now - (this.#state[0] as number)) / this.#slotMs)
    if (present > (this.#state[1] as number)) this.#state[1] = present
    const slot = this.#state[1] as number
    while (this.#size > 0 && (this.#slots[this.#head] as number) <= slot - this.#values.length) {
      this.#head = this.#at(1)
      this.#size--
    }
    return slot
  }
}

/** The largest sample of the window: as {@link WindowedMin}, upside down. `-Infinity` when there is none. */
export class WindowedMax {
  readonly #min: WindowedMin

  constructor(options: WindowedExtremeOptions) {
    this.#min = new WindowedMin(options)
  }

  add(sample: number, now: Millis): void {
    this.#min.add(-sample, now)
  }

  max(now: Millis): number {
    return -this.#min.min(now)
  }

  /** Forgets everything. */
  reset(): void {
    this.#min.reset()
  }
}
