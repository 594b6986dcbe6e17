/** The servers that are overloaded, and how: shapes the project was built with, and shapes that nobody tuned on. */
import type { ArrivalKind, LoadClass, LoadOptions, LoadPath } from '../load/index.ts'

/** What one request of a route costs. */
export interface RouteCost {
  readonly path: string
  readonly share: number
  /** Busy CPU before the downstream is asked. */
  readonly beforeMs: number
  /** Busy CPU after the downstream has answered. */
  readonly afterMs: number
  /** Heavy-tailed instead of fixed: both CPU costs are multiplied by one draw with mean 1. */
  readonly heavy?: boolean
  /** `none`: does not ask. `wait`: waits for as long as a call lasts. `pool`: needs one of the pool's places for as long. */
  readonly downstream: 'none' | 'wait' | 'pool'
}

export interface Scenario {
  readonly name: string
  readonly about: string
  readonly routes: readonly RouteCost[]
  readonly downstreamMs: number
  readonly poolSize: number
  readonly connections: 'fresh' | number
  readonly arrivals: ArrivalKind
  /** Priorities that are sent, in `x-priority`; subjects that know priorities trust it. */
  readonly priorities?: readonly LoadClass[]
  /** Requests per second about which the search for the capacity is laid; a guess is enough. */
  readonly nominal: number
}

const page: RouteCost = { path: '/work', share: 1, beforeMs: 5, afterMs: 0, downstream: 'wait' }

const base: Omit<Scenario, 'name' | 'about'> = {
  routes: [page],
  downstreamMs: 20,
  poolSize: 5,
  connections: 'fresh',
  arrivals: 'constant',
  nominal: 185,
}

export const scenarios: readonly Scenario[] = [
  { ...base, name: 'cpu', about: '5 ms of CPU, then 20 ms downstream; fresh connections' },
  { ...base, name: 'proxy', about: 'the same over 600 kept-alive connections', connections: 600 },
  {
    ...base,
    name: 'down',
    about: 'no CPU; a downstream pool of 5 x 20 ms',
    routes: [{ path: '/work', share: 1, beforeMs: 0, afterMs: 0, downstream: 'pool' }],
    nominal: 240,
  },
  {
    ...base,
    name: 'mixed',
    about: 'routes of 1, 5 and 25 ms of CPU, one of them with a pool; Poisson',
    arrivals: 'poisson',
    routes: [
      { path: '/light', share: 5, beforeMs: 1, afterMs: 0, downstream: 'none' },
      { path: '/page', share: 4, beforeMs: 2, afterMs: 3, downstream: 'pool' },
      { path: '/report', share: 1, beforeMs: 20, afterMs: 5, downstream: 'wait' },
    ],
  },
  {
    ...base,
    name: 'heavy-tail',
    about: 'heavy-tailed CPU (mean 5 ms) before and after the downstream; 200 kept-alive connections, Poisson',
    arrivals: 'poisson',
    connections: 200,
    routes: [{ path: '/work', share: 1, beforeMs: 2, afterMs: 3, heavy: true, downstream: 'wait' }],
  },
  {
    ...base,
    name: 'priority',
    about: 'as proxy, 20 % of the requests critical, the rest sheddable',
    connections: 600,
    priorities: [
      { name: 'critical', share: 1 },
      { name: 'sheddable', share: 4 },
    ],
  },
  { ...base, name: 'poisson', about: 'as cpu, Poisson arrivals', arrivals: 'poisson' },
  {
    ...base,
    name: 'bursty',
    about: 'as proxy, bursts of 4x the mean rate and silences',
    arrivals: 'bursty',
    connections: 600,
  },
]

/** The header that carries the priority. */
export const priorityHeader = 'x-priority'

/** Returns the scenario of that name. Throws a RangeError that lists the names. */
export function findScenario(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found !== undefined) return found
  throw new RangeError(`goodput: unknown scenario "${name}"; known are ${scenarios.map((s) => s.name).join(', ')}`)
}

/** What the load generator needs to know of a scenario. */
export function loadOf(scenario: Scenario): Omit<LoadOptions, 'url' | 'phases'> & { paths: LoadPath[] } {
  const paths = scenario.routes.map(({ path, share }) => ({ path, share }))
  const { connections, arrivals, priorities = [] } = scenario
  return { paths, connections, arrivals, priorities, priorityHeader, timeoutMs: 500 }
}
