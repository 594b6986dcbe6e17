/** The waiting line of the paced gate: one linked list per level, every move O(1). */
import type { Millis, Ticket, Verdict } from '../ticket.ts'

/** How many criticality classes there are; priorities outside are clamped into them. */
export const classes = 4

/** How many levels a line has: two of each class, first what is within the caller's fair share and then what is beyond it. */
export const levels: number = 2 * classes

/** The class of a ticket: 0 matters most. NaN counts as the least. */
export function classOf(ticket: Ticket): number {
  const priority = ticket.priority
  return priority >= 0 ? (priority < classes ? Math.trunc(priority) : classes - 1) : priority < 0 ? 0 : classes - 1
}

/** Somebody who waits. Linked into the line by itself, so leaving from the middle costs nothing. */
export interface Waiter {
  readonly ticket: Ticket
  readonly level: number
  readonly resolve: (verdict: Verdict) => void
  older: Waiter | undefined
  newer: Waiter | undefined
}

/** Waiters in order of level, then of arrival. Holds no opinion on how long the line may be. */
export class Line {
  size = 0
  readonly #counts: number[] = Array.from({ length: levels }, () => 0)
  readonly #oldest: (Waiter | undefined)[] = Array.from({ length: levels })
  readonly #newest: (Waiter | undefined)[] = Array.from({ length: levels })

  /** How many wait in `upTo` and in every level that goes first. */
  count(upTo: number): number {
    let sum = 0
    for (let level = 0; level <= upTo; level++) sum += this.#counts[level]!
    return sum
  }

  push(waiter: Waiter): void {
    const newest = this.#newest[waiter.level]
    waiter.older = newest
    if (newest === undefined) this.#oldest[waiter.level] = waiter
    else newest.newer = waiter
    this.#newest[waiter.level] = waiter
    this.#counts[waiter.level]!++
    this.size++
  }

  remove(waiter: Waiter): void {
    if (waiter.older === undefined) this.#oldest[waiter.level] = waiter.newer
    else waiter.older.newer = waiter.newer
    if (waiter.newer === undefined) this.#newest[waiter.level] = waiter.older
    else waiter.newer.older = waiter.older
    waiter.older = waiter.newer = undefined
    this.#counts[waiter.level]!--
    this.size--
  }

  /** Whose turn it is: the oldest of the first level that waits. */
  first(): Waiter | undefined {
    for (let level = 0; level < levels; level++) if (this.#oldest[level] !== undefined) return this.#oldest[level]
    return undefined
  }

  /** Who has to go first: the newest of the last level that waits. */
  last(): Waiter | undefined {
    for (let level = levels - 1; level >= 0; level--) if (this.#newest[level] !== undefined) return this.#newest[level]
    return undefined
  }

  /** The one that has waited longest in a level. */
  oldestOf(level: number): Waiter | undefined {
    return this.#oldest[level]
  }

  /** When the longest waiting one arrived; `Infinity` when nobody waits. */
  oldestArrival(): Millis {
    let at = Infinity
    for (let level = 0; level < levels; level++) at = Math.min(at, this.#oldest[level]?.ticket.arrivedAt ?? Infinity)
    return at
  }
}
