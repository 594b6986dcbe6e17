/** The experiment that all limits are drawn in: ten servers, then twice the load, then servers three times slower. */
import type { Environment, Limit } from '@spillway/core'
import { distribution, load, simulate, type SimulationOptions } from '@spillway/core/testing'
import { colour, type Panel, type Point, type Series, type Span } from '../../chart/index.ts'
import { droppingTheLate, refusing } from '../../sim/subject.ts'
import { perSecond, sampled, until } from '../series.ts'
import { watched } from '../watched.ts'

/** Servers of the downstream: what is in flight beyond them only waits. */
export const servers = 10
const capacity = 500
const endS = 30
const [overS, slowS, fastS, calmS] = [5, 15, 20, 25]

/** A limit under test, made anew for its run. */
export interface LimitSubject {
  readonly name: string
  readonly make: (environment: Environment) => Limit
  readonly colour?: string
}

/** The experiment in a line. */
export const about = `ten servers of 20 ms (500 calls/s); callers are refused at once, and give up after 500 ms`

const world: Omit<SimulationOptions, 'protect'> = {
  seed: 1,
  durationMs: endS * 1000,
  workload: {
    load: load.spike({ base: 0.7, peak: 2, fromMs: overS * 1000, untilMs: calmS * 1000 }),
    routes: [
      {
        beforeMs: 0.05,
        downstream: {
          servers,
          latencyMs: distribution.exponential(10, 10),
          slowdown: (at) => (at >= slowS * 1000 && at < fastS * 1000 ? 3 : 1),
        },
        afterMs: 0.05,
      },
    ],
    connections: 100_000,
    timeoutMs: 500,
  },
  server: { readMs: 0.02, refuseMs: 0.02, turnMs: 0.001 },
}

/** Plays the experiment with each limit in front. Callers who leave are reported as dropped. */
async function play({ name, make, ...look }: LimitSubject): Promise<{ limit: Series; goodput: Series }> {
  let limit: Point[] = []
  const served: number[] = []
  await simulate({
    ...world,
    protect: (environment) => {
      const made = make(environment)
      limit = sampled(environment.clock, 100, () => made.value)
      return watched(droppingTheLate(refusing(environment, made)), environment.clock, {
        left: (_ticket, now, outcome) => void (outcome === 'success' && served.push(now)),
      })
    },
  })
  const perSlot = perSecond(served, 500, endS * 1000)
  return {
    limit: { name, points: until(endS, limit), ...look },
    goodput: { name, points: perSlot.map(([at, rate]) => [at, (rate ?? 0) / capacity]), ...look },
  }
}

const spans: readonly Span[] = [
  { from: overS, to: slowS, label: '2x the load' },
  { from: slowS, to: fastS, label: '2x, 3x slower' },
  { from: fastS, to: calmS, label: '2x' },
]

/** What could be served: as much as is offered, and no more than the servers do. */
const possible: Series = {
  name: 'possible',
  colour: colour.pale,
  dashed: true,
  points: [
    [0, 0.7],
    [overS, 1],
    [slowS, 1 / 3],
    [fastS, 1],
    [calmS, 0.7],
    [endS, 0.7],
  ].flatMap(([x = 0, y = 0], i, all): Point[] => [...(i > 0 ? [[x, all[i - 1]?.[1] ?? 0] as const] : []), [x, y]]),
}

/** The limits over time beside the number of servers, and what they let the servers do. */
export async function limitPanels(subjects: readonly LimitSubject[]): Promise<Panel[]> {
  const runs: Awaited<ReturnType<typeof play>>[] = []
  for (const subject of subjects) runs.push(await play(subject))
  const x = { title: 'seconds', domain: [0, endS] as const }
  return [
    {
      title: 'What may be in flight',
      mark: 'step',
      x,
      y: { title: 'limit', kind: 'log', domain: [2, 250], values: [2, 5, 10, 20, 50, 100, 200] },
      series: runs.map(({ limit }) => limit),
      rules: [{ at: servers, label: 'ten servers' }],
      spans,
      height: 180,
    },
    {
      title: 'Served in time',
      mark: 'line',
      x,
      y: { title: 'share of capacity', kind: 'share', domain: [0, 1.1], values: [0, 0.25, 0.5, 0.75, 1] },
      series: [...runs.map(({ goodput }) => goodput), possible],
      spans: spans.map((span) => ({ ...span, label: '' })),
    },
  ]
}
