/** Netflix's limits with any options, and any samples, for laws. */
import { AimdLimit, delegateSnapshot, Gradient2Limit, GradientLimit, VegasLimit, WindowedLimit } from '@spillway/core'
import type { LearningLimit, LimitSnapshot, Random } from '@spillway/core'
import fc from 'fast-check'

export interface Bounds {
  readonly minLimit: number
  readonly maxLimit: number
  readonly initialLimit: number
}

interface Start {
  readonly random: Random
  readonly warmStart?: LimitSnapshot
}

export interface Kind {
  readonly name: string
  /** Options beside bounds. */
  readonly options: fc.Arbitrary<object>
  readonly make: (options: object, start: Start) => LearningLimit<object>
}

const share = fc.double({ min: 0.001, max: 1, noNaN: true })
const time = fc.double({ min: 1, max: 5000, noNaN: true })
const optional = <T extends Record<string, fc.Arbitrary<unknown>>>(record: T): fc.Arbitrary<object> =>
  fc.record(record, { requiredKeys: [] })
const ceiling = {
  inflightFactor: fc.oneof(fc.constant(Infinity), fc.double({ min: 1, max: 10, noNaN: true })),
  inflightWindowMs: time,
}
const baseline = {
  minBaselineMs: fc.double({ min: 0, max: 50, noNaN: true }),
  maxBaselineMs: fc.double({ min: 50, max: 5000, noNaN: true }),
}
const amount = fc.oneof(
  fc.double({ min: 0, max: 100, noNaN: true }),
  fc.constantFrom<(limit: number) => number>(
    (limit) => limit / 3,
    (limit) => -limit,
    () => NaN,
    () => 1e300,
    () => {
      throw new Error('bad')
    },
  ),
)

export const aimd: Kind = {
  name: 'AimdLimit',
  options: optional({
    backoffRatio: fc.double({ min: 0.1, max: 1, noNaN: true }),
    timeoutMs: time,
    timeoutRatio: fc.double({ min: 0.1, max: 1, noNaN: true }),
    growth: fc.constantFrom('per-sample', 'per-window'),
    cutOncePerRtt: fc.boolean(),
    ...ceiling,
  }),
  make: (options, { warmStart }) => new AimdLimit(warmStart === undefined ? options : { ...options, warmStart }),
}
export const vegas: Kind = {
  name: 'VegasLimit',
  options: optional({
    smoothing: share,
    alpha: amount,
    beta: amount,
    threshold: amount,
    increase: amount,
    decrease: amount,
    probeMultiplier: fc.constantFrom(1, 2.5, 30, Infinity),
    ...baseline,
    ...ceiling,
  }),
  make: (options, start) => new VegasLimit({ ...options, ...start }),
}
export const gradient: Kind = {
  name: 'GradientLimit',
  options: optional({
    queueSize: amount,
    smoothing: share,
    rttTolerance: fc.double({ min: 1, max: 10, noNaN: true }),
    backoffRatio: fc.double({ min: 0.1, max: 1, noNaN: true }),
    probeInterval: fc.constantFrom(1, 7, 1000, Infinity),
    ...baseline,
    ...ceiling,
  }),
  make: (options, start) => new GradientLimit({ ...options, ...start }),
}
export const gradient2: Kind = {
  name: 'Gradient2Limit',
  options: optional({
    queueSize: amount,
    smoothing: share,
    rttTolerance: fc.double({ min: 1, max: 10, noNaN: true }),
    longWindow: fc.integer({ min: 1, max: 1000 }),
    warmup: fc.integer({ min: 1, max: 30 }),
    ...baseline,
    ...ceiling,
  }),
  make: (options, { warmStart }) => new Gradient2Limit(warmStart === undefined ? options : { ...options, warmStart }),
}
/** A kind behind a window, whose options are the delegate's with those of the window under `window`. */
const windowed = (kind: Kind): Kind => ({
  name: `WindowedLimit(${kind.name})`,
  options: fc
    .tuple(
      kind.options,
      optional({
        minWindowMs: fc.double({ min: 1, max: 900, noNaN: true }),
        windowSize: fc.integer({ min: 1, max: 12 }),
        minRttMs: fc.constantFrom(0, 0.1, 5),
        sampleWindow: fc.constantFrom('average', 'percentile'),
        percentile: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        maxSamples: fc.integer({ min: 12, max: 40 }),
      }),
    )
    .map(([options, window]) => ({ ...options, window })),
  make(options, { random, warmStart }) {
    const { window, ...others } = options as { window: object }
    const start = warmStart === undefined ? { random } : { random, warmStart: delegateSnapshot(warmStart) }
    const delegate = kind.make(others, start)
    return new WindowedLimit(delegate, warmStart === undefined ? window : { ...window, warmStart })
  },
})
export const kinds: readonly Kind[] = [
  aimd,
  vegas,
  gradient,
  gradient2,
  windowed(aimd),
  windowed(vegas),
  windowed(gradient2),
]

export const bounds: fc.Arbitrary<Bounds> = fc
  .tuple(fc.integer({ min: 1, max: 50 }), fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([minLimit, more, at]) => ({ minLimit, maxLimit: minLimit + more, initialLimit: minLimit + at * more }))

const hostile = fc.constantFrom(NaN, Infinity, -Infinity, -1, 0, Number.MIN_VALUE, 1e-9, 1e18, Number.MAX_VALUE)
export interface Sample {
  readonly gapMs: number
  readonly rttMs: number
  /** Share of the limit. */
  readonly inflight: number
  readonly dropped: boolean
}

/** Samples that make sense. */
export const sane: fc.Arbitrary<Sample> = fc.record({
  gapMs: fc.double({ min: 0, max: 300, noNaN: true }),
  rttMs: fc.double({ min: 0.01, max: 800, noNaN: true }),
  inflight: fc.double({ min: 0, max: 1.2, noNaN: true }),
  dropped: fc.constantFrom(false, false, false, true),
})
/** Samples that no clock and no caller should produce. */
export const wild: fc.Arbitrary<Sample> = fc.record({
  gapMs: fc.oneof({ weight: 4, arbitrary: fc.double({ min: -500, max: 500, noNaN: true }) }, hostile),
  rttMs: fc.oneof({ weight: 4, arbitrary: fc.double({ min: 0, max: 800, noNaN: true }) }, hostile),
  inflight: fc.oneof({ weight: 4, arbitrary: fc.double({ min: 0, max: 1.2, noNaN: true }) }, hostile),
  dropped: fc.boolean(),
})

/** Feeds samples one after the other. */
export function feed(
  limit: LearningLimit<object>,
  samples: readonly Sample[],
  clock: { now: number },
  each?: () => void,
): void {
  for (const { gapMs, rttMs, inflight, dropped } of samples) {
    clock.now = Number.isFinite(clock.now + gapMs) ? clock.now + gapMs : gapMs
    limit.sample(clock.now, rttMs, inflight * limit.value, dropped)
    each?.()
    if (!Number.isFinite(clock.now)) clock.now = 0
  }
}
