/** Options of a fleet, checked and with their defaults filled in. */
import { checkFunction, checkKnown, checkNumber, checkOneOf } from '../../options.ts'
import type { Millis } from '../../ticket.ts'
import { makePlan, type Plan } from '../simulate/plan.ts'
import type { Balancer, FleetOptions, HealthCheck, OutlierEjection, Slowness } from './options.ts'

const owner = 'simulateFleet'
const anyTime = { min: 1, max: 1e9 }
const count = { min: 1, max: 1e9, integer: true }
const fraction = { min: 0, max: 1 }

/** A balancer with its defaults filled in. */
export interface BalancerPlan {
  readonly choose: 'round-robin' | 'least-connections'
  readonly health: Required<HealthCheck> | undefined
  readonly outliers: Required<OutlierEjection> | undefined
  readonly panicBelow: number
  readonly retries: number
}

/** All that the parts of a fleet read. */
export interface FleetPlan {
  /** Of one server. */
  readonly each: Plan
  readonly seed: number
  readonly servers: number
  readonly maxHeld: number
  readonly restartMs: Millis
  readonly slow: readonly Slowness[]
  readonly balancer: BalancerPlan
  readonly liveness: Required<HealthCheck> | undefined
  readonly protect: FleetOptions['protect']
}

const fleetOptions: readonly (keyof FleetOptions)[] = [
  'seed',
  'durationMs',
  'workload',
  'servers',
  'server',
  'slow',
  'balancer',
  'liveness',
  'protect',
]

/** Checks the options; throws a TypeError or a RangeError that names the first bad one. */
export function makeFleetPlan(options: FleetOptions): FleetPlan {
  checkKnown(owner, options, fleetOptions)
  const { maxHeld = 2000, restartMs = 5000, ...server } = options.server ?? {}
  const { durationMs, workload, protect } = options
  if (protect !== undefined) checkFunction(owner, 'protect', protect)
  checkKnown(owner, workload, workloadOptions)
  const servers = checkNumber(owner, 'servers', options.servers ?? 3, { ...count, max: 1000 })
  return {
    // One connection stands for the kept-alive ones of the balancer: accepting costs nothing then.
    each: makePlan({ durationMs, workload: { ...workload, connections: 1 }, server }),
    seed: checkNumber(owner, 'seed', options.seed ?? 1, { min: 0, max: 4_294_967_295, integer: true }),
    servers,
    maxHeld: checkNumber(owner, 'server.maxHeld', maxHeld, { ...count, max: Infinity }),
    restartMs: checkNumber(owner, 'server.restartMs', restartMs, anyTime),
    slow: (options.slow ?? []).map((slowness) => checkSlowness(slowness, servers)),
    balancer: planBalancer(options.balancer ?? {}),
    liveness: planCheck('liveness', options.liveness),
    protect,
  }
}

const workloadOptions: readonly string[] = [
  'load',
  'arrivals',
  'routes',
  'priorities',
  'keys',
  'timeoutMs',
  'sendsDeadline',
  'retries',
]

function checkSlowness(slowness: Slowness, servers: number): Slowness {
  checkKnown(owner, slowness, ['server', 'fromMs', 'untilMs', 'factor'])
  checkNumber(owner, 'slow.server', slowness.server, { min: 0, max: servers - 1, integer: true })
  checkNumber(owner, 'slow.fromMs', slowness.fromMs, { min: 0, max: 1e9 })
  checkNumber(owner, 'slow.untilMs', slowness.untilMs, { min: slowness.fromMs, max: Infinity })
  checkNumber(owner, 'slow.factor', slowness.factor, { min: 1, max: 1e6 })
  return slowness
}

function planBalancer(given: Balancer): BalancerPlan {
  checkKnown(owner, given, ['choose', 'health', 'outliers', 'panicBelow', 'retries'])
  const { choose = 'round-robin', health, outliers, panicBelow = 0, retries = 1 } = given
  return {
    choose: checkOneOf(owner, 'balancer.choose', choose, ['round-robin', 'least-connections']),
    health: planCheck('balancer.health', health),
    outliers: outliers && planOutliers(outliers),
    panicBelow: checkNumber(owner, 'balancer.panicBelow', panicBelow, fraction),
    retries: checkNumber(owner, 'balancer.retries', retries, { min: 0, max: 100, integer: true }),
  }
}

function planCheck(option: string, given: HealthCheck | false = {}): Required<HealthCheck> | undefined {
  if (given === false) return undefined
  checkKnown(owner, given, ['intervalMs', 'timeoutMs', 'failures', 'successes'])
  const { intervalMs = 1000, timeoutMs = 1000, failures = 3, successes = 2 } = given
  return {
    intervalMs: checkNumber(owner, `${option}.intervalMs`, intervalMs, anyTime),
    timeoutMs: checkNumber(owner, `${option}.timeoutMs`, timeoutMs, anyTime),
    failures: checkNumber(owner, `${option}.failures`, failures, count),
    successes: checkNumber(owner, `${option}.successes`, successes, count),
  }
}

function planOutliers(given: OutlierEjection): Required<OutlierEjection> {
  checkKnown(owner, given, ['failures', 'ejectMs', 'maxEjectedFraction', 'countsRefusals'])
  const { failures = 5, ejectMs = 30_000, maxEjectedFraction = 0.1, countsRefusals = true } = given
  return {
    failures: checkNumber(owner, 'balancer.outliers.failures', failures, count),
    ejectMs: checkNumber(owner, 'balancer.outliers.ejectMs', ejectMs, anyTime),
    maxEjectedFraction: checkNumber(owner, 'balancer.outliers.maxEjectedFraction', maxEjectedFraction, fraction),
    countsRefusals,
  }
}
