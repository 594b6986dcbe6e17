/** Holds the standing delay of a queue at a target: grows while it is below, cuts once per round trip while it is above. */
import { checkKnown, checkNumber } from '../../options.ts'
import type { Millis } from '../../ticket.ts'
import type { Limit } from '../limit.ts'

/** Options of {@link DelayLimit}. */
export interface DelayLimitOptions {
  /** Standing delay to hold. > 0, in ms; 8 by default. */
  readonly targetMs?: Millis
  /** Where to start; 16 by default. */
  readonly initialLimit?: number
  /** Never below this. Integer >= 1; 2 by default. */
  readonly minLimit?: number
  /** Never above this. 10,000 by default. */
  readonly maxLimit?: number
}

/** Share by which the limit may grow in one round trip. */
const growth = 0.15
/** Share of the relative excess that one cut takes away, and the most that one cut takes. */
const cutGain = 0.1
const smallestCut = 0.8

/**
 * Feed it the delay that work meets before it runs (`tick`) beside the ends of work (`sample`). It has no round-trip baseline, so
 * nothing drifts and nothing is probed; but it needs a queue that can be measured, such as the event loop or a line of our own.
 * Use {@link KneeLimit} where the waiting happens out of sight. Bounds: one cut per smoothed round trip (cuts that come faster
 * than their effect oscillate), growth scaled to the round trip.
 *
 * Source: the credit rule of Breakwater (OSDI 2020), applied to a limit.
 */
export class DelayLimit implements Limit {
  value: number
  readonly #target: Millis
  readonly #min: number
  readonly #max: number
  #rttMs = 20
  #delayMs = 0
  #peak = 0
  #lastTick: Millis = -Infinity
  #lastCut: Millis = -Infinity

  constructor(options: DelayLimitOptions = {}) {
    const owner = 'DelayLimit'
    checkKnown(owner, options, ['targetMs', 'initialLimit', 'minLimit', 'maxLimit'])
    this.#target = checkNumber(owner, 'targetMs', options.targetMs ?? 8, { min: 0.1, max: 10_000 })
    const min = checkNumber(owner, 'minLimit', options.minLimit ?? 2, { min: 1, max: 1e6, integer: true })
    const bounds = { min, max: 1e6, integer: true }
    const max = checkNumber(owner, 'maxLimit', options.maxLimit ?? Math.max(10_000, min), bounds)
    const initial = options.initialLimit ?? Math.max(min, Math.min(16, max))
    this.value = checkNumber(owner, 'initialLimit', initial, { min, max })
    this.#min = min
    this.#max = max
  }

  sample(_now: Millis, rttMs: Millis, inflight: number): void {
    if (inflight > this.#peak) this.#peak = inflight
    this.#rttMs += 0.05 * (Math.min(rttMs, 2000) - this.#rttMs)
  }

  /** One measurement of the standing delay; call it about every 10 to 20 ms, or once per turn of a loop that is slower. */
  tick(now: Millis, delayMs: Millis): void {
    const sinceMs = this.#lastTick === -Infinity ? 0 : now - this.#lastTick
    this.#lastTick = now
    const share = Math.min(1, sinceMs / Math.max(this.#rttMs, 1))
    this.#delayMs += Math.max(0.3, share) * (delayMs - this.#delayMs)
    if (delayMs < this.#target) {
      // No growth while the limit is not used: an idle server must not drift to a limit that it never tried.
      if (this.#peak * 1.5 >= this.value) this.value += Math.max(share, growth * this.value * share)
    } else if (this.#delayMs >= this.#target && now - this.#lastCut >= this.#rttMs) {
      const excess = (this.#delayMs - this.#target) / this.#target
      this.value *= Math.max(1 - cutGain * excess, smallestCut)
      this.#lastCut = now
    }
    this.value = Math.max(this.#min, Math.min(this.#max, this.value))
    this.#peak = 0
  }
}
