/** Who waits, who goes next, who is dropped. */
import type { Millis, Reason } from '../ticket.ts'

/** Hears of an item that will not be served. */
export type Drop<T> = (item: T, reason: Reason) => void

/** An order of waiting. Pure, and bounded by construction. Every method is O(1) amortised, or O(log n). */
export interface Discipline<T> {
  readonly size: number
  /**
   * Returns the item that had to go to make room: possibly `item` itself. Where one is not enough, because `item` costs more, the
   * others are handed to `drop` as `queue-full`; without a `drop` at most one goes, and if that is not enough it is `item`.
   */
  push(item: T, now: Millis, drop?: Drop<T>): T | undefined
  /** Takes the item whose turn it is; items that waited too long are handed to `drop` on the way. */
  next(now: Millis, drop: Drop<T>): T | undefined
  /**
   * Undoes the last `next`, right after it: the item keeps its place and its age, and whatever was learnt from its leaving is
   * unlearnt, for it did not leave. Those who were dropped on the way stay dropped.
   */
  putBack(item: T): void
  remove(item: T): boolean
  /**
   * Somebody was let in without waiting, for nobody waited: a delay of 0, for disciplines that learn from delays. The others leave it out.
   */
  passed?(now: Millis): void
  /** When the next item is due to be dropped for its age; `Infinity` if none ever is. Never too late; it may be too early. */
  expiresAt(): Millis
}

/**
 * A discipline that can stand inside another: one per priority, one per tenant. All that come with Spillway can.
 * `next` of such a one gives `undefined` only when it is empty.
 */
export interface InnerDiscipline<T> extends Discipline<T> {
  /** Gives up the item that matters least to it, so that the outer one has room; `undefined` if it is empty. */
  evict(): T | undefined
  /** Drops those whose time is up, and takes nobody. */
  expire(now: Millis, drop: Drop<T>): void
}
