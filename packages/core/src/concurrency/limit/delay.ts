/** Holds the standing delay of a queue at a target: grows while it is below, cuts once per round trip while it is above. */
import { checkKnown, checkNumber } from '../../options.ts'
import type { Millis } from '../../ticket.ts'
import type { LearningLimit, LimitSnapshot } from '../limit.ts'
import { clampLimit, warmNumber } from './bounds.ts'
import { applyChange } from './learning.ts'

/** Options of {@link DelayLimit} that may change while it runs. */
export interface DelayTuning {
  /** Standing delay to hold. In ms, 0.1..10000; 8 by default. */
  readonly targetMs?: Millis
  /** Never below this. Integer >= 1; 2 by default. */
  readonly minLimit?: number
  /** Never above this. Integer >= `minLimit`, at most 1,000,000; 10,000 by default. */
  readonly maxLimit?: number
}

/** Options of {@link DelayLimit}. */
export interface DelayLimitOptions extends DelayTuning {
  /** Where to start; `minLimit` to `maxLimit`, 16 by default. Ignored when there is a `warmStart`. */
  readonly initialLimit?: number
  /** A snapshot of another one to go on from: its limit, its smoothed delay and round trip. */
  readonly warmStart?: LimitSnapshot
}

const owner = 'DelayLimit'

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
export class DelayLimit implements LearningLimit<DelayTuning> {
  value: number
  #tuning: Required<DelayTuning>
  #rttMs: Millis
  #delayMs: Millis
  #peak = 0
  #lastTick: Millis = -Infinity
  #lastCut: Millis = -Infinity

  constructor(options: DelayLimitOptions = {}) {
    checkKnown(owner, options, ['targetMs', 'initialLimit', 'minLimit', 'maxLimit', 'warmStart'])
    this.#tuning = checkTuning(options)
    const { minLimit: min, maxLimit: max } = this.#tuning
    const initial = options.initialLimit ?? Math.max(min, Math.min(16, max))
    checkNumber(owner, 'initialLimit', initial, { min, max })
    this.value = clampLimit(warmNumber(owner, options.warmStart, 'limit', initial), this.#tuning)
    this.#rttMs = Math.max(0, warmNumber(owner, options.warmStart, 'rttMs', 20))
    this.#delayMs = Math.max(0, warmNumber(owner, options.warmStart, 'delayMs', 0))
  }

  sample(_now: Millis, rttMs: Millis, inflight: number): void {
    if (!(rttMs > -Infinity)) return
    if (inflight > this.#peak) this.#peak = inflight
    this.#rttMs += 0.05 * (Math.min(rttMs, 2000) - this.#rttMs)
  }

  /** One measurement of the standing delay; call it about every 10 to 20 ms, or once per turn of a loop that is slower. */
  tick(now: Millis, delayMs: Millis): void {
    if (!Number.isFinite(now) || !Number.isFinite(delayMs)) return
    const { targetMs, minLimit, maxLimit } = this.#tuning
    const sinceMs = this.#lastTick === -Infinity ? 0 : now - this.#lastTick
    this.#lastTick = now
    const share = Math.min(1, sinceMs / Math.max(this.#rttMs, 1))
    this.#delayMs += Math.max(0.3, share) * (delayMs - this.#delayMs)
    if (delayMs < targetMs) {
      // No growth while the limit is not used: an idle server must not drift to a limit that it never tried.
      if (this.#peak * 1.5 >= this.value) this.value += Math.max(share, growth * this.value * share)
    } else if (this.#delayMs >= targetMs && now - this.#lastCut >= this.#rttMs) {
      const excess = (this.#delayMs - targetMs) / targetMs
      this.value *= Math.max(1 - cutGain * excess, smallestCut)
      this.#lastCut = now
    }
    this.value = Math.max(minLimit, Math.min(maxLimit, this.value))
    this.#peak = 0
  }

  /** `delayMs` and `rttMs` are the smoothed delay and round trip. */
  snapshot(): LimitSnapshot {
    return { kind: owner, limit: this.value, delayMs: this.#delayMs, rttMs: this.#rttMs }
  }

  update(change: Partial<DelayTuning>): void {
    this.#tuning = checkTuning(applyChange(owner, this.#tuning, change))
    this.value = clampLimit(this.value, this.#tuning)
  }
}

function checkTuning(options: DelayTuning): Required<DelayTuning> {
  const targetMs = checkNumber(owner, 'targetMs', options.targetMs ?? 8, { min: 0.1, max: 10_000 })
  const minLimit = checkNumber(owner, 'minLimit', options.minLimit ?? 2, { min: 1, max: 1e6, integer: true })
  const bounds = { min: minLimit, max: 1e6, integer: true }
  const maxLimit = checkNumber(owner, 'maxLimit', options.maxLimit ?? Math.max(10_000, minLimit), bounds)
  return { targetMs, minLimit, maxLimit }
}
