/** A small hash table of instants by 64-bit fingerprint, 16 bytes per slot in one block of memory. */

/** Fewest slots of a segment: few enough to keep for ever, so that a quiet limiter does not allocate and free them in turns. */
export const minSlots = 32

/**
 * Open addressing with linear probing. Slot i holds the fingerprint in `words[4 i]` (lo) and `words[4 i + 1]` (hi), both 0 when
 * empty, and the instant in `times[2 i + 1]`: two views of the same memory, so a lookup touches one cache line.
 */
export class TimeSegment {
  readonly words: Int32Array
  readonly times: Float64Array
  readonly mask: number
  /** Occupied slots, expired ones included. */
  used = 0

  /** `slots` is a power of two. */
  constructor(slots: number) {
    const memory = new ArrayBuffer(slots * 16)
    this.words = new Int32Array(memory)
    this.times = new Float64Array(memory)
    this.mask = slots - 1
  }

  /** Slot of the fingerprint, or -1. */
  find(hi: number, lo: number): number {
    const { words, mask } = this
    for (let i = lo & mask; ; i = (i + 1) & mask) {
      const a = words[4 * i] as number
      const b = words[4 * i + 1] as number
      if (a === lo && b === hi) return i
      if ((a | b) === 0) return -1
    }
  }

  /** Whether slot `i` holds anything. */
  occupied(i: number): boolean {
    return ((this.words[4 * i] as number) | (this.words[4 * i + 1] as number)) !== 0
  }

  /** First slot on the way of `lo` that is empty, or holds an instant that is not after `present`. There is an empty one. */
  vacancy(lo: number, present: number): number {
    const { times, mask } = this
    let i = lo & mask
    while (this.occupied(i) && (times[2 * i + 1] as number) > present) i = (i + 1) & mask
    return i
  }

  /** Gives slot `i` to a fingerprint. */
  occupy(i: number, hi: number, lo: number): void {
    if (!this.occupied(i)) this.used++
    this.words[4 * i] = lo
    this.words[4 * i + 1] = hi
  }

  /** Empties slot `i` and closes the gap, so that no tombstones are left. */
  remove(i: number): void {
    const { words, times, mask } = this
    let hole = i
    for (let j = (i + 1) & mask; this.occupied(j); j = (j + 1) & mask) {
      const home = (words[4 * j] as number) & mask
      if (((j - home) & mask) < ((j - hole) & mask)) continue
      words[4 * hole] = words[4 * j] as number
      words[4 * hole + 1] = words[4 * j + 1] as number
      times[2 * hole + 1] = times[2 * j + 1] as number
      hole = j
    }
    words[4 * hole] = 0
    words[4 * hole + 1] = 0
    this.used--
  }

  /** A copy with as few slots as keep it at most half full with one more, without what has expired. */
  rebuilt(present: number): TimeSegment {
    const { words, times, mask } = this
    let live = 1
    for (let i = 0; i <= mask; i++) if (this.occupied(i) && (times[2 * i + 1] as number) > present) live++
    let slots = minSlots
    while (slots < 2 * live) slots *= 2
    const next = new TimeSegment(slots)
    for (let i = 0; i <= mask; i++) {
      const time = times[2 * i + 1] as number
      if (!this.occupied(i) || !(time > present)) continue
      const lo = words[4 * i] as number
      const slot = next.vacancy(lo, -Infinity)
      next.occupy(slot, words[4 * i + 1] as number, lo)
      next.times[2 * slot + 1] = time
    }
    return next
  }
}
