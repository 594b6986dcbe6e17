/** What happens later in a simulation, in order of time and then of being written down. */
import { DueHeap, type Due } from '../../queue/due-heap.ts'
import type { Millis } from '../../ticket.ts'

interface Entry extends Due {
  readonly fn: () => void
}

export class Agenda {
  readonly #heap = new DueHeap<Entry>()
  #newest = 0

  /** The order of the youngest entry, for {@link take}. */
  get newest(): number {
    return this.#newest
  }

  /** When the next entry is due; `Infinity` if there is none. */
  get nextAt(): Millis {
    return this.#heap.nextAt
  }

  /** The returned function strikes it out. */
  add(at: Millis, fn: () => void): () => void {
    const entry: Entry = { dueAt: at, order: ++this.#newest, armed: false, fn }
    this.#heap.add(entry)
    return () => this.#heap.cancel(entry)
  }

  /** Takes the next entry that is due at `now`; `newest` bounds it to those that were there when a phase began. */
  take(now: Millis, newest: number = Infinity): (() => void) | undefined {
    const next = this.#heap.peek()
    if (next === undefined || next.dueAt > now || next.order > newest) return undefined
    this.#heap.take()
    return next.fn
  }
}
