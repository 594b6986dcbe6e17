/** Which level of the line somebody stands in: by class, and within it by what its tenant already has. */
import { FairShare } from '../share/fair-share.ts'
import type { Millis, Ticket } from '../ticket.ts'
import { classOf } from './line.ts'

/**
 * Work of a tenant (`ticket.key`) that is beyond its fair share while others are refused stands behind the rest of its class. Tickets
 * without a key belong to nobody, and cost nothing here.
 */
export class Levels {
  readonly #share: FairShare = new FairShare({ burst: 64 })

  /** The level of somebody who comes. What is within a share is charged to it. */
  of(ticket: Ticket, now: Millis): number {
    const first = 2 * classOf(ticket)
    return ticket.key !== '' && this.#share.isBeyond(ticket.key, ticket.cost, now) ? first + 1 : first
  }

  /** It was started. */
  served(ticket: Ticket, now: Millis): void {
    if (ticket.key !== '') this.#share.served(ticket.cost, now)
  }

  /** It left, or was refused: what it was charged is given back. */
  gone(ticket: Ticket, level: number): void {
    if (ticket.key !== '' && level % 2 === 0) this.#share.refund(ticket.key, ticket.cost)
  }

  /** There is not enough for all. */
  congested(now: Millis): void {
    this.#share.congested(now)
  }
}
