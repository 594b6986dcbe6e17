/** Netflix's limits against recordings of the Java ones, and against a second implementation where the parameters are others. */
import { readFileSync, readdirSync } from 'node:fs'
import { replayLimitTrace, type LimitTrace } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

import { aimd, gradient, gradient2, vegas, windowed, type OracleMaker } from './netflix-oracle.ts'
import { record } from './netflix-record.ts'

const folder = new URL('fixtures/netflix/', import.meta.url)
const files = readdirSync(folder)

describe('the limits of Netflix', () => {
  it.each(files)('are those of the Java ones, to the last bit: %s', (file) => {
    const trace = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as LimitTrace
    const replay = replayLimitTrace(trace)
    expect(replay).toEqual({
      cases: 16,
      samples: 9600,
      checkpoints: 192,
      mismatched: 0,
      mismatches: [],
      ignored: [],
    })
  })

  it('are recorded for each of the five', () => {
    expect(files).toEqual([
      'aimd-default.json',
      'gradient-default.json',
      'gradient2-default.json',
      'vegas-default.json',
      'windowed-gradient2-avg.json',
    ])
  })
})

const log10i = (limit: number): number => Math.max(1, String(Math.floor(limit)).length - 1)
const sqrti = (limit: number): number => Math.max(1, Math.floor(Math.sqrt(limit)))
const aimdParams = { initialLimit: 30, minLimit: 3, maxLimit: 77, backoffRatio: 0.55, timeoutNs: 45e6 }
const aimdOracle = aimd({ initial: 30, min: 3, max: 77, ratio: 0.55, timeout: 45e6 })

const others: readonly [name: string, className: string, params: Record<string, unknown>, oracle: OracleMaker][] = [
  ['AIMD', 'AIMDLimit', aimdParams, aimdOracle],
  [
    'Vegas with steps',
    'VegasLimit',
    {
      initialLimit: 10,
      maxConcurrency: 150,
      smoothing: 0.3,
      alpha: 4,
      beta: '8',
      threshold: 'max(2,log10i)',
      increase: '+2',
      decrease: '-3',
      probeMultiplier: 5,
    },
    vegas({
      initial: 10,
      max: 150,
      smoothing: 0.3,
      alpha: () => 4,
      beta: () => 8,
      threshold: (limit) => Math.max(2, log10i(limit)),
      increase: (limit) => limit + 2,
      decrease: (limit) => limit - 3,
      probe: 5,
    }),
  ],
  [
    'Vegas with shares',
    'VegasLimit',
    {
      initialLimit: 33,
      maxConcurrency: 3000,
      smoothing: 0.7,
      alpha: '2*log10i+1',
      beta: 'limit/5',
      threshold: 'sqrti',
      increase: '*1.25',
      decrease: 'x -> x*0.8',
      probeMultiplier: 12,
    },
    vegas({
      initial: 33,
      max: 3000,
      smoothing: 0.7,
      alpha: (limit) => 2 * log10i(limit) + 1,
      beta: (limit) => Math.floor(limit / 5),
      threshold: sqrti,
      increase: (limit) => limit * 1.25,
      decrease: (limit) => limit * 0.8,
      probe: 12,
    }),
  ],
  [
    'Gradient',
    'GradientLimit',
    {
      initialLimit: 25,
      minLimit: 6,
      maxConcurrency: 400,
      queueSize: 'sqrti',
      smoothing: 0.55,
      rttTolerance: 1.3,
      probeInterval: 70,
      backoffRatio: 0.7,
    },
    gradient({
      initial: 25,
      min: 6,
      max: 400,
      queue: sqrti,
      smoothing: 0.55,
      tolerance: 1.3,
      ratio: 0.7,
      interval: 70,
    }),
  ],
  [
    'Gradient that never probes',
    'GradientLimit',
    {
      initialLimit: 50,
      minLimit: 1,
      maxConcurrency: 1000,
      queueSize: 7,
      smoothing: 0.2,
      rttTolerance: 2,
      probeInterval: -1,
      backoffRatio: 0.9,
    },
    gradient({
      initial: 50,
      min: 1,
      max: 1000,
      queue: () => 7,
      smoothing: 0.2,
      tolerance: 2,
      ratio: 0.9,
      interval: -1,
    }),
  ],
  [
    'Gradient2',
    'Gradient2Limit',
    {
      initialLimit: 15,
      minLimit: 2,
      maxConcurrency: 500,
      queueSize: 'max(4,sqrti)',
      smoothing: 0.35,
      rttTolerance: 1.2,
      longWindow: 37,
      warmup: 10,
    },
    gradient2({
      initial: 15,
      min: 2,
      max: 500,
      queue: (limit) => Math.max(4, sqrti(limit)),
      smoothing: 0.35,
      tolerance: 1.2,
      window: 37,
    }),
  ],
  [
    'AIMD behind percentiles',
    'WindowedLimit(AIMDLimit)',
    {
      minWindowTimeNs: 20e6,
      maxWindowTimeNs: 1e9,
      windowSize: 10,
      minRttThresholdNs: 1e5,
      sampleWindow: 'percentile 0.9',
      delegate: aimdParams,
    },
    windowed({ minWindow: 20e6, maxWindow: 1e9, size: 10, minRtt: 1e5, percentile: 0.9 }, aimdOracle),
  ],
  [
    'AIMD behind percentiles of the first few',
    'WindowedLimit(AIMDLimit)',
    {
      minWindowTimeNs: 50e6,
      maxWindowTimeNs: 50e6,
      windowSize: 12,
      minRttThresholdNs: 2e5,
      sampleWindow: { percentile: 0.75, windowSize: 14 },
      delegate: aimdParams,
    },
    windowed({ minWindow: 50e6, maxWindow: 50e6, size: 12, minRtt: 2e5, percentile: 0.75, room: 14 }, aimdOracle),
  ],
  [
    'Vegas behind averages',
    'WindowedLimit(VegasLimit)',
    {
      minWindowTimeNs: 15e6,
      maxWindowTimeNs: 40e6,
      windowSize: 5,
      minRttThresholdNs: 1e5,
      sampleWindow: 'average',
      delegate: { initialLimit: 20, maxConcurrency: 1000, smoothing: 1, probeMultiplier: 1 },
    },
    windowed(
      { minWindow: 15e6, maxWindow: 40e6, size: 5, minRtt: 1e5 },
      vegas({
        initial: 20,
        max: 1000,
        smoothing: 1,
        alpha: (limit) => 3 * log10i(limit),
        beta: (limit) => 6 * log10i(limit),
        threshold: log10i,
        increase: (limit) => limit + log10i(limit),
        decrease: (limit) => limit - log10i(limit),
        probe: 1,
      }),
    ),
  ],
]

describe('with other parameters the limits of Netflix', () => {
  it.each(others)('are those of a plain implementation: %s', (_name, className, params, oracle) => {
    const trace = record(className, params, oracle)
    const replay = replayLimitTrace(trace)
    expect(replay).toEqual({
      cases: 3,
      samples: 4500,
      checkpoints: 450,
      mismatched: 0,
      mismatches: [],
      ignored: [],
    })
    const limits = trace.cases.flatMap(({ samples }) => samples.map((row) => row[4]!))
    expect(new Set(limits).size).toBeGreaterThan(15)
  })

  it('are watched by traces in which chance was asked again and again', () => {
    for (const [, className, params, oracle] of others.filter(([name]) => /^Vegas|Gradient$/.test(name))) {
      for (const each of record(className, params, oracle).cases) expect(each.random!.draws!.length).toBeGreaterThan(1)
    }
  })
})
