/** What a limiter must be able to say before it may be forgotten. */
import type { Limiter } from '../limiter.ts'
import type { Millis } from '../ticket.ts'

/** A limiter that knows when it can be forgotten: {@link keyed} forgets no other, so that nobody escapes a limit by crowding it out. */
export interface Idling {
  /** True if nothing is in flight and a new limiter in its place would admit nothing more than this one. O(1), never throws. */
  isIdle(now: Millis): boolean
}

/** Whether `limiter` says that it may be forgotten; one that cannot tell never may. */
export function isIdle(limiter: Limiter & Partial<Idling>, now: Millis): boolean {
  return limiter.isIdle !== undefined && limiter.isIdle(now)
}
