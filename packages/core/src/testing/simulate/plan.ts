/** Options of a simulation, checked and with their defaults filled in. */
import type { Random } from '../../clock.ts'
import type { Limiter } from '../../limiter.ts'
import { checkFunction, checkKnown, checkNumber, checkOneOf } from '../../options.ts'
import { priorities, type Millis, type PriorityName } from '../../ticket.ts'
import { toDistribution, type Distribution } from './distribution.ts'
import type { Load } from './load.ts'
import type { Downstream, Pauses, Route, Server, Shares, SimulationOptions, Workload } from './options.ts'
import { weightedPick } from './random.ts'

const owner = 'simulate'
const names = Object.keys(priorities) as PriorityName[]
const anyTime = { min: 0, max: Infinity }

/** A route, ready to be sampled. */
export interface RoutePlan {
  readonly share: number
  readonly before: Distribution
  readonly call: Distribution
  readonly after: Distribution
  readonly downstream: Downstream | undefined
  readonly priority: number | undefined
}

/** A server with its defaults filled in. */
export type FullServer = Required<Omit<Server, 'pauses'>>

/** All that the parts of a simulation read. */
export interface Plan {
  readonly durationMs: Millis
  readonly server: FullServer
  readonly pauses: PausePlan | undefined
  readonly load: Load
  readonly poisson: boolean
  readonly pickRoute: (random: Random) => RoutePlan
  readonly pickPriority: (random: Random) => number
  readonly pickKey: (random: Random, at: Millis) => string
  readonly connections: number | undefined
  readonly timeoutMs: Millis
  readonly sendsDeadline: boolean
  readonly retryAttempts: number
  readonly retryDelayMs: (retry: number) => Millis
  readonly client: Limiter | undefined
  readonly downstreams: ReadonlySet<Downstream>
  /** Requests per second that the scarcer of processor and downstreams can do. */
  readonly capacityPerSecond: number
}

/** Stops of the process, ready to be sampled. */
export interface PausePlan {
  readonly every: Distribution
  readonly for: Distribution
}

/** Checks the options; throws a TypeError or a RangeError that names the first bad one. */
export function makePlan(options: SimulationOptions): Plan {
  checkKnown(owner, options, ['seed', 'durationMs', 'workload', 'server', 'protect', 'signals'])
  const { workload } = options
  checkWorkload(workload)
  const server = withDefaults(options.server ?? {})
  const routes = workload.routes.map(planRoute)
  const { load } = workload
  const delayMs = workload.retries?.delayMs ?? 0
  return {
    durationMs: checkNumber(owner, 'durationMs', options.durationMs, { min: 0, max: 1e9 }),
    server,
    pauses: planPauses(options.server?.pauses),
    load: typeof load === 'function' ? load : () => load,
    poisson: (workload.arrivals ?? 'poisson') === 'poisson',
    pickRoute: weightedPick(routes.map((route) => [route, route.share] as const)),
    pickPriority: weightedPick(classShares(workload)),
    pickKey: keyPicker(workload.keys),
    connections: typeof workload.connections === 'number' ? workload.connections : undefined,
    timeoutMs: workload.timeoutMs ?? 500,
    sendsDeadline: workload.sendsDeadline ?? false,
    retryAttempts: workload.retries?.attempts ?? 0,
    retryDelayMs: typeof delayMs === 'function' ? delayMs : () => delayMs,
    client: workload.client,
    downstreams: new Set(routes.flatMap((route) => route.downstream ?? [])),
    capacityPerSecond: capacity(routes, server, typeof workload.connections !== 'number'),
  }
}

const workloadKeys: readonly (keyof Workload)[] = [
  'load',
  'arrivals',
  'routes',
  'priorities',
  'keys',
  'connections',
  'timeoutMs',
  'sendsDeadline',
  'retries',
  'client',
]

function checkWorkload(workload: Workload): void {
  checkKnown(owner, workload, workloadKeys)
  const { load } = workload
  if (typeof load !== 'function') checkNumber(owner, 'workload.load', load, { min: 0, max: 1e6 })
  checkOneOf(owner, 'workload.arrivals', workload.arrivals ?? 'poisson', ['poisson', 'constant'])
  if (workload.routes.length === 0)
    throw new RangeError(`${owner}: option "workload.routes" must name at least one route`)
  const { connections = 'fresh' } = workload
  if (connections !== 'fresh')
    checkNumber(owner, 'workload.connections', connections, { min: 1, max: 1e9, integer: true })
  checkNumber(owner, 'workload.timeoutMs', workload.timeoutMs ?? 500, anyTime)
  checkNumber(owner, 'workload.retries.attempts', workload.retries?.attempts ?? 0, { min: 0, max: 100, integer: true })
  const { delayMs = 0 } = workload.retries ?? {}
  if (typeof delayMs !== 'function') checkNumber(owner, 'workload.retries.delayMs', delayMs, anyTime)
}

