/** Work that waits in a queue. */
import type { Millis, Ticket, Verdict } from '../ticket.ts'
import type { Due } from './due-heap.ts'

/** A waiter as a {@link Discipline} sees it. */
export interface Waiter {
  readonly ticket: Ticket
}

/** A waiter as its gate sees it. */
export class Waiting implements Waiter, Due {
  readonly ticket: Ticket
  readonly dueAt: Millis
  readonly order: number
  armed = false
  #verdict: Verdict | 'waits' = 'waits'
  #resolve: ((verdict: Verdict) => void) | undefined

  constructor(ticket: Ticket, dueAt: Millis, order: number) {
    this.ticket = ticket
    this.dueAt = dueAt
    this.order = order
  }

  /** The verdict if it is known, else a promise of it. Called once. */
  answer(): Verdict | Promise<Verdict> {
    return this.#verdict === 'waits' ? new Promise((resolve) => (this.#resolve = resolve)) : this.#verdict
  }

  decide(verdict: Verdict): void {
    this.#verdict = verdict
    this.#resolve?.(verdict)
  }
}
