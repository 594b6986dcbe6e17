/** What callers do to each other: one tenant that takes too much, and everybody trying again. */
import { RetryBudget, RetryBudgetLimiter } from '@spillway/core'
import { distribution } from '@spillway/core/testing'
import type { Shares, SimulationResult, Tally, Workload } from '@spillway/core/testing'
import { goodput, latencyOf, warmUpMs, type Scenario } from '../scenario.ts'

const durationMs = 20_000
const routes = [{ beforeMs: 3, downstream: { latencyMs: 15 } }]
const right = 7

/** Nine ask for a little less than their tenth of the capacity, the tenth one for ten times its own from some time on. */
const tenants = ['light-1', 'light-2', 'light-3', 'light-4', 'light-5', 'light-6', 'light-7', 'light-8', 'light-9']
const lightShare = 0.09
const greedyFromMs = 3000
const tenantsMs = 33_000

function keysOf(heavy: number): Shares {
  return { heavy, ...Object.fromEntries(tenants.map((name) => [name, lightShare])) }
}

const calm = keysOf(lightShare)
const greedy = keysOf(1)
const keys = (at: number): Shares => (at < greedyFromMs ? calm : greedy)
const offeredAt = (at: number): number => Object.values(keys(at)).reduce((a, b) => a + b, 0)

/** Jain's index of what each got over what was due to it: the lesser of its demand and an equal share of the capacity. */
function jainIndex(result: SimulationResult, seconds: number): number {
  const fair = (result.capacityPerSecond * seconds) / result.byKey.size
  const got = [...result.byKey.values()].map(({ served, offered }) => Math.min(1, served / Math.min(offered, fair)))
  const sum = got.reduce((a, b) => a + b, 0)
  return sum ** 2 / (got.length * got.reduce((a, b) => a + b * b, 0))
}

function lightsOf(result: SimulationResult): number {
  const tallies = [...result.byKey].filter(([key]) => key !== 'heavy').map(([, tally]): Tally => tally)
  const sum = (field: 'served' | 'offered'): number => tallies.reduce((total, tally) => total + tally[field], 0)
  return sum('served') / sum('offered')
}

const fairness = (['fresh', 2000] as const).map((connections): Scenario => {
  const workload: Workload = { load: offeredAt, routes, keys, connections, timeoutMs: 500 }
  return {
    table: 'tenants',
    name: `one at 10x, ${connections === 'fresh' ? 'fresh' : 'kept-alive'}`,
    about: 'nine tenants at 0.95 of their tenth; after three seconds the tenth one asks for ten times its own',
    right,
    world: () => ({ durationMs: tenantsMs, workload }),
    measure: (result) => ({
      scores: [
        { name: 'served to the nine', value: lightsOf(result) },
        { name: 'Jain', value: jainIndex(result, tenantsMs / 1000) },
        goodput(result.between(greedyFromMs, tenantsMs).goodput),
      ],
      details: latencyOf(result.total),
    }),
  }
})

interface StormInit {
  readonly connections: Workload['connections']
  /** Whether clients keep a budget of retries. */
  readonly budget: boolean
}

/** Ten seconds at 1.5x, then 0.7x; whoever gets no answer or a refusal tries twice more after 50 ms. */
function storm({ connections = 'fresh', budget }: StormInit): Scenario {
  const kind = connections === 'fresh' ? 'fresh' : 'kept-alive'
  return {
    table: 'retry storm',
    name: `three tries at 1.5x, ${budget ? 'a budget' : 'no budget'}, ${kind}`,
    about: 'ten seconds at 1.5x, then 0.7x; whoever gets no or nothing tries twice more after 50 ms',
    right,
    world: () => ({
      durationMs,
      workload: {
        load: (at) => (at < 10_000 ? 1.5 : 0.7),
        routes,
        connections,
        timeoutMs: 500,
        retries: { attempts: 2, delayMs: 50 },
        ...(budget ? { client: new RetryBudgetLimiter(new RetryBudget({ minPerSecond: 0 })) } : {}),
      },
    }),
    measure: (result) => ({
      scores: [goodput(result.between(1500, 10_000).goodput)],
      details: {
        // Of first tries: 1.5 times the capacity for ten seconds.
        amplification: result.between(0, 10_000).offered / (15 * result.capacityPerSecond),
        recovery: result.recoveryMs(10_000),
        p99: result.total.servedP99Ms,
      },
    }),
  }
}

const storms = [true, false].flatMap((budget) =>
  (['fresh', 2000] as const).map((connections) => storm({ connections, budget })),
)

/** Clients that wait for 150 ms and say so: what cannot be done in time is waste. */
const hurried = ([0.9, 2, 4] as const).map((times): Scenario => {
  return {
    table: 'deadlines',
    name: `hurried x${times}`,
    about: 'clients wait for 150 ms and tell their deadline',
    right,
    world: () => ({
      durationMs,
      workload: {
        load: times,
        routes: [{ beforeMs: distribution.uniform(1, 5), downstream: { latencyMs: distribution.exponential(20, 10) } }],
        connections: 2000,
        timeoutMs: 150,
        sendsDeadline: true,
      },
    }),
    measure: (result) => {
      const steady = result.between(warmUpMs, durationMs)
      return {
        scores: [goodput(steady.goodput, times)],
        details: { ...latencyOf(steady), late: steady.late / steady.offered },
      }
    },
  }
})

export const callers: readonly Scenario[] = [...fairness, ...storms, ...hurried]
