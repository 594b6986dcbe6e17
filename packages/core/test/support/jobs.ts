/** Work that waits, as tests see it, and what a discipline says became of it. */
import { createTicket, type Discipline, type Millis, type Reason, type TicketInit, type Waiter } from '@spillway/core'

export interface Job extends Waiter {
  readonly id: number
}

export function job(id: number, now: Millis, init: TicketInit = {}): Job {
  return { id, ticket: createTicket(now, init) }
}

/** Something that happened to a job, such as `3 served` or `4 queue-timeout`. */
export type Event = string

/** Plays moves against a discipline and writes down what it says. */
export class Scribe {
  readonly line: Discipline<Job>
  readonly waiting = new Set<Job>()

  constructor(line: Discipline<Job>) {
    this.line = line
  }

  push(item: Job, now: Millis, withDrop = true): Event[] {
    const events: Event[] = []
    this.waiting.add(item)
    const gone = withDrop ? this.line.push(item, now, this.#drop(events)) : this.line.push(item, now)
    if (gone !== undefined) this.#end(gone, 'queue-full', events)
    return events
  }

  next(now: Millis): Event[] {
    const events: Event[] = []
    const item = this.line.next(now, this.#drop(events))
    if (item !== undefined) this.#end(item, 'served', events)
    return events
  }

  /** Asks for the next one and gives it back, as a gate does whose limiter is full. */
  probe(now: Millis): Event[] {
    const events: Event[] = []
    const item = this.line.next(now, this.#drop(events))
    if (item === undefined) return events
    this.line.putBack(item)
    return [...events, `${item.id} put back`]
  }

  remove(item: Job): Event[] {
    const events: Event[] = []
    if (this.line.remove(item)) this.#end(item, 'removed', events)
    return events
  }

  #drop(events: Event[]): (item: Job, reason: Reason) => void {
    return (item, reason) => this.#end(item, reason, events)
  }

  /** Whoever leaves must have been waiting: nobody leaves twice, and nobody comes from nowhere. */
  #end(item: Job, how: string, events: Event[]): void {
    if (!this.waiting.delete(item)) throw new Error(`${item.id} ${how}, but it did not wait`)
    events.push(`${item.id} ${how}`)
  }
}
