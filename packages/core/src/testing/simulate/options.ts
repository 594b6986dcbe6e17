/** What a simulation is told: the work that arrives and the server that does it. */
import type { Environment } from '../../environment.ts'
import type { Gate } from '../../gate.ts'
import type { Limiter } from '../../limiter.ts'
import type { Signal } from '../../signal/signal.ts'
import type { Millis, PriorityName } from '../../ticket.ts'
import type { Distribution } from './distribution.ts'
import type { Load } from './load.ts'

/** Something that a handler waits for. Routes that share one object share its servers. */
export interface Downstream {
  /** How long one call takes once a server has it. */
  readonly latencyMs: Distribution | Millis
  /** Calls it serves at once; the others wait in line inside their handlers, as in a connection pool. Default `Infinity`. */
  readonly servers?: number
  /** Factor on the latency of calls that begin at a time: a brown-out. Default 1. */
  readonly slowdown?: (atMs: Millis) => number
}

/** One kind of request: processor, then perhaps a wait, then processor. */
export interface Route {
  /** Weight among the routes. Default 1. */
  readonly share?: number
  /** Processor time before the downstream call. Default 0. */
  readonly beforeMs?: Distribution | Millis
  readonly downstream?: Downstream
  /** Processor time after it, the writing of the answer included. Default 0. */
  readonly afterMs?: Distribution | Millis
  /** Default: drawn from `priorities` of the workload. */
  readonly priority?: PriorityName
}

/** Weights by name; they need not add up to anything. */
export type Shares = Readonly<Record<string, number>>

/** What arrives. */
export interface Workload {
  /** Multiple of the server's capacity, constant or by time. */
  readonly load: number | Load
  /** Default `poisson`. */
  readonly arrivals?: 'poisson' | 'constant'
  readonly routes: readonly Route[]
  /** Shares of the classes. Default: all `critical`. */
  readonly priorities?: Partial<Record<PriorityName, number>>
  /** Shares of the tickets' keys, constant or by time. Default: all the empty key. */
  readonly keys?: Shares | ((atMs: Millis) => Shares)
  /** `fresh`: a connection for each request (default). A number: so many kept-alive connections, as behind a proxy. */
  readonly connections?: 'fresh' | number
  /** Clients hang up this long after the intended start; a later answer is waste. Default 500; `Infinity` for patient ones. */
  readonly timeoutMs?: Millis
  /** Clients tell their deadline, so tickets carry it. Default false. */
  readonly sendsDeadline?: boolean
  /**
   * Clients try again after a refusal or a timeout; each attempt counts as offered. `delayMs` may hang on the number of the retry, which
   * counts from 0, as backoffs do. Default: they do not.
   */
  readonly retries?: { readonly attempts: number; readonly delayMs: Millis | ((retry: number) => Millis) }
  /**
   * Asked by the clients before each try, as if all of them were one process; what it refuses is not sent, not tried again, and not counted as
   * offered. The key `try` of its tickets is `first`, `retry` or `timeout-retry`; an answer in time ends as `success`, a refusal and a timeout
   * as `dropped`. Default: none.
   */
  readonly client?: Limiter
}

/** Stops of the whole process, as a full garbage collection makes them. */
export interface Pauses {
  /** From the end of one to the beginning of the next. */
  readonly everyMs: Distribution | Millis
  readonly forMs: Distribution | Millis
}

/** What the server's own moves cost and how it behaves. Defaults are rounded from measurements of Node 24. */
export interface Server {
  /** Accepting one connection. Default 0.03. */
  readonly acceptMs?: Millis
  /** Reading and parsing one request. Default 0.05. */
  readonly readMs?: Millis
  /** Writing a refusal. Default 0.03. */
  readonly refuseMs?: Millis
  /** One turn of the loop that finds nothing. Default 0.01; at least 0.0001, else a spinning gate would stop time. */
  readonly turnMs?: Millis
  /** Connections that the kernel keeps for the server; more are tried again after 1, 3, 7... s. Default 511, as in Node. */
  readonly backlog?: number
  /** Connections accepted per turn. Default 1, as in Node 20 to 26. */
  readonly acceptsPerTurn?: number
  /** Share by which each running request makes the processor slower: caches, garbage collection. Default 0. */
  readonly contention?: number
  /** Factor on all processor time of handlers by time. Default 1. */
  readonly slowdown?: (atMs: Millis) => number
  /** Times in which nothing runs. Default: none. */
  readonly pauses?: Pauses
  /** A permit is given back when the client hangs up (`close`, the default, as adapters do) or when the handler ends. */
  readonly releaseOn?: 'close' | 'end'
  /** Handlers stop when their client hangs up. Default false: most do not listen. */
  readonly abortsWork?: boolean
}

/** What a simulated signal may look at. */
export interface ServerView {
  /** Handlers that run now. */
  readonly running: number
  /** Time that the processor has worked, stops included. */
  readonly busyMs: Millis
  readonly now: Millis
}

/** A simulation: equal options give equal results. */
export interface SimulationOptions {
  /** Default 1. */
  readonly seed?: number
  /** Requests start until then; what stands is still played to its end. */
  readonly durationMs: Millis
  readonly workload: Workload
  readonly server?: Server
  /** Makes the gate under test from the simulated world. Default: no protection. */
  readonly protect?: (environment: Environment) => Gate | undefined
  /** Measures of pressure that the environment offers. Default none. */
  readonly signals?: (server: ServerView) => readonly Signal[]
}
