/** What a round trip takes when nothing waits: as far as a limit may believe what it has learnt of it. */
import { checkNumber } from '../../options.ts'
import type { Millis } from '../../ticket.ts'

/** Bounds of the learnt baseline. The same value for both is a baseline set by hand. */
export interface BaselineOptions {
  /**
   * The baseline never counts as less than this: a few fast answers (errors, cache hits) must not make all others look slow. In ms,
   * >= 0; 0 by default, which is no bound.
   */
  readonly minBaselineMs?: Millis
  /**
   * The baseline never counts as more than this: an overload that lasts must not be learnt as normal. In ms, >= `minBaselineMs` and
   * > 0; `Infinity` by default, which is no bound. About twice the median of a calm day is a good choice.
   */
  readonly maxBaselineMs?: Millis
}

/** Their names. */
export const baselineOptions = ['minBaselineMs', 'maxBaselineMs'] as const

/** The options, checked and complete. */
export function checkBaseline(owner: string, options: BaselineOptions): Required<BaselineOptions> {
  const { minBaselineMs = 0, maxBaselineMs = Infinity } = options
  checkNumber(owner, 'minBaselineMs', minBaselineMs, { min: 0, max: Number.MAX_SAFE_INTEGER })
  checkNumber(owner, 'maxBaselineMs', maxBaselineMs, { min: Math.max(1e-6, minBaselineMs), max: Infinity })
  return { minBaselineMs, maxBaselineMs }
}

/** The baseline as it counts. */
export function boundBaseline(learntMs: Millis, bounds: Required<BaselineOptions>): Millis {
  return Math.max(bounds.minBaselineMs, Math.min(bounds.maxBaselineMs, learntMs))
}

/** What the gradients multiply a limit by: 1 as long as the round trip is at most `tolerance` times the baseline, and never less than a half. */
export function gradient(rttMs: Millis, baselineMs: Millis, tolerance: number): number {
  return Math.max(0.5, Math.min(1, (tolerance * baselineMs) / rttMs))
}

/** Whether a time can be learnt from: 0 says that the clock is coarser than the work, the rest that something is broken. */
export function isRtt(rttMs: Millis): boolean {
  return rttMs > 0 && rttMs <= Number.MAX_SAFE_INTEGER
}
