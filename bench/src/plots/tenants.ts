/** A process in front of ten servers, and what became of each request, told apart by key or by class. */
import type { Environment, Gate, Reason, Ticket } from '@spillway/core'
import {
  distribution,
  simulate,
  type SimulationOptions,
  type SimulationResult,
  type Workload,
} from '@spillway/core/testing'
import { watched } from './watched.ts'

/** One request and when it came to this. */
export interface Happening {
  readonly at: number
  readonly ticket: Ticket
}

/** What happened, in order. */
export interface Books {
  readonly served: Happening[]
  /** Ran, but its caller had left before the end. */
  readonly inVain: Happening[]
  readonly refused: (Happening & { readonly reason: Reason })[]
  readonly result: SimulationResult
}

/** What is particular to a run; the rest is ten servers of 20 ms, 500 calls/s, and callers with a patience of 500 ms. */
export interface TenantsInit extends Pick<Workload, 'load' | 'keys' | 'priorities' | 'sendsDeadline'> {
  readonly durationMs: number
  readonly servers?: number
  readonly make: (environment: Environment) => Gate
}

/** Plays it. */
export async function tenantsRun({ durationMs, servers = 10, make, ...workload }: TenantsInit): Promise<Books> {
  const served: Books['served'] = []
  const inVain: Books['inVain'] = []
  const refused: Books['refused'] = []
  const latencyMs = distribution.exponential(10, 10)
  const options: SimulationOptions = {
    durationMs,
    server: { readMs: 0.02, refuseMs: 0.02, turnMs: 0.001 },
    workload: {
      ...workload,
      routes: [{ beforeMs: 0.05, downstream: { servers, latencyMs }, afterMs: 0.05 }],
      connections: 100_000,
      timeoutMs: 500,
    },
    protect: (environment) =>
      watched(make(environment), environment.clock, {
        left: (ticket, at, outcome) => void (outcome === 'success' ? served : inVain).push({ at, ticket }),
        refused: (ticket, at, { reason }) => void refused.push({ at, ticket, reason }),
      }),
  }
  return { served, inVain, refused, result: await simulate(options) }
}

/** The times of those that are wanted. */
export function timesOf(all: readonly Happening[], wanted: (ticket: Ticket) => boolean): number[] {
  return all.filter(({ ticket }) => wanted(ticket)).map(({ at }) => at)
}
