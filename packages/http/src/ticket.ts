/** The one object made per HTTP request: core's ticket, and what answering needs. */
import type { Millis, Ticket } from '@spillway/core'

/** What a policy found out about a request before it asks for admission. */
export interface HttpTicketInit {
  readonly key: string
  readonly keys: Readonly<Record<string, string>> | undefined
  readonly cost: number
  readonly priority: number
  readonly deadline: Millis
}

/** A ticket of an HTTP request. One class for all policies and frameworks, so that its hidden class is constant. */
export class HttpTicket<Req = unknown> implements Ticket {
  readonly key: string
  readonly keys: Readonly<Record<string, string>> | undefined
  readonly cost: number
  readonly priority: number
  readonly deadline: Millis
  readonly arrivedAt: Millis
  startedAt: Millis
  /** The framework's own request. */
  readonly req: Req

  constructor(req: Req, now: Millis, init: HttpTicketInit) {
    this.key = init.key
    this.keys = init.keys
    this.cost = init.cost
    this.priority = init.priority
    this.deadline = init.deadline
    this.arrivedAt = now
    this.startedAt = now
    this.req = req
  }
}
