/** What a BBR limit is told, and the checks of it. */
import { checkKnown, checkNumber, checkOneOf } from '../../options.ts'
import type { Signal } from '../../signal/signal.ts'
import type { Millis } from '../../ticket.ts'
import type { LimitSnapshot } from '../limit.ts'
import { checkBounds, type LimitBounds } from './bounds.ts'

/**
 * Whose rule: `aegis` takes the least mean of a bucket for the round trip, leaves the present bucket out and rounds; `sentinel` takes the
 * quickest single round trip, the present bucket included, and does not round.
 */
export type BbrRule = 'aegis' | 'sentinel'

/** Options of {@link BbrLimit} that may change while it runs. */
export interface BbrTuning {
  /** Never below this. Integer >= 1; 2 by default, which is the rule of both sources. */
  readonly minLimit?: number
  /** Never above this, and the limit while the processor is not busy. Integer >= `minLimit`, at most 1,000,000; 10,000 by default. */
  readonly maxLimit?: number
  /** Pressure of `cpu` from which on the limit is enforced, inclusive. 0..10; 0.8 by default. */
  readonly threshold?: number
  /**
   * For so long after it began to hold work back it goes on to, though the processor is calm again. In ms, 0..60000; 1000 by
   * default, as in aegis.
   */
  readonly cooldownMs?: Millis
  /** The best round trip is never taken to be longer than this, whatever is measured. In ms, > 0; `Infinity` by default. */
  readonly maxBaselineMs?: Millis
}

/** Options of {@link BbrLimit}. */
export interface BbrOptions extends BbrTuning, LimitBounds {
  /** Where to start, until the first bucket is over; from `minLimit` to `maxLimit`, 20 by default. Ignored when there is a `warmStart`. */
  readonly initialLimit?: number
  /** How busy the processor is: 1 is all of it. Without it the limit is always enforced. */
  readonly cpu?: Signal
  /** `aegis` by default. */
  readonly rule?: BbrRule
  /** How far back the best counts. In ms, 100..600000; 10000 by default, 1000 for `sentinel`. */
  readonly windowMs?: Millis
  /** Into how many buckets the window is cut. Integer, 2..10000; 100 by default, 2 for `sentinel`. */
  readonly buckets?: number
  /**
   * Round trips are rounded up to multiples of this, as is their mean. In ms, 0.001..1000; 1 by default, as in both sources, which for
   * work of less than a millisecond makes the limit too large.
   */
  readonly resolutionMs?: Millis
  /** A snapshot of another one to go on from: its limit, until the first bucket is over. */
  readonly warmStart?: LimitSnapshot
}

/** Options, checked and complete. */
export interface FullBbr {
  readonly initialLimit: number
  readonly rule: BbrRule
  readonly windowMs: Millis
  readonly buckets: number
  readonly resolutionMs: Millis
  readonly tuning: FullTuning
}

type FullTuning = Required<BbrTuning>

const owner = 'BbrLimit'
const defaults = { initialLimit: 20, minLimit: 2, maxLimit: 10_000 }
const tunable = ['minLimit', 'maxLimit', 'threshold', 'cooldownMs', 'maxBaselineMs']
const fixed = ['initialLimit', 'cpu', 'rule', 'windowMs', 'buckets', 'resolutionMs', 'warmStart']

/** Checks all of them. Throws a TypeError or a RangeError that names the option. */
export function checkBbr(options: BbrOptions): FullBbr {
  checkKnown(owner, options, [...tunable, ...fixed])
  const { cpu } = options
  if (cpu !== undefined && typeof (cpu as Partial<Signal> | null)?.pressure !== 'function')
    throw new TypeError(`${owner}: option "cpu" must be a Signal: an object with a function "pressure"`)
  const rule = checkOneOf(owner, 'rule', options.rule ?? 'aegis', ['aegis', 'sentinel'])
  const [windowMs, buckets] = rule === 'aegis' ? [10_000, 100] : [1000, 2]
  return {
    initialLimit: checkBounds(owner, options, defaults).initialLimit,
    rule,
    windowMs: checkNumber(owner, 'windowMs', options.windowMs ?? windowMs, { min: 100, max: 600_000 }),
    buckets: checkNumber(owner, 'buckets', options.buckets ?? buckets, { min: 2, max: 10_000, integer: true }),
    resolutionMs: checkNumber(owner, 'resolutionMs', options.resolutionMs ?? 1, { min: 0.001, max: 1000 }),
    tuning: checkBbrTuning(options),
  }
}

/** Checks what may change. Throws a TypeError or a RangeError that names the option. */
export function checkBbrTuning(options: BbrTuning): FullTuning {
  const { minLimit, maxLimit } = checkBounds(owner, options, defaults)
  const { threshold = 0.8, cooldownMs = 1000, maxBaselineMs = Infinity } = options
  return {
    minLimit,
    maxLimit,
    threshold: checkNumber(owner, 'threshold', threshold, { min: 0, max: 10 }),
    cooldownMs: checkNumber(owner, 'cooldownMs', cooldownMs, { min: 0, max: 60_000 }),
    maxBaselineMs: checkNumber(owner, 'maxBaselineMs', maxBaselineMs, { min: 0.001, max: Infinity }),
  }
}
