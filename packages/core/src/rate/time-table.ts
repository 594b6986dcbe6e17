/** Instants by fingerprint, as many as there may be: segments that grow and shrink one at a time. */
import { minSlots, TimeSegment } from './time-segment.ts'

/** Live keys per segment when the table is full: a rebuild then takes a third of a ms. */
const keysPerSegment = 8_192
/** Slots looked at when the table is full and a new key wants in. */
const searchSlots = 512

/**
 * Only instants in the future count: one that is not after the present equals absence, so it may vanish at any time, and
 * does: new keys take over expired slots, and {@link TimeTable.sweep} clears the rest a few at a time. No timers.
 */
export class TimeTable {
  /** Most slots in use at once, expired ones that were not reclaimed yet included. */
  readonly maxKeys: number
  readonly #present: Float64Array
  readonly #segments: (TimeSegment | undefined)[]
  readonly #mask: number
  #used = 0
  #sweepSegment = 0
  #sweepSlot = 0

  /** `present[0]` is the present, kept by the owner: as an argument V8 may box it. */
  constructor(maxKeys: number, present: Float64Array) {
    let segments = 1
    while (segments < 4096 && segments * keysPerSegment < maxKeys) segments *= 2
    this.maxKeys = maxKeys
    this.#present = present
    this.#segments = Array.from({ length: segments }, () => undefined)
    this.#mask = segments - 1
  }

  /** Slots in use, expired ones that were not reclaimed yet included. */
  get used(): number {
    return this.#used
  }

  /** Memory of all slots. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + (segment?.words.byteLength ?? 0), 0)
  }

  /** Where fingerprints with this `hi` are. */
  segment(hi: number): TimeSegment | undefined {
    return this.#segments[hi & this.#mask]
  }

  /** Adds a fingerprint that is not there; false when the table is full of live ones, as far as a short search can tell. */
  add(hi: number, lo: number, time: number): boolean {
    if (this.#used >= this.maxKeys) this.sweep(searchSlots)
    const present = this.#present[0] as number
    const segment = this.#roomy(hi & this.#mask, present)
    const before = segment.used
    const slot = segment.vacancy(lo, present)
    if (this.#used >= this.maxKeys && !segment.occupied(slot)) return false
    segment.occupy(slot, hi, lo)
    segment.times[2 * slot + 1] = time
    this.#used += segment.used - before
    return true
  }

  /** Removes a fingerprint. */
  remove(hi: number, lo: number): void {
    const segment = this.segment(hi)
    const slot = segment === undefined ? -1 : segment.find(hi, lo)
    if (segment === undefined || slot < 0) return
    segment.remove(slot)
    this.#used--
  }

  /** Looks at the next `budget` slots, frees those that have expired, and gives back memory where few are left. */
  sweep(budget: number): void {
    const present = this.#present[0] as number
    for (let left = budget; left > 0; left--) {
      const segment = this.#segments[this.#sweepSegment]
      if (segment === undefined || this.#sweepSlot > segment.mask) {
        this.#endSegment(segment, present)
        // Skipping costs more than a slot.
        left -= 7
      } else if (segment.occupied(this.#sweepSlot) && !((segment.times[2 * this.#sweepSlot + 1] as number) > present)) {
        segment.remove(this.#sweepSlot)
        this.#used--
      } else this.#sweepSlot++
    }
  }

  /** Replaces every instant; the present may move along. */
  map(change: (time: number) => number): void {
    for (const segment of this.#segments) {
      if (segment === undefined) continue
      const { times, mask } = segment
      for (let i = 0; i <= mask; i++) {
        if (segment.occupied(i)) times[2 * i + 1] = change(times[2 * i + 1] as number)
      }
    }
  }

  #roomy(at: number, present: number): TimeSegment {
    const segment = this.#segments[at]
    if (segment !== undefined && 4 * (segment.used + 1) <= 3 * (segment.mask + 1)) return segment
    return this.#rebuild(at, segment ?? new TimeSegment(minSlots), present)
  }

  #rebuild(at: number, segment: TimeSegment, present: number): TimeSegment {
    const next = segment.rebuilt(present)
    this.#used += next.used - segment.used
    this.#segments[at] = next
    if (at === this.#sweepSegment) this.#sweepSlot = 0
    return next
  }

  #endSegment(segment: TimeSegment | undefined, present: number): void {
    const sparse = segment !== undefined && segment.mask >= minSlots && 16 * segment.used < 3 * segment.mask
    if (sparse) this.#rebuild(this.#sweepSegment, segment, present)
    this.#sweepSegment = (this.#sweepSegment + 1) & this.#mask
    this.#sweepSlot = 0
  }
}
