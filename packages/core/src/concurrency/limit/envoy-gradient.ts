/** As many as keep the round trip near what it is with hardly anybody there, which is measured now and then. */
import { systemRandom, type Random } from '../../clock.ts'
import { WindowQuantile } from '../../estimate/window-quantile.ts'
import type { Millis } from '../../ticket.ts'
import type { LearningLimit, LimitSnapshot } from '../limit.ts'
import { clampLimit, warmNumber } from './bounds.ts'
import { applyChange } from './learning.ts'
import {
  checkEnvoyGradient,
  checkEnvoyGradientTuning,
  type EnvoyGradientOptions,
  type EnvoyGradientTuning,
  type FullEnvoyGradient,
} from './envoy-gradient-options.ts'

/** Bounds of the gradient: a step at most halves or doubles. */
const leastGradient = 0.5
const mostGradient = 2
/** After so many windows in a row that leave it at the least, what it believes of the unloaded round trip is in doubt. */
const doubtfulWindows = 5

const owner = 'EnvoyGradientLimit'

/**
 * Envoy's gradient controller: every window the limit is multiplied by unloaded over present round trip, and gets its square root on
 * top for bursts. The unloaded round trip is measured by letting in hardly anybody, every half minute: each probe refuses work. For a
 * proxy in front of many servers, where a refused call is tried elsewhere. Use {@link KneeLimit} where refusals reach a user or where
 * what is called may become slow without being full, for which this one shrinks to the least.
 *
 * Every end is a sample, dropped or not, as in Envoy. Instead of timers there are the ends of work: what is due happens at the next of
 * them. While it probes, `value` may be below `minLimit`. Percentiles are off by less than 1 %. O(1) but for the end of a window.
 *
 * Source: Envoy, `adaptive_concurrency/controller/gradient_controller.cc`, whose `min_concurrency` is here two options.
 */
export class EnvoyGradientLimit implements LearningLimit<EnvoyGradientTuning> {
  readonly #rtts: WindowQuantile = new WindowQuantile()
  readonly #random: Random
  #tuning: FullEnvoyGradient
  #limit: number
  #minRttMs: Millis
  #sampleRttMs: Millis = 0
  #isProbing: boolean
  /** Work that started before this ran under a limit that is no longer; -Infinity at first. */
  #epoch: Millis = -Infinity
  /** -Infinity until the first end of work. */
  #windowStart: Millis = -Infinity
  #probedAt: Millis = -Infinity
  #draw = 0
  #atLeast = 0

  /** Throws a TypeError or a RangeError that names the option. */
  constructor(options: EnvoyGradientOptions = {}) {
    const initialLimit = checkEnvoyGradient(options)
    this.#tuning = checkEnvoyGradientTuning(options)
    this.#random = options.random ?? systemRandom
    this.#limit = clampLimit(warmNumber(owner, options.warmStart, 'limit', initialLimit), this.#tuning)
    this.#minRttMs = this.#baseline(Math.max(0, warmNumber(owner, options.warmStart, 'minRttMs', 0)))
    this.#isProbing = !(this.#minRttMs > 0)
  }

  get value(): number {
    return this.#isProbing ? Math.min(this.#tuning.probeConcurrency, this.#limit) : this.#limit
  }

  sample(now: Millis, rttMs: Millis): void {
    if (!Number.isFinite(now) || !(rttMs >= 0 && rttMs < Infinity)) return
    if (this.#windowStart === -Infinity) this.#start(now)
    else if (!this.#isProbing) this.#catchUp(now)
    if (now - rttMs < this.#epoch) return
    this.#rtts.add(rttMs)
    if (this.#isProbing && this.#rtts.size >= this.#tuning.probeSamples) this.#endProbe(now)
  }

  /**
   * `limit` is what it goes on with after a probe; `phase` is `probe` or `track`; `minRttMs` is the unloaded round trip and `sampleRttMs`
   * that of the last window, 0 while there was none.
   */
  snapshot(): LimitSnapshot {
    return {
      kind: owner,
      limit: this.#limit,
      phase: this.#isProbing ? 'probe' : 'track',
      minRttMs: this.#minRttMs,
      sampleRttMs: this.#sampleRttMs,
    }
  }

  update(change: Partial<EnvoyGradientTuning>): void {
    const wasFixed = this.#tuning.fixedMinRttMs > 0
    this.#tuning = checkEnvoyGradientTuning(applyChange(owner, this.#tuning, change))
    const isFixed = this.#tuning.fixedMinRttMs > 0
    this.#limit = clampLimit(this.#limit, this.#tuning)
    this.#minRttMs = wasFixed && !isFixed ? 0 : this.#baseline(this.#minRttMs)
    if (isFixed && this.#isProbing) this.#stopProbing()
    else if (wasFixed && !isFixed) this.#measureAgain()
  }

  #baseline(measuredMs: Millis): Millis {
    const { fixedMinRttMs, maxBaselineMs } = this.#tuning
    return Math.min(fixedMinRttMs > 0 ? fixedMinRttMs : measuredMs, maxBaselineMs)
  }

  #start(now: Millis): void {
    this.#windowStart = this.#probedAt = now
    if (this.#isProbing) return
    const draw = this.#random()
    this.#draw = draw >= 0 && draw < 1 ? draw : 0
  }

  /** Nothing is fixed any more, so a probe is overdue: at once if nothing has run yet, else with the next end of work. */
  #measureAgain(): void {
    if (this.#windowStart === -Infinity) this.#isProbing = true
    else this.#probedAt = -Infinity
  }

  /** Does what was due before `now`, in its order. */
  #catchUp(now: Millis): void {
    const { windowMs, intervalMs, jitter, fixedMinRttMs } = this.#tuning
    const windowEnd = this.#windowStart + windowMs
    const probeAt = fixedMinRttMs > 0 ? Infinity : this.#probedAt + intervalMs * (1 + jitter * this.#draw)
    if (windowEnd <= now && windowEnd <= probeAt) {
      this.#windowStart = windowEnd + windowMs * Math.floor((now - windowEnd) / windowMs)
      if (this.#rtts.size > 0) this.#endWindow(now)
    }
    if (probeAt <= now) this.#startProbe(now)
  }

  #endWindow(now: Millis): void {
    const before = this.#limit
    const { minLimit, fixedMinRttMs, percentile, buffer } = this.#tuning
    this.#sampleRttMs = this.#rtts.quantile(percentile)
    this.#rtts.clear()
    const gradient = (this.#minRttMs * (1 + buffer)) / this.#sampleRttMs
    const scaled = before * Math.max(leastGradient, Math.min(mostGradient, gradient))
    this.#limit = clampLimit(Math.trunc(scaled + Math.sqrt(scaled)), this.#tuning)
    this.#atLeast = before === minLimit && this.#limit === minLimit ? this.#atLeast + 1 : 0
    if (this.#atLeast >= doubtfulWindows && fixedMinRttMs === 0) this.#startProbe(now)
  }

  #startProbe(now: Millis): void {
    if (this.#isProbing) return
    this.#isProbing = true
    this.#epoch = now
    this.#atLeast = 0
    this.#rtts.clear()
  }

  #endProbe(now: Millis): void {
    this.#minRttMs = this.#baseline(this.#rtts.quantile(this.#tuning.percentile))
    this.#stopProbing()
    this.#start(now)
  }

  #stopProbing(): void {
    this.#rtts.clear()
    this.#isProbing = false
  }
}
