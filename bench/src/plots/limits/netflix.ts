/** The limits of Netflix in the common experiment, and what three minutes of overload do to Gradient2. */
import { AimdLimit, Gradient2Limit, GradientLimit, VegasLimit, WindowedLimit, type Limit } from '@spillway/core'
import { distribution, simulate } from '@spillway/core/testing'
import { colour, type Panel, type Series } from '../../chart/index.ts'
import { callingTheLate, refusing } from '../../sim/subject.ts'
import type { Plot } from '../plot.ts'
import { goodputOf } from '../series.ts'
import { pool, servers } from './experiments.ts'
import { limitPanels } from './panels.ts'

const window = { minWindowMs: 100, maxWindowMs: 100 }
/** As clients of a downstream count timeouts. */
const late = 'dropped'
const driftS = 180

/** Three minutes at twice the load, with callers who have given up after 200 ms. */
async function drift(name: string, own: string, make: () => Limit): Promise<Series> {
  const result = await simulate({
    durationMs: driftS * 1000,
    workload: {
      load: 2,
      routes: [{ beforeMs: 0.05, downstream: { servers, latencyMs: distribution.exponential(20) }, afterMs: 0.05 }],
      connections: 100_000,
      timeoutMs: 200,
    },
    server: { readMs: 0.02, refuseMs: 0.02, turnMs: 0.001 },
    protect: (environment) => callingTheLate(late, refusing(environment, make())),
  })
  return { name, colour: own, points: goodputOf(result, 2) }
}

async function driftPanel(): Promise<Panel> {
  const options = { minLimit: 5 }
  return {
    title: 'Three minutes at 2x: Gradient2 learns the overload as normal, unless its baseline has a bound',
    mark: 'line',
    x: { title: 'seconds', domain: [0, driftS] },
    y: { title: 'share of capacity', kind: 'share', domain: [0, 1.25], values: [0, 0.25, 0.5, 0.75, 1] },
    series: [
      await drift('Gradient2Limit, defaults', colour.bad, () => new WindowedLimit(new Gradient2Limit(options), window)),
      await drift('maxBaselineMs: 40', colour.ours, () => {
        return new WindowedLimit(new Gradient2Limit({ ...options, maxBaselineMs: 40 }), window)
      }),
    ],
  }
}

export const netflixLimits: Plot = {
  name: 'netflix-limits',
  async make() {
    const common = await limitPanels(pool, [
      { name: 'AimdLimit', make: () => new AimdLimit({ minLimit: 5 }), late },
      { name: 'VegasLimit', make: ({ random }) => new WindowedLimit(new VegasLimit({ random }), window), late },
      { name: 'GradientLimit', make: ({ random }) => new WindowedLimit(new GradientLimit({ random }), window), late },
      { name: 'Gradient2Limit', make: () => new WindowedLimit(new Gradient2Limit({ minLimit: 5 }), window), late },
    ])
    const panels = [...common, await driftPanel()]
    return { title: 'Round trips find ten servers; AIMD knows only losses', subtitle: pool.about, panels }
  },
}
