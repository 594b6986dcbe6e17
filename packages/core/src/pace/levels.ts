/** Which level of the line somebody stands in: by class, and within it by what its tenant already has. */
import { FairShare } from '../share/fair-share.ts'
import type { Millis, Ticket } from '../ticket.ts'
import { classOf } from './line.ts'

/**
 * Work of a tenant (`ticket.key`) that is beyond its fair share while others are refused stands behind the rest of its class. Tickets
 * without a key belong to nobody, and cost nothing here.
 */
export class Levels {
  readonly #share: FairShare = new FairShare()

  /** The level of somebody who comes. What is within a share is charged to it. */
  of(ticket: Ticket, now: Millis): number {
    const first = 2 * classOf(ticket)
    return ticket.key !== '' && this.#share.isBeyond(ticket.key, ticket.cost, now) ? first + 1 : first
  }

  /** It was started. */
  served(ticket: Ticket, now: Millis): void {
    if (ticket.key !== '') this.#share.served(ticket.cost, now)
  }

  /** It was refused for want of room: it gets back what it was charged, and what was due to it is kept for its tenant. */
  refused(ticket: Ticket, level: number, now: Millis): void {
    this.gone(ticket, level)
    this.#share.congested(now, ticket.key !== '' && isWithin(level) ? ticket.cost : 0)
  }

  /** It left before it was started. */
  gone(ticket: Ticket, level: number): void {
    if (ticket.key !== '' && isWithin(level)) this.#share.refund(ticket.key, ticket.cost)
  }
}

function isWithin(level: number): boolean {
  return level % 2 === 0
}
