/** Scales the limit by how the round trip of the last hundreds of samples compares with the present one. */
import { checkKnown, checkNumber } from '../../options.ts'
import type { Millis } from '../../ticket.ts'
import type { LearningLimit, LimitSnapshot } from '../limit.ts'
import { checkBounds, clampLimit, type FullBounds, type LimitBounds } from './bounds.ts'
import {
  checkInflightCeiling,
  InflightCeiling,
  inflightCeilingOptions,
  type InflightCeilingOptions,
} from './inflight-ceiling.ts'
import { GivenOptions, WarmStart } from './learning.ts'
import { checkAmount, GuardedFunctions, type LimitFunction } from './limit-functions.ts'
import { baselineOptions, boundBaseline, checkBaseline, gradient, isRtt, type BaselineOptions } from './rtt-baseline.ts'

/** What of a {@link Gradient2Limit} can change while it runs. Bounds: 20 to 200 by default. */
export interface Gradient2LimitSettings
  extends Omit<LimitBounds, 'initialLimit'>, BaselineOptions, InflightCeilingOptions {
  /** How many may wait, and so how fast it grows: >= 0, or a function of the limit as a whole number. 4 by default. */
  readonly queueSize?: number | LimitFunction
  /** Share of a new estimate that is taken over at once. > 0, at most 1; 0.2 by default. */
  readonly smoothing?: number
  /** How many times the long round trip is still taken for no queue. >= 1; 1.5 by default. */
  readonly rttTolerance?: number
  /** Samples over which the long round trip is averaged, exponentially. Integer >= 1; 600 by default. */
  readonly longWindow?: number
  /** So many samples at first are averaged plainly. Integer >= 1; 10 by default, as with Netflix, where it is fixed. */
  readonly warmup?: number
}

/** Options of {@link Gradient2Limit}. It starts at 20 by default. */
export interface Gradient2LimitOptions extends Gradient2LimitSettings, Pick<LimitBounds, 'initialLimit'> {
  /** What another one had learnt; goes before `initialLimit`. */
  readonly warmStart?: LimitSnapshot
}

type Settings = FullBounds & Required<Gradient2LimitSettings> & { readonly queueSize: LimitFunction }

const owner = 'Gradient2Limit'
const names = [
  'minLimit',
  'maxLimit',
  'queueSize',
  'smoothing',
  'rttTolerance',
  'longWindow',
  'warmup',
  ...baselineOptions,
  ...inflightCeilingOptions,
]
const rules = { owner, names, check }
/** A long round trip this many times the present one is of an overload that is over; so much of it is left then. */
const stale = 2
const fading = 0.95

const defaultQueue: LimitFunction = () => 4

/**
 * `limit * clamp(rttTolerance * long / rtt, 0.5, 1) + queueSize`, smoothed, where `long` is the average round trip of the last
 * `longWindow` samples or so. Nothing is probed and no outlier counts for long; but what lasts longer than the window becomes normal:
 * behind a window of 100 ms, three minutes of twice the load are learnt as the baseline, and the limit climbs to `maxLimit`. Set
 * `maxBaselineMs` against that. Drops say nothing to it: for a downstream that refuses use {@link AimdLimit}. Where work of very
 * different kinds shares a limit use {@link KneeLimit}, which has no baseline. Round trips of 0 or no finite number are ignored. O(1).
 *
 * With default options exactly the limits of Netflix's `Gradient2Limit`. Source: Netflix concurrency-limits.
 */
export class Gradient2Limit implements LearningLimit<Gradient2LimitSettings> {
  #estimate: number
  readonly #given: GivenOptions<Gradient2LimitSettings, Settings>
  #settings: Settings
  readonly #functions: GuardedFunctions = new GuardedFunctions()
  readonly #ceiling: InflightCeiling
  #longMs: Millis
  #warmupCount: number
  #warmupSumMs: number

  constructor(options: Gradient2LimitOptions = {}) {
    checkKnown(owner, options, [...names, 'initialLimit', 'warmStart'])
    const warm = new WarmStart(owner, options.warmStart)
    const settings = check(options)
    this.#given = new GivenOptions(rules, options)
    this.#settings = settings
    this.#estimate = clampLimit(warm.number('limit', settings.initialLimit), settings)
    this.#longMs = warm.number('longRttMs', 0, 0)
    this.#warmupCount = warm.number('warmupCount', 0, 0)
    this.#warmupSumMs = warm.number('warmupSumMs', 0, 0)
    this.#ceiling = new InflightCeiling(settings, warm)
  }

  get value(): number {
    return this.#estimate
  }

  /** How often a function of the options threw or said what is no finite number; the default counted instead. */
  get failures(): number {
    return this.#functions.failures
  }

  sample(now: Millis, rttMs: Millis, inflight: number): void {
    if (isRtt(rttMs)) this.#learn(rttMs, inflight)
    this.#estimate = clampLimit(this.#ceiling.hold(this.#estimate, now, inflight), this.#settings)
  }

  snapshot(): LimitSnapshot {
    return {
      kind: owner,
      limit: this.#estimate,
      longRttMs: this.#longMs,
      warmupCount: this.#warmupCount,
      warmupSumMs: this.#warmupSumMs,
      ...this.#ceiling.snapshot(),
    }
  }

  update(change: Partial<Gradient2LimitSettings>): void {
    const settings = this.#given.change(change)
    this.#settings = settings
    this.#ceiling.update(settings)
    this.#estimate = clampLimit(this.#estimate, settings)
  }

  #learn(rttMs: Millis, inflight: number): void {
    const { queueSize, smoothing, rttTolerance } = this.#settings
    const estimate = this.#estimate
    const longMs = this.#average(rttMs)
    if (longMs / rttMs > stale) this.#longMs = longMs * fading
    // No growth while the limit is not used: what nobody tries teaches nothing.
    if (!(inflight >= estimate / 2)) return
    const queue = this.#functions.call(queueSize, Math.trunc(estimate), defaultQueue)
    // The fading above shows from the next sample on, as with Netflix.
    const baseline = boundBaseline(longMs, this.#settings)
    const next = estimate * gradient(rttMs, baseline, rttTolerance) + queue
    this.#estimate = clampLimit(estimate * (1 - smoothing) + next * smoothing, this.#settings)
  }

  #average(rttMs: Millis): Millis {
    const { longWindow, warmup } = this.#settings
    if (this.#warmupCount < warmup) {
      this.#warmupCount++
      this.#warmupSumMs += rttMs
      this.#longMs = this.#warmupSumMs / this.#warmupCount
    } else {
      const share = 2 / (longWindow + 1)
      this.#longMs = this.#longMs * (1 - share) + rttMs * share
    }
    return this.#longMs
  }
}

function check(options: Gradient2LimitOptions): Settings {
  const { queueSize = defaultQueue } = options
  const count = { min: 1, max: 1e9, integer: true }
  return {
    ...checkBounds(owner, options, { initialLimit: 20, minLimit: 20, maxLimit: 200 }),
    ...checkBaseline(owner, options),
    ...checkInflightCeiling(owner, options),
    queueSize: checkAmount(owner, 'queueSize', queueSize, { min: 0, max: 1e6 }),
    smoothing: checkNumber(owner, 'smoothing', options.smoothing ?? 0.2, { min: 0.001, max: 1 }),
    rttTolerance: checkNumber(owner, 'rttTolerance', options.rttTolerance ?? 1.5, { min: 1, max: 1e6 }),
    longWindow: checkNumber(owner, 'longWindow', options.longWindow ?? 600, count),
    warmup: checkNumber(owner, 'warmup', options.warmup ?? 10, count),
  }
}
