/** What is left of a quota, in the words of rate limit headers. */
import type { Quota } from '../limiter.ts'
import type { Millis } from '../ticket.ts'
import type { Gcra } from './gcra.ts'
import type { TickClock } from './ticks.ts'

/** Where somebody stands. */
export interface Standing {
  /** GCRA state. */
  readonly state: number
  /** How long everything is still refused, whatever is left. */
  readonly blockedMs: Millis
  readonly now: Millis
}

/** Describes a GCRA state at the present of `clock`. */
export function describeState(name: string, gcra: Gcra, clock: TickClock, standing: Standing): Quota {
  const { limit, windowMs, burst, interval, span } = gcra.rate
  const { state, blockedMs, now } = standing
  const present = clock.state[0] as number
  if (limit === 0) return { name, limit, windowMs, remaining: 0, nextMs: Infinity, resetMs: Infinity }
  const left = gcra.remaining(state, present)
  const remaining = blockedMs > 0 ? 0 : left
  const next = left >= burst ? 0 : clock.until(state + (left + 1) * interval - span, now)
  const missing = state + Math.min(limit, burst) * interval - span
  const reset = missing > present ? clock.until(missing, now) : 0
  // Blocked people get their next unit when the block ends, unless there is none by then.
  const unit = remaining < left ? 0 : next
  return { name, limit, windowMs, remaining, nextMs: Math.max(blockedMs, unit), resetMs: Math.max(blockedMs, reset) }
}
