/** The experiments that limits are drawn in: the load doubles, then what serves becomes three times slower, then all is well again. */
import {
  distribution,
  load,
  type Route,
  type Server,
  type SimulationOptions,
  type Workload,
} from '@spillway/core/testing'
import type { Span } from '../../chart/index.ts'

/** What is played, and what would be right. */
export interface Experiment {
  /** In a line. */
  readonly about: string
  readonly capacityPerSecond: number
  readonly endS: number
  /** Smallest number in flight that does all the throughput there is. */
  readonly right: { readonly limit: number; readonly label: string }
  readonly world: Omit<SimulationOptions, 'protect' | 'signals'>
  readonly spans: readonly Span[]
  /** Share of the capacity that can be served from each second on. */
  readonly possible: readonly (readonly [fromS: number, share: number])[]
}

/** How long callers wait. */
export const patienceMs = 500

/** Servers of the downstream: what is in flight beyond them only waits. */
export const servers = 10
const [overS, slowS, fastS, calmS, endS] = [5, 15, 20, 25, 30]

const slower = (at: number): number => (at >= slowS * 1000 && at < fastS * 1000 ? 3 : 1)
const cheap: Server = { readMs: 0.02, refuseMs: 0.02, turnMs: 0.001 }

function workload(offered: Workload['load'], route: Route): Workload {
  return { load: offered, routes: [route], connections: 100_000, timeoutMs: patienceMs }
}

const poolRoute: Route = {
  beforeMs: 0.05,
  downstream: { servers, latencyMs: distribution.exponential(10, 10), slowdown: slower },
  afterMs: 0.05,
}

const changing = {
  endS,
  spans: [
    { from: overS, to: slowS, label: 'load 2x' },
    { from: slowS, to: fastS, label: '3x slower' },
    { from: fastS, to: calmS, label: '' },
  ],
  possible: [
    [0, 0.7],
    [overS, 1],
    [slowS, 1 / 3],
    [fastS, 1],
    [calmS, 0.7],
  ] as const,
}

const spike = load.spike({ base: 0.7, peak: 2, fromMs: overS * 1000, untilMs: calmS * 1000 })

/** A downstream with ten servers; the process itself has little to do. */
export const pool: Experiment = {
  ...changing,
  about: 'ten servers of 20 ms (500 calls/s); callers are refused at once, and give up after 500 ms',
  capacityPerSecond: 500,
  right: { limit: servers, label: 'ten servers' },
  world: { seed: 1, durationMs: endS * 1000, workload: workload(spike, poolRoute), server: cheap },
}

/** A process that is busy itself: 2 ms of its processor and a call of 5 ms for each request. */
export const processor: Experiment = {
  ...changing,
  about: '2 ms of the processor and a wait of 5 ms (500 requests/s); refused at once, patience 500 ms',
  capacityPerSecond: 500,
  right: { limit: 4, label: 'needed: 4' },
  world: {
    seed: 1,
    durationMs: endS * 1000,
    workload: workload(spike, { beforeMs: distribution.exponential(1), downstream: { latencyMs: 5 }, afterMs: 1 }),
    server: { ...cheap, slowdown: slower },
  },
}

/** The ten servers under a load that does not change. */
export function steady(times: number, seconds: number): Experiment {
  const { slowdown: _slowdown, ...downstream } = poolRoute.downstream ?? { latencyMs: 20 }
  return {
    ...pool,
    endS: seconds,
    spans: [],
    possible: [[0, Math.min(1, times)]],
    world: { ...pool.world, durationMs: seconds * 1000, workload: workload(times, { ...poolRoute, downstream }) },
  }
}

/** A downstream with room for all, in which every call takes eight times as long from 5 to 15 s. */
export const slowWithRoom: Experiment = {
  about: 'calls of 20 ms, of 160 ms for a while, with room for all; 250 calls/s',
  capacityPerSecond: 250,
  endS: 25,
  right: { limit: 250 * 0.16, label: 'needed while slow: 40' },
  spans: [{ from: 5, to: 15, label: '8x slower, not full' }],
  possible: [[0, 1]],
  world: {
    seed: 1,
    durationMs: 25_000,
    workload: workload(0.125, {
      beforeMs: 0.5,
      downstream: {
        latencyMs: distribution.exponential(10, 10),
        slowdown: (at) => (at >= 5000 && at < 15_000 ? 8 : 1),
      },
    }),
    server: cheap,
  },
}
