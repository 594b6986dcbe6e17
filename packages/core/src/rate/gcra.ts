/** The generic cell rate algorithm: a rate limit whose whole state is one number. */
import { ceilRatio } from './exact.ts'
import type { Rate } from './options.ts'
import { checkRate } from './options.ts'
import { maxDebt, TickRate } from './ticks.ts'

/** The state of somebody who has not been seen. */
export const freshState: number = -Infinity

/**
 * GCRA (ITU-T I.371, virtual scheduling) as pure functions of one number: the *theoretical arrival time*, the tick at which
 * everything taken so far will be regained. A state that is not in the future equals {@link freshState}: forgetting it loses nothing.
 * In any span of t ms at most burst + t * limit / windowMs units are let in. Use {@link RateLimiter} or
 * {@link KeyedRateLimiter} to limit requests; use this to keep the number elsewhere.
 */
export class Gcra {
  readonly rate: TickRate

  /** @param headroom see {@link TickRate}; 1 unless states are kept further ahead than a burst */
  constructor(rate: Rate, headroom = 1) {
    this.rate = new TickRate(checkRate('gcra', rate), headroom)
  }

  /** The state after taking `need` ticks (see {@link TickRate.need}) at the tick `now`; NaN when they do not fit. */
  take(state: number, now: number, need: number): number {
    const next = (state > now ? state : now) + need
    return next - now <= this.rate.span ? next : NaN
  }

  /** The tick at which `need` will fit if nothing else is taken; Infinity when it never will. */
  fitsAt(state: number, now: number, need: number): number {
    const { span } = this.rate
    if (need === 0 && span >= 0) return now
    return need <= span ? Math.max(now, (state > now ? state : now) + need - span) : Infinity
  }

  /** The state with `need` more ticks owed, even beyond the burst; as far as 2^52 ticks ahead. */
  owe(state: number, now: number, need: number): number {
    return Math.min((state > now ? state : now) + need, now + maxDebt)
  }

  /** The state with `need` ticks given back; never better than fresh. */
  give(state: number, need: number): number {
    return need === Infinity ? freshState : state - need
  }

  /** Whole units that would be let in at the tick `now`. */
  remaining(state: number, now: number): number {
    const { span, interval } = this.rate
    return state > now ? Math.max(0, Math.floor((now + span - state) / interval)) : this.rate.burst
  }

  /**
   * What `debt` ticks (state minus present) under the rate `from` are in ticks of this one. What was left stays left, in units:
   * a larger burst is earned, not granted, and a smaller one cuts off what is above it.
   */
  carry(debt: number, from: TickRate): number {
    const { burst, interval } = this.rate
    // The part of the debt that a smaller burst cuts off goes first, so that no large number is taken from another.
    const kept = Math.max(0, debt - Math.max(0, from.burst - burst) * from.interval)
    const owed = Math.max(0, burst - from.burst) * interval + ceilRatio(kept, interval, from.interval)
    return Math.min(maxDebt, owed)
  }
}
