/** Keeps a limit near what is really in flight: a limit that nobody has reached tells nothing. */
import { checkNumber } from '../../options.ts'
import type { Millis } from '../../ticket.ts'
import type { WarmStart } from './learning.ts'

/** How far a limit may be above what is in flight. */
export interface InflightCeilingOptions {
  /**
   * The limit stays at most this many times the peak that was in flight lately, but always one above the peak, so that it can grow.
   * A number >= 1; `Infinity`, the default, turns it off. `minLimit` goes first: it is the room that a quiet service keeps for bursts.
   */
  readonly inflightFactor?: number
  /**
   * Lately is the window of this length in which work ended, and the one before: between one and two of them. In ms, >= 1;
   * 10,000 by default.
   */
  readonly inflightWindowMs?: Millis
}

/** Their names. */
export const inflightCeilingOptions = ['inflightFactor', 'inflightWindowMs'] as const

/** The options, checked and complete. */
export function checkInflightCeiling(owner: string, options: InflightCeilingOptions): Required<InflightCeilingOptions> {
  const { inflightFactor = Infinity, inflightWindowMs = 10_000 } = options
  checkNumber(owner, 'inflightFactor', inflightFactor, { min: 1, max: Infinity })
  checkNumber(owner, 'inflightWindowMs', inflightWindowMs, { min: 1, max: Number.MAX_SAFE_INTEGER })
  return { inflightFactor, inflightWindowMs }
}

/** More in flight than any limit lets in; what is above it is a fault of the caller, and must not end as `Infinity` in a snapshot. */
const mostInflight = 1e9

/** The peak in flight over two windows, and the ceiling that follows from it. O(1), two numbers. */
export class InflightCeiling {
  #settings: Required<InflightCeilingOptions>
  #peak = 0
  #peakBefore = 0
  /** Start of the window; `undefined` before the first sample. */
  #since: Millis | undefined

  constructor(settings: Required<InflightCeilingOptions>, warm: WarmStart) {
    this.#settings = settings
    if (!warm.has('inflightSince')) return
    this.#since = warm.number('inflightSince', 0)
    this.#peak = warm.number('inflightPeak', 0, 0, mostInflight)
    this.#peakBefore = warm.number('inflightPeakBefore', 0, 0, mostInflight)
  }

  /** Other settings from now on; what was seen stays. */
  update(settings: Required<InflightCeilingOptions>): void {
    this.#settings = settings
  }

  /** Takes a sample into account and returns `limit`, or the ceiling if that is lower. */
  hold(limit: number, now: Millis, inflight: number): number {
    const { inflightFactor, inflightWindowMs } = this.#settings
    if (inflightFactor === Infinity) return limit
    this.#turn(now, inflightWindowMs)
    if (inflight > this.#peak) this.#peak = Math.min(inflight, mostInflight)
    const peak = Math.max(this.#peak, this.#peakBefore)
    return Math.min(limit, Math.max(peak + 1, peak * inflightFactor))
  }

  /** What a snapshot keeps of it. */
  snapshot(): Record<string, number> {
    if (this.#since === undefined) return {}
    return { inflightSince: this.#since, inflightPeak: this.#peak, inflightPeakBefore: this.#peakBefore }
  }

  #turn(now: Millis, windowMs: Millis): void {
    if (!Number.isFinite(now)) return
    // A clock that went back, or a snapshot from a clock that was ahead: the window begins anew, and what was seen stays in it.
    if (this.#since === undefined || now < this.#since) this.#since = now
    if (now - this.#since < windowMs) return
    this.#peakBefore = this.#peak
    this.#peak = 0
    this.#since = now
  }
}
