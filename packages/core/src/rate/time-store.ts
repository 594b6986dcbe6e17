/** Instants by key in bounded memory, with no amnesty: an exact table, and a sketch for those who find it full. */
import { TimeSketch } from './time-sketch.ts'
import { TimeTable } from './time-table.ts'

/** Forgets nobody: live keys are never evicted, and what does not fit is estimated, never below the truth. */
export class TimeStore {
  /** The exact part, open to owners whose hot path cannot afford a call. */
  readonly table: TimeTable
  readonly #present: Float64Array
  #sketch: TimeSketch | undefined

  /** `present[0]` is the present, kept by the owner. */
  constructor(maxKeys: number, present: Float64Array) {
    this.table = new TimeTable(maxKeys, present)
    this.#present = present
  }

  /** Memory in use. */
  get bytes(): number {
    return this.table.bytes + (this.#sketch?.bytes ?? 0)
  }

  /** Whether nothing is remembered. */
  get empty(): boolean {
    return this.table.used === 0 && this.#sketch === undefined
  }

  /** The instant of a key, or at least it if the key is beyond the table; -Infinity for none. */
  get(hi: number, lo: number): number {
    const segment = this.table.segment(hi)
    const slot = segment === undefined ? -1 : segment.find(hi, lo)
    return segment === undefined || slot < 0 ? this.estimate(hi, lo) : (segment.times[2 * slot + 1] as number)
  }

  /** The instant of a key that is not in the table. */
  estimate(hi: number, lo: number): number {
    return this.#sketch === undefined ? -Infinity : this.#sketch.estimate(hi, lo)
  }

  /** Whether the instant of this key is known exactly. */
  exact(hi: number, lo: number): boolean {
    const segment = this.table.segment(hi)
    if (segment !== undefined && segment.find(hi, lo) >= 0) return true
    return !(this.estimate(hi, lo) > (this.#present[0] as number))
  }

  /** Sets the instant of a key. Beyond the table it is only ever raised. */
  set(hi: number, lo: number, time: number): void {
    const segment = this.table.segment(hi)
    const slot = segment === undefined ? -1 : segment.find(hi, lo)
    if (segment === undefined || slot < 0) this.add(hi, lo, time)
    else segment.times[2 * slot + 1] = time
  }

  /** Sets the instant of a key that is not in the table. */
  add(hi: number, lo: number, time: number): void {
    if (this.table.add(hi, lo, time)) return
    this.#sketch ??= new TimeSketch(this.table.maxKeys)
    this.#sketch.raise(hi, lo, time)
  }

  /** A little work that keeps memory in step with what is live. Call it now and then. */
  tidy(budget: number): void {
    this.table.sweep(budget)
    if (this.#sketch !== undefined && !(this.#sketch.latest > (this.#present[0] as number))) this.#sketch = undefined
  }

  /** Replaces every instant by one in the same order. */
  map(change: (time: number) => number): void {
    this.table.map(change)
    this.#sketch?.map(change)
  }
}
