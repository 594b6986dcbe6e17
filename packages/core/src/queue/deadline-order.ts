/** Items from the earliest deadline to the latest, taken from either end. */
import type { Millis } from '../ticket.ts'
import { DueHeap, type Due } from './due-heap.ts'

/** An item with its deadline, as it stands among those that are served. */
export class DeadlineEntry<T> implements Due {
  readonly item: T
  readonly dueAt: Millis
  readonly order: number
  readonly cost: number
  armed = false
  readonly mirrored: MirroredEntry<T>

  constructor(item: T, dueAt: Millis, order: number, cost: number) {
    this.item = item
    this.dueAt = dueAt
    this.order = order
    this.cost = cost
    this.mirrored = new MirroredEntry(this)
  }
}

/** The same from the other end: the latest deadline, and the newest of several, comes first. */
class MirroredEntry<T> implements Due {
  readonly entry: DeadlineEntry<T>
  readonly dueAt: Millis
  readonly order: number
  armed = false

  constructor(entry: DeadlineEntry<T>) {
    this.entry = entry
    this.dueAt = -entry.dueAt
    this.order = -entry.order
  }
}

/**
 * Two heaps over the same entries. What is cancelled in a heap may linger there, so it must not be put in again; what is taken may.
 * Hence the pairs below: taken from one end and put back there, or removed for good.
 */
export class DeadlineOrder<T> {
  readonly #earliest = new DueHeap<DeadlineEntry<T>>()
  readonly #latest = new DueHeap<MirroredEntry<T>>()
  readonly #entries = new Map<T, DeadlineEntry<T>>()
  #orders = 0

  /** Without the one that was taken from the front. */
  get size(): number {
    return this.#earliest.size
  }

  /** Makes an entry, which is not in yet. */
  entry(item: T, deadline: Millis, cost: number): DeadlineEntry<T> {
    return new DeadlineEntry(item, deadline, ++this.#orders, cost)
  }

  add(entry: DeadlineEntry<T>): void {
    this.#entries.set(entry.item, entry)
    this.#earliest.add(entry)
    this.#latest.add(entry.mirrored)
  }

  first(): DeadlineEntry<T> | undefined {
    return this.#earliest.peek()
  }

  takeFirst(): DeadlineEntry<T> | undefined {
    return this.#earliest.take()
  }

  putBackFirst(entry: DeadlineEntry<T>): void {
    this.#earliest.add(entry)
  }

  last(): DeadlineEntry<T> | undefined {
    return this.#latest.peek()?.entry
  }

  takeLast(): DeadlineEntry<T> | undefined {
    return this.#latest.take()?.entry
  }

  putBackLast(entry: DeadlineEntry<T>): void {
    this.#latest.add(entry.mirrored)
  }

  /** Takes an item out for good, wherever it is; false if it is not in. */
  remove(item: T): boolean {
    const entry = this.#entries.get(item)
    if (entry === undefined) return false
    this.#entries.delete(item)
    this.#earliest.cancel(entry)
    this.#latest.cancel(entry.mirrored)
    return true
  }
}
