/** Many samples made into one: the average round trip or a percentile, the peak in flight, whether anything was dropped. */
import type { Millis } from '../../ticket.ts'
import type { WarmStart } from './learning.ts'

/** What the round trips of a window come to. */
export interface RttMeasure {
  /** Adds one. `false` if there is no room left for it. */
  add(rttMs: Millis): boolean
  /** What they come to; there is one at least. */
  rttMs(): Millis
  clear(): void
  /** What of a snapshot is its own. */
  readonly detail: string
  snapshot(): Record<string, number | string>
  /** Takes over what a snapshot with `samples` round trips has. */
  restore(warm: WarmStart, samples: number): void
}

/** The average. */
export class AverageRtt implements RttMeasure {
  readonly detail = 'sumMs'
  #sumMs = 0
  #count = 0

  add(rttMs: Millis): boolean {
    this.#sumMs += rttMs
    this.#count++
    return true
  }

  rttMs(): Millis {
    return this.#sumMs / this.#count
  }

  clear(): void {
    this.#sumMs = this.#count = 0
  }

  snapshot(): Record<string, number> {
    return { sumMs: this.#sumMs }
  }

  restore(warm: WarmStart, samples: number): void {
    this.#sumMs = warm.number('sumMs', 0, 0)
    this.#count = samples
  }
}

/** The round trip that a share of the first so many do not exceed. Sorts once per window. */
export class PercentileRtt implements RttMeasure {
  readonly detail = 'rttsMs'
  readonly #percentile: number
  readonly #rtts: Float64Array
  #count = 0

  constructor(percentile: number, room: number) {
    this.#percentile = percentile
    this.#rtts = new Float64Array(room)
  }

  add(rttMs: Millis): boolean {
    if (this.#count === this.#rtts.length) return false
    this.#rtts[this.#count++] = rttMs
    return true
  }

  rttMs(): Millis {
    const sorted = this.#rtts.subarray(0, this.#count).sort()
    return sorted[Math.max(1, Math.round(this.#count * this.#percentile)) - 1]!
  }

  clear(): void {
    this.#count = 0
  }

  snapshot(): Record<string, string> {
    return { rttsMs: this.#rtts.subarray(0, this.#count).join(' ') }
  }

  restore(warm: WarmStart, samples: number): void {
    for (const rtt of warm.numbers('rttsMs', samples)) this.add(rtt)
  }
}

/** The window that is open. */
export class SampleWindow {
  readonly #measure: RttMeasure
  samples = 0
  /** The least round trip; `Infinity` before the first. */
  minRttMs: Millis = Infinity
  maxInflight = 0
  dropped = false

  constructor(measure: RttMeasure) {
    this.#measure = measure
  }

  /** O(1). What comes when the measure is full counts for nothing, as with Netflix. */
  add(rttMs: Millis, inflight: number, dropped: boolean): void {
    if (!this.#measure.add(rttMs)) return
    this.samples++
    if (rttMs < this.minRttMs) this.minRttMs = rttMs
    if (inflight > this.maxInflight) this.maxInflight = Math.min(inflight, Number.MAX_SAFE_INTEGER)
    if (dropped) this.dropped = true
  }

  /** What the round trips come to; there is one at least. */
  rttMs(): Millis {
    return this.#measure.rttMs()
  }

  clear(): void {
    this.#measure.clear()
    this.samples = this.maxInflight = 0
    this.minRttMs = Infinity
    this.dropped = false
  }

  snapshot(): Record<string, number | string> {
    const { samples, minRttMs, maxInflight } = this
    if (samples === 0) return { samples }
    return { samples, minRttMs, maxInflight, dropped: this.dropped ? 1 : 0, ...this.#measure.snapshot() }
  }

  /** Takes over an open window, unless its round trips were measured in another way. */
  restore(warm: WarmStart): void {
    const samples = warm.number('samples', 0, 0)
    if (samples === 0 || !warm.has(this.#measure.detail)) return
    this.samples = samples
    this.minRttMs = warm.number('minRttMs', 0, 0)
    this.maxInflight = warm.number('maxInflight', 0, 0)
    this.dropped = warm.number('dropped', 0) !== 0
    this.#measure.restore(warm, samples)
  }
}
