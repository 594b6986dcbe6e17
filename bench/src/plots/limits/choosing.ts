/** All limits in three worlds: what each served of what could be served. The picture of the guide's index. */
import {
  AimdLimit,
  BbrLimit,
  CorrelationLimit,
  DelayLimit,
  EnvoyGradientLimit,
  FixedLimit,
  Gradient2Limit,
  KneeLimit,
  VegasLimit,
  WindowedLimit,
} from '@spillway/core'
import { colour, type Panel, type Point, type Series } from '../../chart/index.ts'
import { processorOf } from '../../sim/subjects/estimating.ts'
import { watchLag } from '../../sim/subjects/lag.ts'
import type { Plot } from '../plot.ts'
import { pool, processor, servers, slowWithRoom, type Experiment } from './experiments.ts'
import { play, type LimitSubject } from './panels.ts'

const window = { minWindowMs: 100, maxWindowMs: 100 }
const late = 'dropped'

const subjects: readonly LimitSubject[] = [
  { name: 'fixed at 10', make: () => new FixedLimit(servers) },
  { name: 'KneeLimit', make: () => new KneeLimit() },
  {
    name: 'DelayLimit',
    make: ({ clock }) => {
      const limit = new DelayLimit()
      watchLag(clock, 20, (lagMs, now) => limit.tick(now, lagMs))
      return limit
    },
  },
  { name: 'AimdLimit', make: () => new AimdLimit({ minLimit: 5 }), late },
  { name: 'VegasLimit', make: ({ random }) => new WindowedLimit(new VegasLimit({ random }), window), late },
  { name: 'Gradient2 Limit', make: () => new WindowedLimit(new Gradient2Limit({ minLimit: 5 }), window), late },
  {
    name: 'BbrLimit',
    make: (environment, hints) => new BbrLimit({ cpu: processorOf(environment, hints) }),
    late: 'success',
    server: { releaseOn: 'end' },
  },
  { name: 'Envoy gradient', make: ({ random }) => new EnvoyGradientLimit({ random }) },
  { name: 'Correlation Limit', make: () => new CorrelationLimit() },
]

const worlds: readonly (readonly [name: string, experiment: Experiment, own: string])[] = [
  ['a pool of ten', pool, colour.ours],
  ['a busy processor', processor, colour.third],
  ['something slow that is not full', slowWithRoom, colour.second],
]

/** Requests that could be served. */
function possibleOf({ possible, endS, capacityPerSecond }: Experiment): number {
  const shares = possible.map(([from, share], i) => share * ((possible[i + 1]?.[0] ?? endS) - from))
  return capacityPerSecond * shares.reduce((sum, share) => sum + share, 0)
}

interface Bars {
  readonly share: Series
  readonly p95: Series
}

async function barsOf([name, experiment, own]: (typeof worlds)[number]): Promise<Bars> {
  const runs = await play(experiment, subjects)
  const share = runs.map(({ subject, served }): Point => {
    const inTime = served.filter((at) => at <= experiment.endS * 1000).length
    return [subject.name, Math.min(1, inTime / possibleOf(experiment))]
  })
  const p95 = runs.map(({ subject, tookMs }): Point => {
    const sorted = tookMs.toSorted((a, b) => a - b)
    return [subject.name, sorted[Math.floor(0.95 * sorted.length)] ?? null]
  })
  return { share: { name, points: share, colour: own }, p95: { name, points: p95, colour: own } }
}

export const choosing: Plot = {
  name: 'choosing',
  async make() {
    const bars: Bars[] = []
    for (const world of worlds) bars.push(await barsOf(world))
    const panels: Panel[] = [
      {
        title: 'Served in time, of what could be served',
        mark: 'bar',
        x: { title: '' },
        y: { title: 'share', kind: 'share', domain: [0, 1.05], values: [0, 0.25, 0.5, 0.75, 1] },
        series: bars.map(({ share }) => share),
      },
      {
        title: '95th percentile of how long they took',
        mark: 'bar',
        x: { title: '' },
        y: { title: 'ms', domain: [0, 500] },
        series: bars.map(({ p95 }) => p95),
      },
    ]
    return {
      title: 'Which limit depends on what is before you',
      subtitle:
        'half a minute each: load 0.7x and 2x, 3x slower for five seconds; or 8x slower for ten, with room for all',
      panels,
    }
  },
}
