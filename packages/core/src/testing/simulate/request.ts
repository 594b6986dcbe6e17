/** One request of a simulation, as its client and the server know it. */
import type { Millis, Ticket } from '../../ticket.ts'
import type { RoutePlan } from './plan.ts'

/** What is drawn when a request starts. */
export interface RequestInit {
  readonly route: RoutePlan
  readonly priority: number
  readonly key: string
  readonly attempt: number
  /** What it costs is drawn with it, so that the same seed means the same work whatever protects the server. */
  readonly beforeMs: Millis
  readonly callMs: Millis
  readonly afterMs: Millis
}

export class SimulatedRequest {
  /** The intended start: latencies count from here, whatever stood in the way of sending it. */
  readonly startAt: Millis
  /** When the client hangs up. */
  readonly deadline: Millis
  readonly route: RoutePlan
  readonly priority: number
  readonly key: string
  /** 0 for the first try. */
  readonly attempt: number
  readonly beforeMs: Millis
  readonly callMs: Millis
  readonly afterMs: Millis
  ticket: Ticket | undefined = undefined
  /** What the limiter of the clients let out. */
  clientTicket: Ticket | undefined = undefined
  /** The client has it on a connection, so hanging up closes that. */
  sent = false
  /** The server has read it, so it can see the connection close. */
  read = false
  /** The gate has not decided yet. */
  waiting = false
  /** The handler was started, so that giving up makes waste of it. */
  started = false
  running = false
  /** The client hung up. */
  gone = false
  /** The server saw it. */
  noticed = false
  /** The client has its answer. */
  answered = false
  /** The gate was told that the work has ended. */
  left = false

  constructor(startAt: Millis, deadline: Millis, init: RequestInit) {
    this.startAt = startAt
    this.deadline = deadline
    this.route = init.route
    this.priority = init.priority
    this.key = init.key
    this.attempt = init.attempt
    this.beforeMs = init.beforeMs
    this.callMs = init.callMs
    this.afterMs = init.afterMs
  }
}
