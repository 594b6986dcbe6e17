/** What was taken, and when, in a bounded ring of doubles. */

const smallest = 16
/** The sum of each 2^8 slots is kept, so that a look for a large sum passes over them at once. */
const blockBits = 8

const used = 0
const left = 1
const joinedTick = 2
const joinedParts = 3

/**
 * Ticks in ascending order, each with the parts that were taken at it. O(1) amortised; taking from the middle has to find the entry,
 * O(log n), and a look for a sum passes over n / 256 blocks and 256 entries at most, though commonly over one.
 *
 * Up to half of `maxEntries` each tick is an entry of its own. From there on an entry that is not the newest any more joins the one
 * before it, if both are in the same of some `maxEntries / 2` cells of the span, and leaves with the later of the two: late by less
 * than a cell, never early. Giving back the newest, should all of it be, parts again what joined for it, and so leaves no trace.
 */
export class UnitLog {
  /** `[sum of all parts, tick up to which entries have left, tick and parts before the last join]`; only the first is for others. */
  readonly state: Float64Array = new Float64Array([0, -Infinity, 0, 0])
  /** From so many entries on they join. */
  #roomy = 0
  /** Length of a cell in ticks. */
  #cell = 1
  // Slots without an entry have no parts.
  #ticks: Float64Array = new Float64Array(smallest)
  #parts: Float64Array = new Float64Array(smallest)
  #sums: Float64Array = new Float64Array(1)
  #head = 0
  #size = 0
  /** Entries without parts, for all was given back; never the newest. */
  #holes = 0
  /** Whether the entry before the newest has just been joined by another. */
  #joined = false

  /** @param maxEntries an integer >= 16 */
  constructor(span: number, maxEntries: number) {
    this.resize(span, maxEntries)
  }

  /** Entries that hold something; at most maxEntries, but for those from before that was lowered. */
  get size(): number {
    return this.#size - this.#holes
  }

  /** Memory of all slots. */
  get bytes(): number {
    return this.#ticks.byteLength + this.#parts.byteLength + this.#sums.byteLength
  }

  /** The tick of the newest entry. There must be one. */
  get newest(): number {
    return this.#ticks[this.#slot(this.#size - 1)] as number
  }

  /** Decides, by the ticks for which entries are kept and by how many there may be, which of them join from now on. */
  resize(span: number, maxEntries: number): void {
    this.#roomy = (maxEntries >> 1) - 2
    this.#cell = Math.ceil(span / this.#roomy)
  }

