/** The workloads of the study that the project started from: short processor bursts around a wait, 500 requests a second. */
import { distribution, load, type Route, type Server, type Workload } from '@spillway/core/testing'
import { atLoad, goodput, importantOf, latencyOf, type Scenario } from '../scenario.ts'

/** Without accept queue and with cheap moves, as that study had it: what a proxy with many kept-alive connections does. */
const server: Server = { readMs: 0.02, refuseMs: 0.03, turnMs: 0.001, contention: 0.001 }
const connections = 100_000
const right = 24

interface Changes {
  readonly ioFactor?: (atMs: number) => number
  readonly ioTimes?: number
}

function routes({ ioFactor, ioTimes = 1 }: Changes = {}): Route[] {
  const latencyMs = distribution.exponential(15 * ioTimes, 5 * ioTimes)
  return [
    {
      beforeMs: 0.4,
      downstream: ioFactor === undefined ? { latencyMs } : { latencyMs, slowdown: ioFactor },
      afterMs: distribution.exponential(1.6),
    },
  ]
}

function workload(offered: Workload['load'], changes: Changes = {}): Workload {
  return {
    load: offered,
    routes: routes(changes),
    connections,
    timeoutMs: 500,
    priorities: { critical_plus: 0.2, sheddable: 0.8 },
  }
}

const loads = [0.5, 0.9, 1.2, 2, 4, 10].map((times) =>
  atLoad(times, {
    table: 'published: load',
    about: 'constant load, fifteen seconds',
    name: 'load',
    right,
    server,
    durationMs: times >= 4 ? 8000 : 15_000,
    workload: (offered) => workload(offered),
  }),
)

interface EventInit {
  readonly name: string
  readonly about: string
  readonly workload: Workload
  readonly server?: Server
  readonly untilMs: number
  /** What can be served in the event, over the usual capacity. */
  readonly possible: number
}

function event({ name, about, workload: given, server: own = server, untilMs, possible }: EventInit): Scenario {
  return {
    table: 'published: events at 0.8x',
    name,
    about,
    right,
    world: () => ({ durationMs: 25_000, workload: given, server: own }),
    measure: (result) => {
      const during = result.between(5000, untilMs)
      const recovery = result.recoveryMs(untilMs, { p99Ms: 200 })
      return {
        scores: [
          { name: 'goodput in the event', value: during.goodput / possible },
          { name: 'served in all', value: result.total.served / result.total.offered },
        ],
        details: { recovery, p99: during.servedP99Ms },
      }
    },
  }
}

const within =
  (from: number, until: number, factor: number) =>
  (at: number): number =>
    at >= from && at < until ? factor : 1

const events = [
  event({
    name: 'spike x4',
    about: 'three seconds at 4x',
    workload: workload(load.spike({ base: 0.8, peak: 4, fromMs: 5000, untilMs: 8000 })),
    untilMs: 8000,
    possible: 1,
  }),
  event({
    name: 'processor x3 slower',
    about: 'five seconds',
    workload: workload(0.8),
    server: { ...server, slowdown: within(5000, 10_000, 3) },
    untilMs: 10_000,
    possible: 1 / 3,
  }),
  event({
    name: 'downstream x8 slower',
    about: 'five seconds, with room for all',
    workload: workload(0.8, { ioFactor: within(5000, 10_000, 8) }),
    untilMs: 10_000,
    possible: 0.8,
  }),
]

const waiting = [0.9, 2].map((times): Scenario => {
  const durationMs = 60_000
  return {
    table: 'published: a service that mostly waits',
    name: `waits x${times}`,
    about: 'downstream of 200 ms: a hundred in flight are needed; clients wait for two seconds',
    right: 130,
    world: () => ({
      durationMs,
      workload: { ...workload(times, { ioTimes: 10 }), timeoutMs: 2000 },
      server,
    }),
    measure: (result) => ({
      scores: [
        { name: 'goodput 5 to 20 s', value: result.between(5000, 20_000).goodput / Math.min(1, times) },
        { name: 'goodput 40 to 60 s', value: result.between(40_000, durationMs).goodput / Math.min(1, times) },
        ...importantOf(result),
      ],
      details: { first: result.between(0, 5000).goodput / Math.min(1, times), ...latencyOf(result.total) },
    }),
  }
})

const sustained = [1.5, 2].map((times): Scenario => {
  const durationMs = 180_000
  return {
    table: 'published: three minutes of overload',
    name: `sustained x${times}`,
    about: 'drift shows in the worst ten seconds',
    right,
    world: () => ({ durationMs, workload: workload(times), server }),
    measure: (result) => {
      const slices = result.slices(10).map((slice) => slice.goodput)
      return {
        scores: [goodput(result.goodput), { name: 'worst 10 s', value: Math.min(...slices) }],
        details: { first: slices[0] ?? NaN, middle: slices[5] ?? NaN, last: slices.at(-1) ?? NaN },
      }
    },
  }
})

export const published: readonly Scenario[] = [...loads, ...events, ...waiting, ...sustained]
