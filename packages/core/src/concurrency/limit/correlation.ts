/** As many as keep the round trip near its baseline, unless more in flight is seen to buy only latency. */
import { RunningCorrelation } from '../../estimate/correlation.ts'
import { MedianOf } from '../../estimate/median-of.ts'
import { WindowQuantile } from '../../estimate/window-quantile.ts'
import type { Millis } from '../../ticket.ts'
import type { LearningLimit, LimitSnapshot } from '../limit.ts'
import { clampLimit, warmNumber } from './bounds.ts'
import { applyChange } from './learning.ts'
import {
  checkCorrelation,
  checkCorrelationTuning,
  type CorrelationOptions,
  type CorrelationTuning,
  type FullCorrelation,
} from './correlation-options.ts'
import { WarmAverage } from './warm-average.ts'

const owner = 'CorrelationLimit'

/** Round trips of so many windows whose median counts, and how many windows back the mean of those medians remembers. */
const smoothed = 5
/** Windows before a correlation is believed. */
const warmup = 10
/** Queues, in steps, below which the limit grows and above which it shrinks whatever the correlations say. */
const alpha = 3
const beta = 6
/** Throughput that follows what is in flight less than this, or that varies less, does not grow with it. */
const weak = 0.3
const steady = 0.2
/** A round trip that follows what is in flight more than this is one that waits. */
const strong = 0.5
/** More than may ever run. */
const mostInflight = 1e6

/**
 * Vegas with a guard: the queue is estimated from recent over usual round trip, and while the limit is reached it also shrinks when
 * throughput does not follow what is in flight but the round trip does. The guard keeps it from learning an overload as usual, which is
 * how limits by latency drift. Where refusals are rare and load changes within minutes. It moves by about one a second, so use
 * {@link KneeLimit} where it has to be found, or left, within seconds.
 *
 * Work that was dropped is no round trip. Percentiles are off by less than 1 %. O(1) but for the end of a window.
 *
 * Sources: failsafe-go `adaptivelimiter`; the covariance of throughput and inflight is that of Uber's Cinnamon auto-tuner; Vegas:
 * Brakmo and Peterson 1995.
 */
export class CorrelationLimit implements LearningLimit<CorrelationTuning> {
  readonly #window: WindowQuantile = new WindowQuantile()
  readonly #median: MedianOf = new MedianOf(smoothed)
  readonly #recent: WarmAverage
  readonly #baseline: WarmAverage
  readonly #throughputs: RunningCorrelation
  readonly #rtts: RunningCorrelation
  #tuning: FullCorrelation
  #limit: number
  #peak = 0
  #queue = 0
  /** No window ends before this, or at it. */
  #earliest: Millis = -Infinity

  /** Throws a TypeError or a RangeError that names the option. */
  constructor(options: CorrelationOptions = {}) {
    const { initialLimit, baselineAge, correlationWindows } = checkCorrelation(options)
    const warm = (detail: string, otherwise: number): number => warmNumber(owner, options.warmStart, detail, otherwise)
    this.#tuning = checkCorrelationTuning(options)
    this.#limit = clampLimit(warm('limit', initialLimit), this.#tuning)
    this.#recent = new WarmAverage(smoothed, warm('recentRttMs', 0))
    this.#baseline = new WarmAverage(baselineAge, Math.min(warm('baselineRttMs', 0), this.#tuning.maxBaselineMs))
    this.#throughputs = new RunningCorrelation(correlationWindows, warmup)
    this.#rtts = new RunningCorrelation(correlationWindows, warmup)
  }

  get value(): number {
    return this.#limit
  }

  sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void {
    if (!Number.isFinite(now) || !(rttMs >= 0 && rttMs < Infinity)) return
    if (!dropped) {
      this.#window.add(rttMs)
      if (inflight > this.#peak) this.#peak = Math.min(inflight, mostInflight)
    }
    const { minSamples, minWindowMs, maxWindowMs } = this.#tuning
    if (!(now > this.#earliest) || this.#window.size < minSamples) return
    this.#endWindow(inflight >= Math.floor(this.#limit))
    this.#earliest = now + Math.min(Math.max(2 * this.#window.min, minWindowMs), maxWindowMs)
    this.#window.clear()
    this.#peak = 0
  }

  /**
   * `queue` is how many the last window took to be waiting; the correlations are those of throughput and of the round trip with what is
   * in flight, and `throughputVariation` is the standard deviation of throughput over its mean: 0 before they are known.
   */
  snapshot(): LimitSnapshot {
    return {
      kind: owner,
      limit: this.#limit,
      recentRttMs: this.#recent.mean,
      baselineRttMs: this.#usual(),
      queue: this.#queue,
      throughputCorrelation: this.#throughputs.correlation,
      throughputVariation: this.#throughputs.variationY,
      rttCorrelation: this.#rtts.correlation,
    }
  }

  update(change: Partial<CorrelationTuning>): void {
    this.#tuning = checkCorrelationTuning(applyChange(owner, this.#tuning, change))
    this.#limit = clampLimit(this.#limit, this.#tuning)
  }

  #usual(): Millis {
    return Math.min(this.#baseline.mean, this.#tuning.maxBaselineMs)
  }

  #endWindow(isFull: boolean): void {
    const peak = Math.max(1, this.#peak)
    const recentMs = this.#recent.add(this.#median.add(this.#window.quantile(this.#tuning.percentile)))
    this.#baseline.add(Math.min(recentMs, this.#tuning.maxBaselineMs))
    this.#throughputs.add(peak, (peak * 1000) / recentMs)
    this.#rtts.add(peak, recentMs)
    this.#queue = Math.ceil(this.#limit * (1 - this.#usual() / recentMs))
    const step = Math.max(1, Math.floor(Math.log10(this.#limit)))
    const most = peak * this.#tuning.maxLimitFactor
    const wanted = this.#limit + step * this.#direction(step, isFull)
    // Above the cap one step down at a time: what is in flight goes up and down.
    const next = wanted <= most ? wanted : this.#limit > most ? this.#limit - step : most
    this.#limit = clampLimit(next, this.#tuning)
  }

  /** -1 down, 1 up, 0 stay; the first reason that holds decides. */
  #direction(step: number, isFull: boolean): -1 | 0 | 1 {
    if (this.#queue > beta * step) return -1
    if (isFull && this.#buysOnlyLatency()) return -1
    return this.#queue < alpha * step ? 1 : 0
  }

  #buysOnlyLatency(): boolean {
    const throughput = this.#throughputs.correlation
    if (throughput < 0) return true
    return this.#rtts.correlation > strong && (throughput < weak || this.#throughputs.variationY < steady)
  }
}
