/** Who waits, who goes next, who is dropped. */
import type { Millis, Reason } from '../ticket.ts'

/** An order of waiting. Pure, and bounded by construction. Every method is O(1) amortised. */
export interface Discipline<T> {
  readonly size: number
  /** Returns the item that had to go to make room: possibly `item` itself. */
  push(item: T, now: Millis): T | undefined
  /** Takes the item whose turn it is; items that waited too long are handed to `drop` on the way. */
  next(now: Millis, drop: (item: T, reason: Reason) => void): T | undefined
  /** Undoes the last `next`: the item keeps its place and its age. */
  putBack(item: T): void
  remove(item: T): boolean
  /** When the next item is due to be dropped for its age; `Infinity` if none ever is. */
  expiresAt(): Millis
}
