/** What a correlation limit is told, and the checks of it. */
import { checkKnown, checkNumber } from '../../options.ts'
import type { Millis } from '../../ticket.ts'
import type { LimitSnapshot } from '../limit.ts'
import { checkBounds, type LimitBounds } from './bounds.ts'

/** Options of {@link CorrelationLimit} that may change while it runs. */
export interface CorrelationTuning {
  /** Never below this. Integer >= 1; 1 by default. */
  readonly minLimit?: number
  /** Never above this. Integer >= `minLimit`, at most 1,000,000; 200 by default. */
  readonly maxLimit?: number
  /** A window lasts so long at least, and two of its quickest round trips. In ms, 1..`maxWindowMs`; 1000 by default. */
  readonly minWindowMs?: Millis
  /** No round trip makes a window longer than this. In ms, `minWindowMs`..3600000; 30000 by default. */
  readonly maxWindowMs?: Millis
  /** A window has so many ends of work at least. Integer, 1..1000000; 50 by default. */
  readonly minSamples?: number
  /** Which round trip of a window stands for all. 0..1; 0.9 by default. */
  readonly percentile?: number
  /** Above so many times the most that ran in a window the limit does not rise, and sinks. 1..1000; 5 by default. */
  readonly maxLimitFactor?: number
  /** The baseline is never longer than this, whatever is measured. In ms, > 0; `Infinity` by default. */
  readonly maxBaselineMs?: Millis
}

/** Options of {@link CorrelationLimit}. */
export interface CorrelationOptions extends CorrelationTuning, LimitBounds {
  /** Where to start; `minLimit` to `maxLimit`, 20 by default. Ignored when there is a `warmStart`. */
  readonly initialLimit?: number
  /** How many windows back the baseline remembers, about. 1..10000; 10 by default. */
  readonly baselineAge?: number
  /** Over how many windows correlations are taken. Integer, 10..1000; 50 by default. */
  readonly correlationWindows?: number
  /** A snapshot of another one to go on from: its limit, its recent round trip and its baseline. */
  readonly warmStart?: LimitSnapshot
}

/** What may change, checked and complete. */
export type FullCorrelation = Required<CorrelationTuning>

/** What may not change, checked and complete. */
export interface CorrelationFrame {
  readonly initialLimit: number
  readonly baselineAge: number
  readonly correlationWindows: number
}

const owner = 'CorrelationLimit'
const defaults = { initialLimit: 20, minLimit: 1, maxLimit: 200 }
const tunable = [
  'minLimit',
  'maxLimit',
  'minWindowMs',
  'maxWindowMs',
  'minSamples',
  'percentile',
  'maxLimitFactor',
  'maxBaselineMs',
]

/** Checks all but what may change. Throws a TypeError or a RangeError that names the option. */
export function checkCorrelation(options: CorrelationOptions): CorrelationFrame {
  checkKnown(owner, options, [...tunable, 'initialLimit', 'baselineAge', 'correlationWindows', 'warmStart'])
  const { baselineAge = 10, correlationWindows = 50 } = options
  return {
    initialLimit: checkBounds(owner, options, defaults).initialLimit,
    baselineAge: checkNumber(owner, 'baselineAge', baselineAge, { min: 1, max: 10_000 }),
    correlationWindows: checkNumber(owner, 'correlationWindows', correlationWindows, {
      min: 10,
      max: 1000,
      integer: true,
    }),
  }
}

/** Checks what may change. Throws a TypeError or a RangeError that names the option. */
export function checkCorrelationTuning(options: CorrelationTuning): FullCorrelation {
  const { minLimit, maxLimit } = checkBounds(owner, options, defaults)
  const { minWindowMs, maxWindowMs, minSamples = 50, percentile = 0.9, maxLimitFactor = 5 } = options
  const number = (option: keyof CorrelationTuning, value: number, min: number, max: number): number =>
    checkNumber(owner, option, value, { min, max })
  const longest = number('maxWindowMs', maxWindowMs ?? Math.max(30_000, minWindowMs ?? 0), 1, 3_600_000)
  return {
    minLimit,
    maxLimit,
    minWindowMs: number('minWindowMs', minWindowMs ?? Math.min(1000, longest), 1, longest),
    maxWindowMs: longest,
    minSamples: checkNumber(owner, 'minSamples', minSamples, { min: 1, max: 1e6, integer: true }),
    percentile: number('percentile', percentile, 0, 1),
    maxLimitFactor: number('maxLimitFactor', maxLimitFactor, 1, 1000),
    maxBaselineMs: number('maxBaselineMs', options.maxBaselineMs ?? Infinity, 0.001, Infinity),
  }
}
