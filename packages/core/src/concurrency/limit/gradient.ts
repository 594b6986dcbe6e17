/** Scales the limit by how the least round trip compares with the present one, and measures the least anew now and then. */
import { systemRandom, type Random } from '../../clock.ts'
import { checkFunction, checkKnown, checkNumber } from '../../options.ts'
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
import { checkAmount, GuardedFunctions, sqrti, type LimitFunction } from './limit-functions.ts'
import { baselineOptions, boundBaseline, checkBaseline, gradient, isRtt, type BaselineOptions } from './rtt-baseline.ts'

/** What of a {@link GradientLimit} can change while it runs. Bounds: 1 to 1000 by default. */
export interface GradientLimitSettings
  extends Omit<LimitBounds, 'initialLimit'>, BaselineOptions, InflightCeilingOptions {
  /**
   * How many may wait, and so by how much it grows with each sample: >= 0, or a function of the limit as a whole number. max(4,
   * sqrt(limit)) by default. The limit never falls below it.
   */
  readonly queueSize?: number | LimitFunction
  /** Share of a fall that is taken over at once; growth is taken over whole. > 0, at most 1; 0.2 by default. */
  readonly smoothing?: number
  /** How many times the least round trip is still taken for no queue. >= 1; 2 by default. */
  readonly rttTolerance?: number
  /** What a drop leaves of the limit, before smoothing. 0.1 to 1; 0.9 by default. */
  readonly backoffRatio?: number
  /**
   * After so many samples, to twice as many, the limit falls to `queueSize` and the least round trip is learnt anew: callers are refused
   * then. Integer >= 1, `Infinity` for never (Netflix's -1); 1000 by default.
   */
  readonly probeInterval?: number
}

/** Options of {@link GradientLimit}. It starts at 50 by default. */
export interface GradientLimitOptions extends GradientLimitSettings, Pick<LimitBounds, 'initialLimit'> {
  /** What another one had learnt; goes before `initialLimit`. */
  readonly warmStart?: LimitSnapshot
  /** Spreads the probes of many limits; by default {@link systemRandom}. */
  readonly random?: Random
}

type Settings = FullBounds & Required<GradientLimitSettings> & { readonly queueSize: LimitFunction }

const owner = 'GradientLimit'
const names = [
  'minLimit',
  'maxLimit',
  'queueSize',
  'smoothing',
  'rttTolerance',
  'backoffRatio',
  'probeInterval',
  ...baselineOptions,
  ...inflightCeilingOptions,
]
const rules = { owner, names, check }
/** The countdown of a limit that never probes. */
const never = -1

const defaultQueue: LimitFunction = (limit) => Math.max(4, sqrti(limit))

/**
 * The first of Netflix's gradients: `limit * clamp(rttTolerance * least / rtt, 0.5, 1) + queueSize`. It forgets its baseline by cutting
 * the limit to `queueSize` every thousand samples or so, which refuses a burst of callers each time; {@link Gradient2Limit} does without.
 * For replaying or replacing an existing one. Round trips of 0 or no finite number are not learnt from; as drops they count. O(1).
 *
 * With default options exactly the limits of Netflix's `GradientLimit`, but never above `maxLimit` on account of `queueSize`.
 * Source: Netflix concurrency-limits.
 */
export class GradientLimit implements LearningLimit<GradientLimitSettings> {
  #estimate: number
  readonly #given: GivenOptions<GradientLimitSettings, Settings>
  #settings: Settings
  readonly #functions: GuardedFunctions = new GuardedFunctions()
  readonly #random: Random
  readonly #ceiling: InflightCeiling
  /** The least round trip since the last probe; 0 before the first. */
  #noLoadMs: Millis
  /** Samples until the next probe. */
  #countdown: number

  constructor(options: GradientLimitOptions = {}) {
    checkKnown(owner, options, [...names, 'initialLimit', 'warmStart', 'random'])
    const warm = new WarmStart(owner, options.warmStart)
    const settings = check(options)
    this.#random = checkFunction(owner, 'random', options.random ?? systemRandom)
    this.#given = new GivenOptions(rules, options)
    this.#settings = settings
    this.#estimate = clampLimit(warm.number('limit', settings.initialLimit), settings)
    this.#noLoadMs = warm.number('noLoadRttMs', 0, 0)
    this.#countdown = warm.number('probeCountdown', never, never)
    this.#retime()
    this.#ceiling = new InflightCeiling(settings, warm)
  }