  /** Adds `parts` > 0 at `tick`, which is not before the newest. */
  add(tick: number, parts: number): void {
    if (this.#size === 0 || this.newest !== tick) {
      this.#joined = false
      if (this.#size > 1) this.#join()
      if (this.#size === this.#ticks.length) this.#makeRoom()
      this.#ticks[this.#slot(this.#size++)] = tick
    }
    this.#change(this.#slot(this.#size - 1), parts)
  }

  /** Lets go of everything at `tick` and before. */
  leave(tick: number): void {
    while (this.#size > 0 && (this.#ticks[this.#head] as number) <= tick) {
      this.state[left] = this.#ticks[this.#head] as number
      const parts = this.#parts[this.#head] as number
      if (parts === 0) this.#holes--
      else this.#change(this.#head, -parts)
      this.#head = this.#slot(1)
      this.#size--
    }
    if (this.#size < 2) this.#joined = false
  }

  /** Takes back `parts` that were added at `tick`. Nothing happens if they have left. */
  remove(tick: number, parts: number): void {
    if (this.#size === 0 || !(tick > (this.state[left] as number) && tick <= this.newest)) return
    let low = 0
    for (let high = this.#size - 1; low < high;) {
      const middle = (low + high) >> 1
      if ((this.#ticks[this.#slot(middle)] as number) < tick) low = middle + 1
      else high = middle
    }
    const slot = this.#slot(low)
    const there = this.#parts[slot] as number
    if (there === 0) return
    this.#change(slot, -Math.min(parts, there))
    if (low === this.#size - 2) this.#joined = false
    if (this.#parts[slot] !== 0) return
    this.#holes++
    if (low === this.#size - 1) this.#trim()
  }

  /** The tick of the entry with which `parts` will have left; `parts` > 0 and at most `used`. */
  whenLeft(parts: number): number {
    const mask = this.#ticks.length - 1
    const block = (1 << blockBits) - 1
    let slot = this.#head
    for (let missing = parts; ;) {
      const sum = (slot & block) === 0 ? (this.#sums[slot >> blockBits] as number) : Infinity
      // A block with both ends of the ring has more than what is left of it; but then the rest is in its first part.
      if (sum < missing) {
        missing -= sum
        slot = (slot + block + 1) & mask
        continue
      }
      missing -= this.#parts[slot] as number
      if (missing <= 0) return this.#ticks[slot] as number
      slot = (slot + 1) & mask
    }
  }

  /** Puts one entry of `parts` at `tick`, not before the newest, into the place of all. */
  collapse(tick: number, parts: number): void {
    this.#ticks = new Float64Array(smallest)
    this.#parts = new Float64Array(smallest)
    this.#sums = new Float64Array(1)
    this.#head = this.#size = this.#holes = this.state[used] = 0
    this.#joined = false
    if (parts > 0) this.add(tick, parts)
  }

  /** Counts in parts that are `ratio` times as many. Rounds up. */
  scale(ratio: number): void {
    this.#joined = false
    for (let i = 0; i < this.#size; i++) {
      const parts = this.#parts[this.#slot(i)] as number
      this.#change(this.#slot(i), Math.ceil(parts * ratio) - parts)
    }
  }

  /** Lowers all ticks. */
  shift(ticks: number): void {
    this.state[left] = (this.state[left] as number) - ticks
    this.state[joinedTick] = (this.state[joinedTick] as number) - ticks
    for (let i = 0; i < this.#ticks.length; i++) this.#ticks[i] = (this.#ticks[i] as number) - ticks
  }

  #slot(i: number): number {
    return (this.#head + i) & (this.#ticks.length - 1)
  }

  #change(slot: number, by: number): void {
    this.#parts[slot] = (this.#parts[slot] as number) + by
    this.#sums[slot >> blockBits] = (this.#sums[slot >> blockBits] as number) + by
    this.state[used] = (this.state[used] as number) + by
  }

  /** The newest has nothing left: takes it off, and the holes before it, or parts what joined for it. */
  #trim(): void {
    while (this.#size > 0 && this.#parts[this.#slot(this.#size - 1)] === 0) {
      this.#size--
      this.#holes--
    }
    if (!this.#joined) return
    this.#joined = false
    const slot = this.#slot(this.#size - 1)
    const tick = this.#ticks[slot] as number
    const parts = this.state[joinedParts] as number
    this.#ticks[slot] = this.state[joinedTick] as number
    this.#change(slot, -parts)
    // There is room where the newest was.
    this.#ticks[this.#slot(this.#size++)] = tick
    this.#change(this.#slot(this.#size - 1), parts)
  }

  /** Moves the newest over the holes before it, and on to the entry before if it has to join that. */
  #join(): void {
    for (;;) {
      const newest = this.#slot(this.#size - 1)
      const before = this.#slot(this.#size - 2)
      const hole = this.#parts[before] === 0
      if (this.#size < 2 || (!hole && !this.#mustJoin(newest, before))) return
      const parts = this.#parts[newest] as number
      if (!hole) {
        this.#joined = true
        this.state[joinedTick] = this.#ticks[before] as number
        this.state[joinedParts] = parts
      }
      this.#ticks[before] = this.#ticks[newest] as number
      this.#change(newest, -parts)
      this.#change(before, parts)
      this.#size--
      if (!hole) return
      this.#holes--
    }
  }

  #mustJoin(newest: number, before: number): boolean {
    if (this.size < this.#roomy) return false
    const cell = Math.floor((this.#ticks[newest] as number) / this.#cell)
    return cell === Math.floor((this.#ticks[before] as number) / this.#cell)
  }

  /** Closes the holes if they are half of the ring, else doubles it: either way what came before pays for it. */
  #makeRoom(): void {
    const [ticks, parts, size] = [this.#ticks, this.#parts, this.#size]
    const capacity = this.#holes * 2 >= size ? size : size * 2
    const from = this.#head
    this.#ticks = new Float64Array(capacity)
    this.#parts = new Float64Array(capacity)
    this.#sums = new Float64Array(Math.max(1, capacity >> blockBits))
    this.#head = this.#size = this.#holes = this.state[used] = 0
    for (let i = 0; i < size; i++) {
      const slot = (from + i) & (size - 1)
      if (parts[slot] === 0) continue
      this.#ticks[this.#size] = ticks[slot] as number
      this.#change(this.#size++, parts[slot] as number)
    }
  }
}
