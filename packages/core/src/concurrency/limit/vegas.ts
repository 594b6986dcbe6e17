/** TCP Vegas for requests: estimates the queue from the round trip, and keeps it between two marks. */
import { systemRandom, type Random } from '../../clock.ts'
import { checkFunction, checkKnown } from '../../options.ts'
import type { Millis } from '../../ticket.ts'
import type { LearningLimit, LimitSnapshot } from '../limit.ts'
import { clampLimit } from './bounds.ts'
import { InflightCeiling } from './inflight-ceiling.ts'
import { GivenOptions, WarmStart } from './learning.ts'
import { GuardedFunctions } from './limit-functions.ts'
import { boundBaseline, isRtt } from './rtt-baseline.ts'
import {
  checkVegas,
  vegasDefaults as defaults,
  vegasNames as names,
  type FullVegasSettings,
  type VegasLimitOptions,
  type VegasLimitSettings,
} from './vegas-options.ts'

const owner = 'VegasLimit'
const rules = { owner, names, check: (options: VegasLimitOptions): FullVegasSettings => checkVegas(owner, options) }

/**
 * Takes the least round trip for what work takes when nothing waits: of `limit` in flight, `limit * (1 - baseline / rtt)` wait. Few
 * waiting, and it grows; many, or a drop, and it shrinks. For calls of one kind to a downstream, where latency is all that is seen.
 * Where work varies the least round trip is far below the mean, and it sheds for ever: set `minBaselineMs`, average with
 * {@link WindowedLimit}, or use {@link Gradient2Limit} or {@link KneeLimit}. One that probes while it is overloaded takes the overload
 * for its baseline: set `maxBaselineMs`. Round trips of 0 or no finite number are not learnt from; as drops they count. O(1).
 *
 * With default options exactly the limits of Netflix's `VegasLimit`. Sources: Brakmo and Peterson 1995; Netflix concurrency-limits.
 */
export class VegasLimit implements LearningLimit<VegasLimitSettings> {
  #estimate: number
  readonly #given: GivenOptions<VegasLimitSettings, FullVegasSettings>
  #settings: FullVegasSettings
  readonly #functions: GuardedFunctions = new GuardedFunctions()
  readonly #random: Random
  readonly #ceiling: InflightCeiling
  /** The least round trip since the last probe; 0 before the first. */
  #noLoadMs: Millis
  #probeCount: number
  #probeJitter: number

  constructor(options: VegasLimitOptions = {}) {
    checkKnown(owner, options, [...names, 'initialLimit', 'warmStart', 'random'])
    const warm = new WarmStart(owner, options.warmStart)
    const settings = checkVegas(owner, options)
    this.#random = checkFunction(owner, 'random', options.random ?? systemRandom)
    this.#given = new GivenOptions(rules, options)
    this.#settings = settings
    this.#estimate = within(warm.number('limit', settings.initialLimit), settings)
    this.#noLoadMs = warm.number('noLoadRttMs', 0, 0)
    this.#probeCount = warm.number('probeCount', 0, 0)
    const jitter = options.warmStart === undefined ? this.#jitter() : 0
    this.#probeJitter = warm.number('probeJitter', jitter, 0.5, 1)
    this.#ceiling = new InflightCeiling(settings, warm)
  }

  get value(): number {
    return clampLimit(this.#estimate, this.#settings)
  }

  /** How often a function of the options threw or said what is no finite number; the default counted instead. */
  get failures(): number {
    return this.#functions.failures
  }

  sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void {
    if (isRtt(rttMs)) this.#learn(rttMs, inflight, dropped)
    else if (dropped) this.#moveTo(this.#decreased())
    const held = this.#ceiling.hold(this.#estimate, now, inflight)
    if (held < this.#estimate) this.#estimate = clampLimit(held, this.#settings)
  }

  snapshot(): LimitSnapshot {
    return {
      kind: owner,
      limit: this.#estimate,
      noLoadRttMs: this.#noLoadMs,
      probeCount: this.#probeCount,
      probeJitter: this.#probeJitter,
      ...this.#ceiling.snapshot(),
    }
  }

  update(change: Partial<VegasLimitSettings>): void {
    const settings = this.#given.change(change)
    this.#settings = settings
    this.#ceiling.update(settings)
    this.#estimate = within(this.#estimate, settings)
  }

  #learn(rttMs: Millis, inflight: number, dropped: boolean): void {
    this.#probeCount++
    if (this.#probeJitter * this.#settings.probeMultiplier * this.#estimate <= this.#probeCount) {
      this.#probeJitter = this.#jitter()
      this.#probeCount = 0
      this.#noLoadMs = rttMs
    } else if (this.#noLoadMs === 0 || rttMs < this.#noLoadMs) this.#noLoadMs = rttMs
    else if (dropped) this.#moveTo(this.#decreased())
    // No growth while the limit is not used: what nobody tries teaches nothing.
    else if (inflight * 2 >= this.#estimate) this.#adjust(rttMs)
  }

  /** Grows or shrinks by the queue that the round trip tells of, or stays. */
  #adjust(rttMs: Millis): void {
    const { alpha, beta, threshold, increase } = this.#settings
    const functions = this.#functions
    const estimate = this.#estimate
    const limit = Math.trunc(estimate)
    const queue = Math.ceil(estimate * (1 - boundBaseline(this.#noLoadMs, this.#settings) / rttMs))
    const most = functions.call(beta, limit, defaults.beta)
    if (queue <= functions.call(threshold, limit, defaults.threshold)) this.#moveTo(estimate + most)
    else if (queue < functions.call(alpha, limit, defaults.alpha))
      this.#moveTo(functions.call(increase, estimate, defaults.increase))
    else if (queue > most) this.#moveTo(this.#decreased())
  }

  #decreased(): number {
    return this.#functions.call(this.#settings.decrease, this.#estimate, defaults.decrease)
  }

  #moveTo(limit: number): void {
    const { smoothing } = this.#settings
    this.#estimate = (1 - smoothing) * this.#estimate + smoothing * clampLimit(limit, this.#settings)
  }

  #jitter(): number {
    return 0.5 + 0.5 * this.#functions.chance(this.#random)
  }
}

/** Within bounds; but what rounding in the smoothing carried past a bound stays, for Netflix keeps it. */
function within(estimate: number, settings: FullVegasSettings): number {
  const bounded = clampLimit(estimate, settings)
  return Math.abs(bounded - estimate) < 1e-12 * bounded ? estimate : bounded
}
