/** What all rate limiters have in common, whatever their rule. */
import type { Idling } from '../compose/idle.ts'
import type { Described, Limiter } from '../limiter.ts'
import type { Millis, Ticket, Verdict } from '../ticket.ts'
import type { WindowRate } from './options.ts'

/**
 * A limiter with a quota that time refills: one rule can take the place of another behind it. Each refuses with the exact time after
 * which it admits if nobody else comes, and gives back what `revoked` work took; other outcomes say nothing to it.
 */
export interface QuotaLimiter extends Limiter, Described, Idling {
  /** What `admit` would say, taking nothing. */
  peek(ticket: Ticket, now: Millis): Verdict
  /**
   * Changes the rate from now on. What was left stays left, and more of it is earned, not granted. Throws as the constructor does,
   * and then changes nothing.
   */
  update(change: Partial<WindowRate>, now: Millis): void
}
