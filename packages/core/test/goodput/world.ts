/** The simulated server under the default control, and the best that any control could do there. */
import { createOverloadControl, type OverloadControl, type OverloadOptions } from '@spillway/core'
import {
  simulate,
  type Route,
  type Server,
  type SimulationOptions,
  type SimulationResult,
  type Slice,
  type Workload,
} from '@spillway/core/testing'

/** The start, in which a control has yet to find out what the server can do. */
const warmUpMs = 1500

const processor: readonly Route[] = [{ beforeMs: 5, downstream: { latencyMs: 20 } }]
const pool: readonly Route[] = [{ beforeMs: 0.3, downstream: { latencyMs: 20, servers: 5 } }]

/** Servers that run out of something. The load is set by each test. */
export const servers = {
  'the processor, fresh connections': { routes: processor },
  'the processor, 600 kept-alive connections': { routes: processor, connections: 600 },
  'a pool of 5, fresh connections': { routes: pool },
  'a pool of 5, 600 kept-alive connections': { routes: pool, connections: 600 },
  'the processor, routes of very different cost': {
    routes: [
      { share: 1, beforeMs: 25 },
      { share: 3, beforeMs: 5 },
      { share: 6, beforeMs: 1, downstream: { latencyMs: 10 } },
    ],
  },
} satisfies Record<string, Omit<Workload, 'load'>>

export type ServerName = keyof typeof servers

/** A run and what it left. */
export interface Run {
  readonly result: SimulationResult
  /** Without the start. */
  readonly steady: Slice
  /** Work that the control still holds after the end: none, if everything that was let in was given back. */
  readonly leftOver: number
}

export interface RunOptions {
  readonly seed?: number
  readonly durationMs?: number
  readonly server?: Server
  readonly options?: OverloadOptions
  /** False leaves the server alone. */
  readonly protect?: boolean
}

/** Plays a workload under the default control. Whoever gets no answer within 500 ms leaves, if the workload says nothing else. */
export async function run(workload: Workload, given: RunOptions = {}): Promise<Run> {
  const { seed = 1, durationMs = 6000, protect = true, server, options = {} } = given
  let control: OverloadControl | undefined
  const simulation: SimulationOptions = {
    seed,
    durationMs,
    workload,
    ...(server === undefined ? {} : { server }),
    protect: (environment) => {
      if (protect) control = createOverloadControl(environment, options)
      return control
    },
  }
  const result = await simulate(simulation)
  const { inflight, waiting } = control?.snapshot() ?? { inflight: 0, waiting: 0 }
  const steady = result.between(Math.min(warmUpMs, durationMs / 2), durationMs)
  return { result, steady, leftOver: inflight + waiting }
}

/** The same for several seeds. */
export async function runs(seeds: number, workload: Workload, given: RunOptions = {}): Promise<readonly Run[]> {
  const all: Run[] = []
  for (let seed = 1; seed <= seeds; seed++) all.push(await run(workload, { ...given, seed }))
  return all
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * The most goodput that is possible at `load` times the capacity, if each refusal costs no more than accepting, reading and writing it
 * (0.12 ms on a fresh connection, 0.08 ms on a kept-alive one, as the simulator has them): the rest of the processor's time divided by
 * what a served request takes. All of it where the processor is not what runs out.
 */
export function bestGoodput(name: ServerName, load: number): number {
  const { routes } = servers[name] as Omit<Workload, 'load'>
  if (name.startsWith('a pool')) return Math.min(1, load)
  const fresh = !('connections' in servers[name])
  const readMs = fresh ? 0.09 : 0.05
  const shares = routes.reduce((sum, route) => sum + (route.share ?? 1), 0)
  const workMs = routes.reduce((sum, { share = 1, beforeMs }) => sum + (share / shares) * (beforeMs as number), 0)
  const servedMs = readMs + workMs
  const refusedMs = readMs + 0.03
  // served + refused = load and served * servedMs + refused * refusedMs = servedMs, both per request at capacity.
  return Math.min(load, (servedMs - load * refusedMs) / (servedMs - refusedMs))
}
