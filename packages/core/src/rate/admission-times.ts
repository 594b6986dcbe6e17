/** When work was let in, for whoever has to give back what it took. */
import type { Ticket } from '../ticket.ts'
import type { TickClock, TickScale } from './ticks.ts'
import { tickAt } from './ticks.ts'

const present = 0

/**
 * The tick at which each ticket was let in. Work that was let in when it arrived needs no note, for its ticket says so; only for work
 * that had waited in front, or that came while the clock stood still, is one kept until it is settled. A ticket's `startedAt` would
 * not do: gates that come later write it, and the one in front writes it after the limiter has decided.
 */
export class AdmissionTimes {
  readonly #clock: TickScale
  readonly #notes = new Map<Ticket, number>()

  constructor(clock: TickClock) {
    this.#clock = clock.state
  }

  /** Notes that are kept. */
  get size(): number {
    return this.#notes.size
  }

  /** Notes that `ticket` is let in now, if it does not say so. Notes older than `memory` ticks may be dropped: nobody asks. */
  note(ticket: Ticket, memory: number): void {
    if (tickAt(ticket.arrivedAt, this.#clock) !== this.#clock[present]) this.#keep(ticket, memory)
  }

  /** The tick at which `ticket` was let in; forgets the note. */
  take(ticket: Ticket): number {
    const clock = this.#clock
    const noted = this.#notes.get(ticket)
    this.forget(ticket)
    return noted ?? tickAt(ticket.arrivedAt, clock)
  }

  /** The work has ended: nobody will ask. */
  forget(ticket: Ticket): void {
    if (this.#notes.size > 0) this.#notes.delete(ticket)
  }

  /** Lowers all ticks. */
  shift(ticks: number): void {
    for (const [ticket, tick] of this.#notes) this.#notes.set(ticket, tick - ticks)
  }

  /** Forgets all notes: for when ticks change their length. The times of arrival then count, which are no later. */
  clear(): void {
    this.#notes.clear()
  }

  // Apart, so that the common case is small enough for V8 to inline, and no number has to be made an object.
  #keep(ticket: Ticket, memory: number): void {
    const clock = this.#clock
    const oldest = (clock[present] as number) - memory
    let looks = 2
    for (const [old, tick] of this.#notes) {
      if (looks-- === 0 || tick > oldest) break
      this.#notes.delete(old)
    }
    this.#notes.set(ticket, clock[present] as number)
  }
}
