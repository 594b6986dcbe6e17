/** The time that all of a fleet shares: what happens outside of the servers, in order. */
import { Agenda } from '../simulate/agenda.ts'
import type { Millis } from '../../ticket.ts'

export class World {
  readonly #later = new Agenda()
  #now: Millis = 0

  now(): Millis {
    return this.#now
  }

  /** When the next thing happens; `Infinity` if nothing will. */
  get nextAt(): Millis {
    return this.#later.nextAt
  }

  /** Something happens at a time, never before now. The returned function prevents it. */
  at(time: Millis, fn: () => void): () => void {
    return this.#later.add(Math.max(time, this.#now), fn)
  }

  /** Moves to the next thing, which must be there, and lets it happen. */
  step(): void {
    this.#now = this.#later.nextAt
    this.#later.take(this.#now)?.()
  }
}
