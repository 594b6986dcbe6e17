/** Additive increase, multiplicative decrease: up by one while all goes well, down by a share when something is lost. */
import { checkKnown, checkNumber, checkOneOf } from '../../options.ts'
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

/** What of an {@link AimdLimit} can change while it runs. Bounds: 20 to 200 by default. */
export interface AimdLimitSettings extends Omit<LimitBounds, 'initialLimit'>, InflightCeilingOptions {
  /** What a drop leaves of the limit. 0.1 to 1; 0.9 by default. 0.5 slams on the brakes as TCP does, 1 never brakes. */
  readonly backoffRatio?: number
  /** Success that took longer than this counts as lost. In ms, > 0, `Infinity` for never; 5000 by default. */
  readonly timeoutMs?: Millis
  /** What such a success leaves of the limit. 0.1 to 1; by default what a drop leaves. */
  readonly timeoutRatio?: number
  /**
   * How it grows while at least half of the limit is in use: by one with each sample (`per-sample`, the default, as Netflix does), or by
   * one with as many samples as the limit has places (`per-window`, as TCP does: one per round trip).
   */
  readonly growth?: 'per-sample' | 'per-window'
  /**
   * Whether losses among work that started before the last cut are the same event, and do not cut again. `false` by default, as with
   * Netflix: there a burst of ten losses at once leaves a third of the limit.
   */
  readonly cutOncePerRtt?: boolean
}

/** Options of {@link AimdLimit}. It starts at 20 by default. */
export interface AimdLimitOptions extends AimdLimitSettings, Pick<LimitBounds, 'initialLimit'> {
  /** What another one had learnt; goes before `initialLimit`. */
  readonly warmStart?: LimitSnapshot
}

type Settings = FullBounds & Required<AimdLimitSettings>

const owner = 'AimdLimit'
const names = [
  'minLimit',
  'maxLimit',
  'backoffRatio',
  'timeoutMs',
  'timeoutRatio',
  'growth',
  'cutOncePerRtt',
  ...inflightCeilingOptions,
]
const rules = { owner, names, check }

/**
 * Learns from losses alone: work that was dropped, or took longer than `timeoutMs`. Blind to waiting, so it fills whatever queue there is
 * until something times out; for callers of a downstream that refuses in time what it cannot do. Where it does not, use
 * {@link Gradient2Limit} or {@link VegasLimit}, which see latency. O(1), allocates nothing.
 *
 * With default options exactly the limits of Netflix's `AIMDLimit`. Sources: Chiu and Jain 1989; Netflix concurrency-limits.
 */
export class AimdLimit implements LearningLimit<AimdLimitSettings> {
  #value: number
  readonly #given: GivenOptions<AimdLimitSettings, Settings>
  #settings: Settings
  readonly #ceiling: InflightCeiling
  /** When it was cut last. */
  #cutAt: Millis = -Infinity

  constructor(options: AimdLimitOptions = {}) {
    checkKnown(owner, options, [...names, 'initialLimit', 'warmStart'])
    const warm = new WarmStart(owner, options.warmStart)
    const settings = check(options)
    this.#given = new GivenOptions(rules, options)
    this.#settings = settings
    this.#value = clampLimit(warm.number('limit', settings.initialLimit), settings)
    if (warm.has('cutAt')) this.#cutAt = warm.number('cutAt', 0)
    this.#ceiling = new InflightCeiling(settings, warm)
  }

  get value(): number {
    return this.#value
  }

  sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void {
    const settings = this.#settings
    let limit = this.#value
    if (dropped) limit = this.#cut(now, rttMs, settings.backoffRatio)
    else if (rttMs > settings.timeoutMs) limit = this.#cut(now, rttMs, settings.timeoutRatio)
    else if (inflight * 2 >= limit) limit += settings.growth === 'per-sample' ? 1 : 1 / limit
    this.#value = clampLimit(this.#ceiling.hold(clampLimit(limit, settings), now, inflight), settings)
  }

  snapshot(): LimitSnapshot {
    const cut = this.#cutAt === -Infinity ? {} : { cutAt: this.#cutAt }
    return { kind: owner, limit: this.#value, ...cut, ...this.#ceiling.snapshot() }
  }

  update(change: Partial<AimdLimitSettings>): void {
    const settings = this.#given.change(change)
    this.#settings = settings
    this.#ceiling.update(settings)
    this.#value = clampLimit(this.#value, settings)
  }

  /** What is left after a loss of work that ended now. */
  #cut(now: Millis, rttMs: Millis, ratio: number): number {
    if (this.#settings.cutOncePerRtt) {
      // Whoever started before the last cut met the limit of before it. A cut that lies in the future is of a clock that went back.
      if (now >= this.#cutAt && now - rttMs < this.#cutAt) return this.#value
      if (Number.isFinite(now)) this.#cutAt = now
    }
    return Math.trunc(this.#value * ratio)
  }
}

function check(options: AimdLimitOptions): Settings {
  const ratio = { min: 0.1, max: 1 }
  const backoffRatio = checkNumber(owner, 'backoffRatio', options.backoffRatio ?? 0.9, ratio)
  return {
    ...checkBounds(owner, options, { initialLimit: 20, minLimit: 20, maxLimit: 200 }),
    ...checkInflightCeiling(owner, options),
    backoffRatio,
    timeoutMs: checkNumber(owner, 'timeoutMs', options.timeoutMs ?? 5000, { min: 0.001, max: Infinity }),
    timeoutRatio: checkNumber(owner, 'timeoutRatio', options.timeoutRatio ?? backoffRatio, ratio),
    growth: checkOneOf(owner, 'growth', options.growth ?? 'per-sample', ['per-sample', 'per-window']),
    cutOncePerRtt: checkFlag('cutOncePerRtt', options.cutOncePerRtt ?? false),
  }
}

/** Returns `value` if it is a boolean; else throws a TypeError. */
function checkFlag(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new TypeError(`${owner}: option "${option}" must be a boolean, got ${String(value)}`)
}
