/** What a `VegasLimit` is told, checked and complete, and its rules by default. */
import type { Random } from '../../clock.ts'
import { checkNumber } from '../../options.ts'
import type { LimitSnapshot } from '../limit.ts'
import { checkBounds, type FullBounds, type LimitBounds } from './bounds.ts'
import { checkInflightCeiling, inflightCeilingOptions, type InflightCeilingOptions } from './inflight-ceiling.ts'
import { checkAmount, log10i, type LimitFunction } from './limit-functions.ts'
import { baselineOptions, checkBaseline, type BaselineOptions } from './rtt-baseline.ts'

/** What of a `VegasLimit` can change while it runs. Bounds: 1 to 1000 by default. Functions get the limit as a whole number. */
export interface VegasLimitSettings extends Omit<LimitBounds, 'initialLimit'>, BaselineOptions, InflightCeilingOptions {
  /** Share of a new estimate that is taken over at once. > 0, at most 1; 1 by default. */
  readonly smoothing?: number
  /** Below so many waiting it grows by `increase`. >= 0; 3 log10(limit) by default. */
  readonly alpha?: number | LimitFunction
  /** Above so many waiting it shrinks by `decrease`. >= 0; 6 log10(limit) by default. */
  readonly beta?: number | LimitFunction
  /** Up to so many waiting it grows by `beta` at once. >= 0; log10(limit) by default. */
  readonly threshold?: number | LimitFunction
  /** By how much it grows, >= 0; or a function from the limit, not rounded, to the next one. log10(limit) more by default. */
  readonly increase?: number | LimitFunction
  /** By how much it shrinks, >= 0; or a function from the limit, not rounded, to the next one. log10(limit) less by default. */
  readonly decrease?: number | LimitFunction
  /** The baseline is learnt anew about every so many times limit samples (half of it to all). >= 1, `Infinity` for never; 30 by default. */
  readonly probeMultiplier?: number
}

/** Options of `VegasLimit`. It starts at 20 by default. */
export interface VegasLimitOptions extends VegasLimitSettings, Pick<LimitBounds, 'initialLimit'> {
  /** What another one had learnt; goes before `initialLimit`. */
  readonly warmStart?: LimitSnapshot
  /** Spreads the probes of many limits; by default `systemRandom`. */
  readonly random?: Random
}

type Rules = Record<'alpha' | 'beta' | 'threshold' | 'increase' | 'decrease', LimitFunction>

/** Settings, checked and complete. */
export type FullVegasSettings = FullBounds & Required<VegasLimitSettings> & Rules

/** The rules of Netflix. */
export const vegasDefaults: Rules = {
  alpha: (limit) => 3 * log10i(limit),
  beta: (limit) => 6 * log10i(limit),
  threshold: log10i,
  increase: (limit) => limit + log10i(limit),
  decrease: (limit) => limit - log10i(limit),
}

/** Names of what can change while it runs. */
export const vegasNames: readonly string[] = [
  'minLimit',
  'maxLimit',
  'smoothing',
  'alpha',
  'beta',
  'threshold',
  'increase',
  'decrease',
  'probeMultiplier',
  ...baselineOptions,
  ...inflightCeilingOptions,
]

/** Checks and completes. Throws a TypeError or a RangeError that names the option. */
export function checkVegas(owner: string, options: VegasLimitOptions): FullVegasSettings {
  const amount = { min: 0, max: 1e6 }
  const {
    alpha = vegasDefaults.alpha,
    beta = vegasDefaults.beta,
    threshold = vegasDefaults.threshold,
    increase = vegasDefaults.increase,
    decrease = vegasDefaults.decrease,
  } = options
  const up = checkAmount(owner, 'increase', increase, amount)
  const down = checkAmount(owner, 'decrease', decrease, amount)
  return {
    ...checkBounds(owner, options, { initialLimit: 20, minLimit: 1, maxLimit: 1000 }),
    ...checkBaseline(owner, options),
    ...checkInflightCeiling(owner, options),
    smoothing: checkNumber(owner, 'smoothing', options.smoothing ?? 1, { min: 0.001, max: 1 }),
    probeMultiplier: checkNumber(owner, 'probeMultiplier', options.probeMultiplier ?? 30, { min: 1, max: Infinity }),
    alpha: checkAmount(owner, 'alpha', alpha, amount),
    beta: checkAmount(owner, 'beta', beta, amount),
    threshold: checkAmount(owner, 'threshold', threshold, amount),
    increase: typeof increase === 'function' ? up : (limit) => limit + up(limit),
    decrease: typeof decrease === 'function' ? down : (limit) => limit - down(limit),
  }
}
