/** A limiter that may ask its caller to wait: the contract, and the gate that never does. */
import type { Clock } from './clock.ts'
import type { Limiter } from './limiter.ts'
import type { Outcome, Ticket, Verdict } from './ticket.ts'

/**
 * What adapters talk to. `enter` is synchronous whenever it can be: callers branch on `instanceof Promise`.
 * A pending verdict is always given in bounded time, and never rejects.
 */
export interface Gate {
  enter(ticket: Ticket): Verdict | Promise<Verdict>
  /** Called exactly once for each ticket that was let in, when its work has ended. */
  leave(ticket: Ticket, outcome: Outcome): void
  /** The caller of a pending `enter` has left: its place is freed now and its verdict is `cancelled`. No-op for others. */
  cancel(ticket: Ticket): void
  /** A connection was accepted: more may stand behind it. Tell it to gates that want to know; the others leave it out. */
  arrived?(): void
}

/** Gives a limiter its clock: one read per event. Use {@link QueueGate} to let work wait instead of refusing it. */
export class Guard implements Gate {
  readonly limiter: Limiter
  readonly #clock: Clock

  constructor(limiter: Limiter, clock: Clock) {
    this.limiter = limiter
    this.#clock = clock
  }

  enter(ticket: Ticket): Verdict {
    // Not `arrivedAt`: behind a gate that made it wait, that is in the past.
    return this.limiter.admit(ticket, ticket.startedAt)
  }

  leave(ticket: Ticket, outcome: Outcome): void {
    this.limiter.settle(ticket, this.#clock.now(), outcome)
  }

  cancel(): void {}
}
