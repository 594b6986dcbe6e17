/** The waiting line of the paced gate: one linked list per criticality class, every move O(1). */
import type { Millis, Ticket, Verdict } from '../ticket.ts'

/** How many criticality classes there are; priorities outside are clamped into them. */
export const classes = 4

/** The class of a ticket: 0 matters most. NaN counts as the least. */
export function classOf(ticket: Ticket): number {
  const priority = ticket.priority
  return priority >= 0 ? (priority < classes ? Math.trunc(priority) : classes - 1) : priority < 0 ? 0 : classes - 1
}

/** Somebody who waits. Linked into the line by itself, so leaving from the middle costs nothing. */
export interface Waiter {
  readonly ticket: Ticket
  readonly class: number
  readonly resolve: (verdict: Verdict) => void
  older: Waiter | undefined
  newer: Waiter | undefined
}

/** Waiters in order of class, then of arrival. Holds no opinion on how long the line may be. */
export class Line {
  size = 0
  readonly #counts: number[] = [0, 0, 0, 0]
  readonly #oldest: (Waiter | undefined)[] = [undefined, undefined, undefined, undefined]
  readonly #newest: (Waiter | undefined)[] = [undefined, undefined, undefined, undefined]

  /** How many wait in `upTo` and in every class that matters more. */
  count(upTo: number): number {
    let sum = 0
    for (let c = 0; c <= upTo; c++) sum += this.#counts[c]!
    return sum
  }

  push(waiter: Waiter): void {
    const newest = this.#newest[waiter.class]
    waiter.older = newest
    if (newest === undefined) this.#oldest[waiter.class] = waiter
    else newest.newer = waiter
    this.#newest[waiter.class] = waiter
    this.#counts[waiter.class]!++
    this.size++
  }

  remove(waiter: Waiter): void {
    if (waiter.older === undefined) this.#oldest[waiter.class] = waiter.newer
    else waiter.older.newer = waiter.newer
    if (waiter.newer === undefined) this.#newest[waiter.class] = waiter.older
    else waiter.newer.older = waiter.older
    waiter.older = waiter.newer = undefined
    this.#counts[waiter.class]!--
    this.size--
  }

  /** Whose turn it is: the oldest of the most important class that waits. */
  first(): Waiter | undefined {
    for (let c = 0; c < classes; c++) if (this.#oldest[c] !== undefined) return this.#oldest[c]
    return undefined
  }

  /** Who has to go first: the newest of the least important class that waits. */
  last(): Waiter | undefined {
    for (let c = classes - 1; c >= 0; c--) if (this.#newest[c] !== undefined) return this.#newest[c]
    return undefined
  }

  /** The one that has waited longest in class `c`. */
  oldestOf(c: number): Waiter | undefined {
    return this.#oldest[c]
  }

  /** When the longest waiting one arrived; `Infinity` when nobody waits. */
  oldestArrival(): Millis {
    let at = Infinity
    for (let c = 0; c < classes; c++) at = Math.min(at, this.#oldest[c]?.ticket.arrivedAt ?? Infinity)
    return at
  }
}
