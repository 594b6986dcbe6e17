/** Which share of the last while went into something, in constant memory. */
import type { Millis } from '../ticket.ts'

/** Slots of a window; one more is kept, of which only the part still within the window counts. */
const slots = 10
const kept = slots + 1

/** A sliding window over durations that are reported when they end: exact to a tenth of the window. */
export class TimeShare {
  readonly #slotMs: Millis
  readonly #windowMs: Millis
  readonly #spentMs: Float64Array = new Float64Array(kept)
  /** Number of the newest slot, counted from time 0. */
  #newest = -Infinity

  constructor(windowMs: Millis) {
    this.#windowMs = windowMs
    this.#slotMs = windowMs / slots
  }

  /** `durationMs` were spent up to `now`. What is no duration is left out. */
  add(now: Millis, durationMs: Millis): void {
    if (!(durationMs > 0) || !this.#advance(now)) return
    this.#spentMs[indexOf(this.#newest)]! += Math.min(durationMs, this.#windowMs)
  }

  /** From 0 to 1. */
  share(now: Millis): number {
    if (!this.#advance(now)) return 0
    let spentMs = 0
    for (let i = 0; i < kept; i++) spentMs += this.#spentMs[i]!
    const elapsed = Math.min(1, Math.max(0, now / this.#slotMs - this.#newest))
    spentMs -= elapsed * this.#spentMs[indexOf(this.#newest + 1)]!
    return Math.min(1, Math.max(0, spentMs / this.#windowMs))
  }

  /** Empties what the window has left behind; false for a time that is none. */
  #advance(now: Millis): boolean {
    const slot = Math.floor(now / this.#slotMs)
    if (!Number.isSafeInteger(slot)) return false
    // A clock that goes back a little stands still; one that goes back further begins anew.
    if (slot < this.#newest - slots) this.#newest = slot - kept
    const from = Math.max(this.#newest + 1, slot - slots)
    for (let i = from; i <= slot; i++) this.#spentMs[indexOf(i)] = 0
    if (slot > this.#newest) this.#newest = slot
    return true
  }
}

/** Slots are counted from time 0, which may be later than now. */
function indexOf(slot: number): number {
  return ((slot % kept) + kept) % kept
}
