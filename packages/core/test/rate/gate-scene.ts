/** A leaky bucket's gate on a clock that stands still, and a log of what it says to whom, when. */
import { createTicket, LeakyBucketGate } from '@spillway/core'
import type { LeakyBucketGateOptions, Ticket, TicketInit, Verdict } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'

/** Ten a second, unless told otherwise. `=` is said at once, a space later. */
export class GateScene {
  readonly clock = new VirtualClock()
  readonly log: string[] = []
  readonly gate: LeakyBucketGate

  constructor(options: Partial<LeakyBucketGateOptions> = {}) {
    this.gate = new LeakyBucketGate(this.clock, { limit: 10, windowMs: 1000, ...options })
  }

  enter(name: string, init: TicketInit = {}): Ticket {
    const ticket = createTicket(this.clock.now(), init)
    const verdict = this.gate.enter(ticket)
    const note = (how: string) => (no: Verdict) =>
      void this.log.push(
        `${name}@${this.clock.now()}${how}${no === undefined ? 'ok' : `${no.reason} ${no.retryAfterMs}`}`,
      )
    if (verdict instanceof Promise) void verdict.then(note(' '))
    else note('=')(verdict)
    return ticket
  }
}
