/** What an Envoy gradient limit is told, and the checks of it. */
import type { Random } from '../../clock.ts'
import { checkFunction, checkKnown, checkNumber } from '../../options.ts'
import type { Millis } from '../../ticket.ts'
import type { LimitSnapshot } from '../limit.ts'
import { checkBounds, type LimitBounds } from './bounds.ts'

/** Options of {@link EnvoyGradientLimit} that may change while it runs. */
export interface EnvoyGradientTuning {
  /** Never below this, but while probing. Integer >= 1; 3 by default. */
  readonly minLimit?: number
  /** Never above this. Integer >= `minLimit`, at most 1,000,000; 1000 by default. */
  readonly maxLimit?: number
  /** How long the round trips are collected that one step goes by. In ms, 1..60000; 100 by default. */
  readonly windowMs?: Millis
  /** Which of the round trips of a window, or of a probe, stands for all. 0..1; 0.5 by default. */
  readonly percentile?: number
  /** How much longer than unloaded a round trip may be before the limit shrinks. 0..10; 0.25 by default. */
  readonly buffer?: number
  /** How many may run while a probe measures the unloaded round trip. Integer, 1..`maxLimit`; 3 by default. */
  readonly probeConcurrency?: number
  /** How many ends of work a probe takes. Integer, 1..100000; 50 by default. */
  readonly probeSamples?: number
  /** From the end of a probe to the next. In ms, 100..86400000; 30000 by default. */
  readonly intervalMs?: Millis
  /** By up to this share, by chance, an interval is longer, so that many servers do not probe at once. 0..1; 0.15 by default. */
  readonly jitter?: number
  /** The unloaded round trip, where it is known: then nothing is probed. In ms, 0..10000000; 0, the default, is to measure it. */
  readonly fixedMinRttMs?: Millis
  /** The unloaded round trip is never taken to be longer than this, whatever a probe measures. In ms, > 0; `Infinity` by default. */
  readonly maxBaselineMs?: Millis
}

/** Options of {@link EnvoyGradientLimit}. */
export interface EnvoyGradientOptions extends EnvoyGradientTuning, LimitBounds {
  /** Where to go on after the first probe; `minLimit` to `maxLimit`, 3 by default. Ignored when there is a `warmStart`. */
  readonly initialLimit?: number
  /** A number in [0, 1) for the jitter; `Math.random` by default. */
  readonly random?: Random
  /** A snapshot of another one to go on from: its limit, and its unloaded round trip, so that it need not probe at once. */
  readonly warmStart?: LimitSnapshot
}

/** What may change, checked and complete. */
export type FullEnvoyGradient = Required<EnvoyGradientTuning>

const owner = 'EnvoyGradientLimit'
const defaults = { initialLimit: 3, minLimit: 3, maxLimit: 1000 }
const standard: FullEnvoyGradient = {
  minLimit: defaults.minLimit,
  maxLimit: defaults.maxLimit,
  windowMs: 100,
  percentile: 0.5,
  buffer: 0.25,
  probeConcurrency: 3,
  probeSamples: 50,
  intervalMs: 30_000,
  jitter: 0.15,
  fixedMinRttMs: 0,
  maxBaselineMs: Infinity,
}

/** Checks all of them; returns where to start. Throws a TypeError or a RangeError that names the option. */
export function checkEnvoyGradient(options: EnvoyGradientOptions): number {
  checkKnown(owner, options, [...Object.keys(standard), 'initialLimit', 'random', 'warmStart'])
  if (options.random !== undefined) checkFunction(owner, 'random', options.random)
  return checkBounds(owner, options, defaults).initialLimit
}

/** Checks what may change. Throws a TypeError or a RangeError that names the option. */
export function checkEnvoyGradientTuning(options: EnvoyGradientTuning): FullEnvoyGradient {
  const { minLimit, maxLimit } = checkBounds(owner, options, defaults)
  const number = (option: keyof EnvoyGradientTuning, min: number, max: number, integer = false): number =>
    checkNumber(owner, option, options[option] ?? standard[option], { min, max, integer })
  return {
    minLimit,
    maxLimit,
    windowMs: number('windowMs', 1, 60_000),
    percentile: number('percentile', 0, 1),
    buffer: number('buffer', 0, 10),
    probeConcurrency: checkNumber(
      owner,
      'probeConcurrency',
      options.probeConcurrency ?? Math.min(standard.probeConcurrency, maxLimit),
      { min: 1, max: maxLimit, integer: true },
    ),
    probeSamples: number('probeSamples', 1, 100_000, true),
    intervalMs: number('intervalMs', 100, 86_400_000),
    jitter: number('jitter', 0, 1),
    fixedMinRttMs: number('fixedMinRttMs', 0, 1e7),
    maxBaselineMs: number('maxBaselineMs', 0.001, Infinity),
  }
}