  get value(): number {
    return this.#estimate
  }

  /** How often a function of the options threw or said what is no finite number; the default counted instead. */
  get failures(): number {
    return this.#functions.failures
  }

  sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void {
    const queue = this.#functions.call(this.#settings.queueSize, Math.trunc(this.#estimate), defaultQueue)
    if (isRtt(rttMs)) this.#learn(rttMs, inflight, dropped, queue)
    else if (dropped) this.#backOff(queue)
    this.#estimate = clampLimit(this.#ceiling.hold(this.#estimate, now, inflight), this.#settings)
  }

  snapshot(): LimitSnapshot {
    return {
      kind: owner,
      limit: this.#estimate,
      noLoadRttMs: this.#noLoadMs,
      probeCountdown: this.#countdown,
      ...this.#ceiling.snapshot(),
    }
  }

  update(change: Partial<GradientLimitSettings>): void {
    const settings = this.#given.change(change)
    this.#settings = settings
    this.#retime()
    this.#ceiling.update(settings)
    this.#estimate = clampLimit(this.#estimate, settings)
  }

  #learn(rttMs: Millis, inflight: number, dropped: boolean, queue: number): void {
    if (this.#countdown !== never && this.#countdown-- <= 0) {
      this.#countdown = this.#drawCountdown()
      this.#noLoadMs = 0
      this.#moveTo(Math.max(this.#settings.minLimit, queue), queue)
      return
    }
    if (this.#noLoadMs === 0 || rttMs < this.#noLoadMs) this.#noLoadMs = rttMs
    if (dropped) return this.#backOff(queue)
    // No growth while the limit is not used: what nobody tries teaches nothing.
    if (!(inflight >= this.#estimate / 2)) return
    const least = boundBaseline(this.#noLoadMs, this.#settings)
    this.#smoothTo(this.#estimate * gradient(rttMs, least, this.#settings.rttTolerance) + queue, queue)
  }

  #backOff(queue: number): void {
    this.#smoothTo(this.#estimate * this.#settings.backoffRatio, queue)
  }

  #smoothTo(limit: number, queue: number): void {
    const { smoothing } = this.#settings
    const estimate = this.#estimate
    this.#moveTo(limit < estimate ? estimate * (1 - smoothing) + smoothing * limit : limit, queue)
  }

  #moveTo(limit: number, queue: number): void {
    this.#estimate = clampLimit(Math.max(queue, limit), this.#settings)
  }

  /** A countdown that fits the settings: none where it never probes, and one where it does. */
  #retime(): void {
    if (this.#settings.probeInterval === Infinity) this.#countdown = never
    else if (this.#countdown === never) this.#countdown = this.#drawCountdown()
  }

  #drawCountdown(): number {
    const { probeInterval } = this.#settings
    return probeInterval + Math.floor(this.#functions.chance(this.#random) * probeInterval)
  }
}

function check(options: GradientLimitOptions): Settings {
  const { queueSize = defaultQueue } = options
  return {
    ...checkBounds(owner, options, { initialLimit: 50, minLimit: 1, maxLimit: 1000 }),
    ...checkBaseline(owner, options),
    ...checkInflightCeiling(owner, options),
    queueSize: checkAmount(owner, 'queueSize', queueSize, { min: 0, max: 1e6 }),
    smoothing: checkNumber(owner, 'smoothing', options.smoothing ?? 0.2, { min: 0.001, max: 1 }),
    rttTolerance: checkNumber(owner, 'rttTolerance', options.rttTolerance ?? 2, { min: 1, max: 1e6 }),
    backoffRatio: checkNumber(owner, 'backoffRatio', options.backoffRatio ?? 0.9, { min: 0.1, max: 1 }),
    probeInterval: checkNumber(owner, 'probeInterval', options.probeInterval ?? 1000, {
      min: 1,
      max: Infinity,
      integer: true,
    }),
  }
}