function planPauses(pauses: Pauses | undefined): PausePlan | undefined {
  if (pauses === undefined) return undefined
  checkKnown(owner, pauses, ['everyMs', 'forMs'])
  const plan = { every: toDistribution(pauses.everyMs), for: toDistribution(pauses.forMs) }
  checkNumber(owner, 'server.pauses.everyMs', plan.every.meanMs, { min: 1, max: 1e9 })
  return plan
}

function withDefaults(given: Server): FullServer {
  const server: FullServer = {
    acceptMs: given.acceptMs ?? 0.03,
    readMs: given.readMs ?? 0.05,
    refuseMs: given.refuseMs ?? 0.03,
    turnMs: given.turnMs ?? 0.01,
    backlog: given.backlog ?? 511,
    acceptsPerTurn: given.acceptsPerTurn ?? 1,
    contention: given.contention ?? 0,
    slowdown: given.slowdown ?? (() => 1),
    releaseOn: given.releaseOn ?? 'close',
    abortsWork: given.abortsWork ?? false,
  }
  checkKnown(owner, given, [...Object.keys(server), 'pauses'])
  for (const name of ['acceptMs', 'readMs', 'refuseMs', 'contention'] as const) {
    checkNumber(owner, `server.${name}`, server[name], { min: 0, max: 1e6 })
  }
  checkNumber(owner, 'server.turnMs', server.turnMs, { min: 0.0001, max: 1e6 })
  checkNumber(owner, 'server.backlog', server.backlog, { min: 1, max: Infinity, integer: true })
  checkNumber(owner, 'server.acceptsPerTurn', server.acceptsPerTurn, { min: 1, max: Infinity, integer: true })
  checkFunction(owner, 'server.slowdown', server.slowdown)
  checkOneOf(owner, 'server.releaseOn', server.releaseOn, ['close', 'end'])
  return server
}

function planRoute(route: Route): RoutePlan {
  checkKnown(owner, route, ['share', 'beforeMs', 'downstream', 'afterMs', 'priority'])
  if (route.priority !== undefined) checkOneOf(owner, 'route.priority', route.priority, names)
  return {
    share: checkNumber(owner, 'route.share', route.share ?? 1, { min: 0, max: 1e9 }),
    before: toDistribution(route.beforeMs),
    call: toDistribution(route.downstream?.latencyMs),
    after: toDistribution(route.afterMs),
    downstream: route.downstream,
    priority: route.priority === undefined ? undefined : priorities[route.priority],
  }
}

function keyPicker(keys: Workload['keys'] = { '': 1 }): (random: Random, at: Millis) => string {
  if (typeof keys !== 'function') return weightedPick(Object.entries(keys))
  // Functions of time mostly give the same few objects again and again.
  const picks = new WeakMap<Shares, (random: Random) => string>()
  return (random, at) => {
    const shares = keys(at)
    let pick = picks.get(shares)
    if (pick === undefined) picks.set(shares, (pick = weightedPick(Object.entries(shares))))
    return pick(random)
  }
}

function classShares(workload: Workload): (readonly [number, number])[] {
  const given: Partial<Record<PriorityName, number>> = workload.priorities ?? { critical: 1 }
  checkKnown(owner, given, names)
  return names.map((name) => [priorities[name], given[name] ?? 0] as const)
}

function capacity(routes: readonly RoutePlan[], server: FullServer, fresh: boolean): number {
  const total = routes.reduce((sum, route) => sum + route.share, 0)
  let processorMs = server.readMs + (fresh ? server.acceptMs + server.turnMs / server.acceptsPerTurn : 0)
  const poolMs = new Map<Downstream, number>()
  for (const { share, before, call, after, downstream } of routes) {
    processorMs += (share / total) * (before.meanMs + after.meanMs)
    if (downstream === undefined) continue
    const servers = checkNumber(owner, 'downstream.servers', downstream.servers ?? Infinity, { min: 1, max: Infinity })
    const each = ((share / total) * call.meanMs) / servers
    poolMs.set(downstream, (poolMs.get(downstream) ?? 0) + each)
  }
  const scarcestMs = Math.max(processorMs, ...poolMs.values())
  if (scarcestMs === 0)
    throw new RangeError(`${owner}: the routes cost nothing, so the server has no capacity to speak of`)
  return 1000 / scarcestMs
}
