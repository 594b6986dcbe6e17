/** Workloads on which nothing was tuned: heavy tails, routes of very different cost, waves, ramps, pauses, small pools. */
import { distribution, load, type Route, type Server, type Workload } from '@spillway/core/testing'
import { atLoad, importantOf, latencyOf, type LoadScenario, type Scenario } from '../scenario.ts'

const priorities = { critical_plus: 0.2, sheddable: 0.8 } as const
const durationMs = 20_000
/** Where a few requests are most of the work, goodput needs many of them before it says anything. */
const unevenMs = 60_000

type Shape = Pick<LoadScenario, 'name' | 'about' | 'right' | 'server'> & {
  readonly durationMs?: number
  readonly routes: readonly Route[]
  readonly connections?: Workload['connections']
}

const heavy: Route[] = [
  { beforeMs: distribution.pareto({ shape: 1.3, minMs: 0.8, maxMs: 120 }), downstream: { latencyMs: 10 } },
]
const twoRoutes: Route[] = [
  { share: 9, beforeMs: 0.7, downstream: { latencyMs: distribution.exponential(8) } },
  { share: 1, beforeMs: 30 },
]
const after: Route[] = [
  {
    beforeMs: 0.4,
    downstream: { latencyMs: distribution.uniform(5, 35) },
    afterMs: distribution.exponential(2.5, 0.5),
  },
]
const plain: Route[] = [{ beforeMs: distribution.uniform(1, 5), downstream: { latencyMs: 12 } }]
/** Made anew for each run: routes that share a pool object share its servers. */
const pool = (): Route[] => [{ beforeMs: 0.2, downstream: { latencyMs: distribution.uniform(10, 40), servers: 12 } }]
const collector: Server = { pauses: { everyMs: distribution.exponential(900), forMs: distribution.uniform(20, 120) } }

const shapes: readonly Shape[] = [
  {
    name: 'heavy tail, kept-alive',
    about: 'processor time of Pareto 1.3',
    right: 12,
    durationMs: unevenMs,
    routes: heavy,
    connections: 2000,
  },
  { name: 'heavy tail, fresh', about: 'the same, a connection each', right: 12, durationMs: unevenMs, routes: heavy },
  {
    name: 'two routes, kept-alive',
    about: '0.7 and 30 ms of processor',
    right: 8,
    durationMs: unevenMs,
    routes: twoRoutes,
    connections: 2000,
  },
  {
    name: 'two routes, fresh',
    about: 'the same, a connection each',
    right: 8,
    durationMs: unevenMs,
    routes: twoRoutes,
  },
  { name: 'pool of 12, kept-alive', about: 'a saturated downstream', right: 12, routes: pool(), connections: 2000 },
  {
    name: 'work after the wait, kept-alive',
    about: 'most of the work comes with the reply',
    right: 12,
    routes: after,
    connections: 2000,
  },
  { name: 'work after the wait, fresh', about: 'the same, a connection each', right: 12, routes: after },
  {
    name: 'pauses, kept-alive',
    about: 'stops of 20 to 120 ms a second',
    right: 8,
    routes: plain,
    server: collector,
    connections: 2000,
  },
  { name: 'pauses, fresh', about: 'the same, a connection each', right: 8, routes: plain, server: collector },
]

const constant = shapes.flatMap(({ routes, connections = 'fresh', server, ...shape }) =>
  [0.9, 1.3, 2, 5].map((times) =>
    atLoad(times, {
      durationMs,
      ...shape,
      table: 'fresh workloads: load',
      ...(server === undefined ? {} : { server }),
      workload: (offered) => ({ load: offered, routes, connections, priorities, timeoutMs: 500 }),
    }),
  ),
)

interface Changing {
  readonly name: string
  readonly about: string
  readonly load: (seed: number) => Workload['load']
  readonly connections: Workload['connections']
  readonly durationMs: number
}

function changing({ name, about, load: shape, connections = 'fresh', durationMs: lasts }: Changing): Scenario {
  return {
    table: 'fresh workloads: changing load',
    name,
    about,
    right: 6,
    world: (seed) => ({
      durationMs: lasts,
      workload: { load: shape(seed), routes: plain, connections, priorities, timeoutMs: 500 },
    }),
    measure: (result) => {
      const slices = result.slices(0.25)
      const possible = slices.reduce((sum, { offered }) => sum + Math.min(offered, result.capacityPerSecond / 4), 0)
      return {
        scores: [{ name: 'goodput', value: result.total.served / possible }, ...importantOf(result)],
        details: latencyOf(result.total),
      }
    },
  }
}

const waves = (seed: number): Workload['load'] =>
  load.onOff({ high: 3, low: 0.4, meanOnMs: 600, meanOffMs: 1200, seed: seed + 77 })
const ramp = (): Workload['load'] => load.ramp({ from: 0.3, to: 3, startMs: 1000, endMs: 25_000 })

const changes = [
  changing({
    name: 'waves, kept-alive',
    about: '0.4x and 3x for random times',
    load: waves,
    connections: 2000,
    durationMs: 30_000,
  }),
  changing({
    name: 'waves, fresh',
    about: 'the same, a connection each',
    load: waves,
    connections: 'fresh',
    durationMs: 30_000,
  }),
  changing({
    name: 'ramp, kept-alive',
    about: 'from 0.3x to 3x in 24 s',
    load: ramp,
    connections: 2000,
    durationMs: 27_000,
  }),
  changing({
    name: 'ramp, fresh',
    about: 'the same, a connection each',
    load: ramp,
    connections: 'fresh',
    durationMs: 27_000,
  }),
]

export const fresh: readonly Scenario[] = [...constant, ...changes]
