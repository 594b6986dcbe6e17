/** As many as the best recent throughput needs at the best recent round trip. */
import { BucketWindow } from '../../estimate/bucket-window.ts'
import type { Signal } from '../../signal/signal.ts'
import type { Millis } from '../../ticket.ts'
import type { LearningLimit, LimitSnapshot } from '../limit.ts'
import { checkBbr, checkBbrTuning, type BbrOptions, type BbrRule, type BbrTuning } from './bbr-options.ts'
import { clampLimit, warmNumber } from './bounds.ts'
import { applyChange } from './learning.ts'

/** A round trip counts as this at most: some three hours, so that sums of them stay numbers. */
const longestMs = 1e7

/**
 * How many run, by Little's law, where throughput was at its most and the round trip at its least; rounded to the nearest.
 * @param maxPass most ends of work in one bucket
 * @param minRttMs least mean round trip of a bucket
 */
export function bbrInflight(maxPass: number, minRttMs: Millis, bucketsPerSecond: number): number {
  return Math.floor((maxPass * minRttMs * bucketsPerSecond) / 1000 + 0.5)
}

/**
 * Enforces that product while a signal says that the processor is busy, and only `maxLimit` otherwise. For a server whose bottleneck is
 * its processor and whose routes take about the same time. Use {@link KneeLimit} where routes differ, for the quickest of them sets the
 * round trip and the limit is then too small for the others, and where the bottleneck is elsewhere.
 *
 * A limit is not asked when work comes, so the signal is read when work ends, or when `tick` is called. aegis and Sentinel compare what
 * runs *before* newcomers, and never with less than 1: the limit is one more than the product, and 2 at least by default. While nothing
 * is known of the window it stays where it was. Work that was dropped is neither throughput nor a round trip.
 * O(1); once in a bucket it looks at all of them.
 *
 * Sources: go-kratos/aegis `ratelimit/bbr`, Alibaba Sentinel `SystemRuleManager.checkBbr`; the name and the idea are of BBR congestion
 * control (Cardwell et al., 2016).
 */
export class BbrLimit implements LearningLimit<BbrTuning> {
  /** How often the signal threw; it then counts as calm. */
  failures = 0
  readonly #cpu: Signal | undefined
  readonly #rule: BbrRule
  readonly #window: BucketWindow
  readonly #bucketsPerSecond: number
  readonly #resolutionMs: Millis
  #tuning: Required<BbrTuning>
  #limit: number
  #maxPass: number
  #minRttMs: Millis
  #isEnforced: boolean
  /** When it first held somebody back, since it last held nobody; -Infinity while it does not. */
  #heldAt: Millis = -Infinity

  /** Throws a TypeError or a RangeError that names the option. */
  constructor(options: BbrOptions = {}) {
    const { initialLimit, rule, windowMs, buckets, resolutionMs, tuning } = checkBbr(options)
    const warm = (detail: string, otherwise: number): number =>
      warmNumber('BbrLimit', options.warmStart, detail, otherwise)
    this.#cpu = options.cpu
    this.#rule = rule
    this.#window = new BucketWindow(windowMs, buckets)
    this.#bucketsPerSecond = (1000 * buckets) / windowMs
    this.#resolutionMs = resolutionMs
    this.#tuning = tuning
    this.#limit = clampLimit(warm('limit', initialLimit), tuning)
    this.#maxPass = warm('maxPass', 0)
    this.#minRttMs = warm('minRttMs', 0)
    this.#isEnforced = options.cpu === undefined
  }

  /** The limit while it is enforced, `maxLimit` while it is not. */
  get value(): number {
    return this.#isEnforced ? this.#limit : this.#tuning.maxLimit
  }

  sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void {
    if (!Number.isFinite(now)) return
    const isNext = this.#window.advance(now)
    const counts = !dropped && rttMs >= 0 && rttMs < Infinity
    if (counts) this.#window.add(now, this.#roundUp(Math.min(rttMs, longestMs)))
    // The present bucket is of no account in aegis, so nothing changes before it is over.
    if (isNext || (counts && this.#rule === 'sentinel')) this.#estimate()
    this.#watch(now, inflight)
  }

  lost(now: Millis, _rttMs: Millis, inflight: number): void {
    if (Number.isFinite(now)) this.#watch(now, inflight)
  }

  /** Reads the signal now. Call it now and then where work may run for long, so that for long nothing ends. */
  tick(now: Millis): void {
    if (Number.isFinite(now)) this.#watch(now, 0)
  }

  /** `state` is `enforced` or `open`; `maxPass` and `minRttMs` are what the limit was made of, 0 while nothing was. */
  snapshot(): LimitSnapshot {
    return {
      kind: 'BbrLimit',
      limit: this.#limit,
      state: this.#isEnforced ? 'enforced' : 'open',
      maxPass: this.#maxPass,
      minRttMs: this.#minRttMs,
    }
  }

  update(change: Partial<BbrTuning>): void {
    this.#tuning = checkBbrTuning(applyChange('BbrLimit', this.#tuning, change))
    this.#limit = clampLimit(this.#limit, this.#tuning)
  }

  #estimate(): void {
    const isSentinel = this.#rule === 'sentinel'
    const maxPass = this.#window.mostCount(isSentinel)
    if (maxPass === 0) return
    const best = isSentinel ? this.#window.least(true) : this.#roundUp(this.#window.leastMean())
    this.#maxPass = maxPass
    this.#minRttMs = Math.min(best, this.#tuning.maxBaselineMs)
    const inflight = isSentinel
      ? (maxPass * this.#minRttMs * this.#bucketsPerSecond) / 1000
      : bbrInflight(maxPass, this.#minRttMs, this.#bucketsPerSecond)
    this.#limit = clampLimit(inflight + 1, this.#tuning)
  }

  #watch(now: Millis, inflight: number): void {
    if (this.#cpu === undefined) return
    if (this.#isBusy(now)) {
      this.#isEnforced = true
      // Whoever was refused was refused because so many ran, and the first of them to end says so.
      if (this.#heldAt === -Infinity && inflight >= Math.floor(this.#limit)) this.#heldAt = now
    } else {
      this.#isEnforced = now - this.#heldAt <= this.#tuning.cooldownMs
      if (!this.#isEnforced) this.#heldAt = -Infinity
    }
  }

  #isBusy(now: Millis): boolean {
    try {
      return this.#cpu!.pressure(now) >= this.#tuning.threshold
    } catch {
      this.failures++
      return false
    }
  }

  #roundUp(ms: Millis): Millis {
    return Math.max(1, Math.ceil(ms / this.#resolutionMs)) * this.#resolutionMs
  }
}
