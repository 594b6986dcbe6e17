/** What a limiter must be able to say for `keyed` to forget it. */
import type { Millis } from '../ticket.ts'

/** A limiter that knows when forgetting it would change no later decision: nothing in flight, nothing spent, nothing learnt. */
export interface Idling {
  /** True if a new limiter in its place would decide the same from `now` on. O(1), never throws. */
  isIdle(now: Millis): boolean
}
