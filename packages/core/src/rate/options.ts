/** What a rate limit is told, and the checks of it. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'

/** How much may happen in how long. */
export interface Rate {
  /** Units per window; integer, 0 <= limit <= 2^50. 0 refuses everything. */
  readonly limit: number
  /** Length of the window in ms; 1 <= windowMs <= 366 days, fractions allowed. */
  readonly windowMs: Millis
  /**
   * Units that may come at once after a pause; integer, 1 <= burst <= 2^50. Default: `limit`.
   * A burst must be regained within 100 years: burst * windowMs / limit <= 3,155,760,000,000.
   */
  readonly burst?: number
}

/** How much may happen in a window, for limiters that count windows: {@link Rate} without a burst. */
export type WindowRate = Omit<Rate, 'burst'>

/** Options of a limiter that counts windows. */
export interface WindowOptions extends WindowRate {
  /** Name in refusals and headers. Default: `rate`. */
  readonly name?: string
  /**
   * An instant at which a window begins, on the clock that `now` comes from; the others follow before and after it without gaps.
   * -8.64e15 <= originMs <= 8.64e15. Default: none, and a window begins with the first work after the last one has ended, so that
   * limiters made for different keys do not all begin anew at one instant.
   */
  readonly originMs?: Millis
}

/** Options of a rate limiter. */
export interface RateLimitOptions extends Rate {
  /** Name in refusals and headers. Default: `rate`. */
  readonly name?: string
  /**
   * Who exceeds the limit is refused everything for this long, with reason `blocked`. Default 0: no block, so whoever waits
   * as long as the refusal says gets in. `Infinity` blocks for ever.
   */
  readonly blockMs?: Millis
}

/** A checked rate: nothing left open. */
export interface FullRate {
  readonly limit: number
  readonly windowMs: Millis
  readonly burst: number
}

/** Most units in a window or a burst: above it a unit would be less than two ticks. */
const maxUnits = 2 ** 50
/** Longest window, inclusive: a leap year. */
const maxWindowMs = 366 * 86_400_000
/** Longest time in which a burst may refill: 100 years of 365.25 days. */
const maxSpanMs = 3_155_760_000_000

/** Checks a rate and fills in the burst. Throws a TypeError or RangeError that names `owner`, option, value and range. */
export function checkRate(owner: string, rate: Rate): FullRate {
  const limit = checkNumber(owner, 'limit', rate.limit, { min: 0, max: maxUnits, integer: true })
  const windowMs = checkNumber(owner, 'windowMs', rate.windowMs, { min: 1, max: maxWindowMs })
  if (limit === 0) {
    if (rate.burst !== undefined) checkNumber(owner, 'burst', rate.burst, { min: 0, max: maxUnits, integer: true })
    return { limit, windowMs, burst: 0 }
  }
  const max = Math.min(maxUnits, Math.max(1, Math.floor((maxSpanMs / windowMs) * limit)))
  const burst = checkNumber(owner, 'burst', rate.burst ?? limit, { min: 1, max, integer: true })
  return { limit, windowMs, burst }
}

/** Checks `blockMs`; 0 when absent. */
export function checkBlock(owner: string, blockMs: Millis | undefined): Millis {
  return blockMs === undefined ? 0 : checkNumber(owner, 'blockMs', blockMs, { min: 0, max: Infinity })
}

/** The rate after a change: what is not named stays, but a burst that nobody named follows the limit. */
export function changeRate(owner: string, old: Rate, change: Partial<Rate>): Rate {
  const { limit = old.limit, windowMs = old.windowMs, burst = old.burst } = change
  const next: Rate = burst === undefined ? { limit, windowMs } : { limit, windowMs, burst }
  checkRate(owner, next)
  return next
}

/** Checks a rate of windows. Throws a TypeError or RangeError that names `owner`, option, value and range. */
export function checkWindow(owner: string, rate: WindowRate): WindowRate {
  const { limit, windowMs } = checkRate(owner, { limit: rate.limit, windowMs: rate.windowMs })
  return { limit, windowMs }
}

/** Checks the options of a limiter that counts windows. */
export function checkWindowOptions(
  owner: string,
  options: WindowOptions,
): WindowRate & { originMs: Millis | undefined } {
  checkKnown(owner, options, ['limit', 'windowMs', 'name', 'originMs'])
  const { originMs } = options
  if (originMs !== undefined) checkNumber(owner, 'originMs', originMs, { min: -8.64e15, max: 8.64e15 })
  return { ...checkWindow(owner, options), originMs }
}

/** The rate of windows after a change; what is not named stays. */
export function changeWindow(owner: string, old: WindowRate, change: Partial<WindowRate>): WindowRate {
  checkKnown(owner, change, ['limit', 'windowMs'])
  const { limit = old.limit, windowMs = old.windowMs } = change
  return checkWindow(owner, { limit, windowMs })
}
