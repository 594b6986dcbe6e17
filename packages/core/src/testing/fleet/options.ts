/** What a simulated fleet is told: the work that arrives, the servers, and who sends what where. */
import type { Environment } from '../../environment.ts'
import type { Gate } from '../../gate.ts'
import type { Millis } from '../../ticket.ts'
import type { Server, Workload } from '../simulate/options.ts'

/** What arrives at the balancer. `load` is a multiple of what all servers can do; connections to them are kept alive. */
export type FleetWorkload = Omit<Workload, 'connections' | 'client'>

/** A server, and what ends it. Defaults of {@link Server} hold. */
export interface FleetServer extends Server {
  /** Requests that it can hold: those in its sockets, waiting, and running. With one more it runs out of memory and dies. Default 2000. */
  readonly maxHeld?: number
  /** From its end until its successor listens. Default 5000. */
  readonly restartMs?: Millis
}

/** Handlers of one server take longer for a while. */
export interface Slowness {
  /** Index of the server, from 0. */
  readonly server: number
  readonly fromMs: Millis
  readonly untilMs: Millis
  /** On all processor time of handlers, >= 1. */
  readonly factor: number
}

/**
 * A probe now and then, a request like any other: it waits in the server's sockets until the loop reads it. Probes of a server that is not
 * there fail at once.
 */
export interface HealthCheck {
  /** Default 1000. */
  readonly intervalMs?: Millis
  /** A probe that has no answer by then has failed. Default 1000. */
  readonly timeoutMs?: Millis
  /** So many failures in a row are believed. Default 3. */
  readonly failures?: number
  /** So many successes in a row are believed. Default 2. */
  readonly successes?: number
}

/** Takes out servers by the answers to real requests. */
export interface OutlierEjection {
  /** So many failed requests in a row. Default 5. */
  readonly failures?: number
  /** How long it stays out, times the number of its ejections so far. Default 30000. */
  readonly ejectMs?: Millis
  /** Part of the fleet that may be out for this reason; one may always be. Default 0.1. */
  readonly maxEjectedFraction?: number
  /** Whether a refusal is a failure, as any 5xx is for balancers that cannot tell. Default true. */
  readonly countsRefusals?: boolean
}

/** Who sends what where. */
export interface Balancer {
  /** Default `round-robin`. */
  readonly choose?: 'round-robin' | 'least-connections'
  /** Active checks, which ask for readiness. Default: those of {@link HealthCheck}; `false` for none. */
  readonly health?: HealthCheck | false
  /** Passive checks. Default none. */
  readonly outliers?: OutlierEjection
  /** With less than this part of the fleet in rotation the balancer believes no check and sends to all. Default 0: never. */
  readonly panicBelow?: number
  /** How often a request that was refused or lost goes on to another server. Default 1. */
  readonly retries?: number
}

/** What a server of the fleet may know of the others. */
export interface FleetMember {
  /** From 0; a restart keeps it. */
  readonly index: number
  /** Servers, whether alive or not. */
  readonly total: number
  /** How many of the others do not run, or said at the last look of the balancer that they are not ready. */
  readonly unreadyOthers: () => number
}

/** What protects one life of one server. */
export interface FleetProtection {
  readonly gate: Gate
  /** Health checks of the balancer are answered by it. Default: ready whenever it answers. */
  readonly ready?: () => boolean
  /** Health checks pass the gate too, as where nobody exempted their routes. Default false. */
  readonly guardsHealth?: boolean
}

/** A simulation of a fleet: equal options give equal results. */
export interface FleetOptions {
  /** Default 1. */
  readonly seed?: number
  /** Requests start until then; what stands is still played to its end. */
  readonly durationMs: Millis
  readonly workload: FleetWorkload
  /** How many. Default 3. */
  readonly servers?: number
  readonly server?: FleetServer
  readonly slow?: readonly Slowness[]
  readonly balancer?: Balancer
  /** The orchestrator's checks: it kills what fails them. Default: those of {@link HealthCheck}; `false` for none. */
  readonly liveness?: HealthCheck | false
  /** Makes the gate of a server at each start of it. Default: no protection. */
  readonly protect?: (environment: Environment, member: FleetMember) => FleetProtection | undefined
}
