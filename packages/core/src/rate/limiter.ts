/** A rate limit for everybody together: one quota, one number of state. */
import type { Quota } from '../limiter.ts'
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { freshState, Gcra } from './gcra.ts'
import type { Rate, RateLimitOptions } from './options.ts'
import { changeRate, checkBlock } from './options.ts'
import type { QuotaLimiter } from './quota-limiter.ts'
import { describeState } from './quota.ts'
import { refuse, refuseForever } from './rejection.ts'
import { TickClock, until } from './ticks.ts'

/**
 * Lets in at most `limit` units per window on average and `burst` at once (GCRA); each ticket takes its `cost`.
 * Use {@link KeyedRateLimiter} to give each client a quota of its own, {@link TokenBucketLimiter} where work is reserved ahead.
 * Exact: in any span of t ms at most burst + t * limit / windowMs units are let in, and whoever waits `retryAfterMs` is let in
 * if nobody else comes. A cost above `burst` is refused with `Infinity`; a cost of 0 takes nothing; `revoked` gives back all
 * that was taken, and other outcomes say nothing here. A clock that goes back gives nothing.
 */
export class RateLimiter implements QuotaLimiter {
  readonly name: string
  readonly #clock: TickClock
  // One double in an array: V8 boxes a double that changes in a field, and would allocate on every admission.
  readonly #state: Float64Array = new Float64Array([freshState])
  readonly #blockMs: Millis
  readonly #never: Rejection
  #rate: Rate
  #gcra: Gcra
  #blockedUntil: Millis = -Infinity

  constructor(options: RateLimitOptions) {
    checkKnown('rateLimit', options, ['limit', 'windowMs', 'burst', 'name', 'blockMs'])
    this.name = options.name ?? 'rate'
    this.#rate = changeRate('rateLimit', options, {})
    this.#gcra = new Gcra(this.#rate)
    this.#blockMs = checkBlock('rateLimit', options.blockMs)
    this.#never = refuseForever('rate', this.name)
    this.#clock = new TickClock(this.#gcra.rate.ticksPerMs, (ticks) => this.#shift(ticks))
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    this.#clock.advance(now)
    const present = this.#clock.state[0] as number
    const state = this.#state[0] as number
    const { rate } = this.#gcra
    const next = (state > present ? state : present) + rate.need(ticket.cost)
    if (next - present <= rate.span && !(now < this.#blockedUntil)) {
      this.#state[0] = next
      return undefined
    }
    const refusal = this.#refusal(ticket.cost, now)
    if (this.#blockMs === 0 || refusal?.reason !== 'rate' || refusal === this.#never) return refusal
    this.block(this.#blockMs, now)
    return refuse('rate', this.name, Math.max(this.#blockMs, refusal.retryAfterMs))
  }

  settle(ticket: Ticket, _now: Millis, outcome: Outcome): void {
    if (outcome === 'revoked') this.#give(ticket.cost)
  }

  /** What `admit` would say, taking nothing and blocking nobody. */
  peek(ticket: Ticket, now: Millis): Verdict {
    this.#clock.advance(now)
    return this.#refusal(ticket.cost, now)
  }

  /** Takes `cost` units more without asking, even beyond the burst: later work waits longer. */
  penalty(cost: number, now: Millis): void {
    const units = checkNumber('penalty', 'cost', cost, { min: 0, max: Infinity })
    this.#clock.advance(now)
    const gcra = this.#gcra
    this.#state[0] = gcra.owe(this.#state[0] as number, this.#clock.state[0] as number, gcra.rate.need(units))
  }

  /** Gives back `cost` units, never beyond a full quota. */
  reward(cost: number, now: Millis): void {
    const units = checkNumber('reward', 'cost', cost, { min: 0, max: Infinity })
    this.#clock.advance(now)
    this.#give(units)
  }

  /** Refuses everything with reason `blocked` until `now + durationMs`; never shortens a block. */
  block(durationMs: Millis, now: Millis): void {
    const blockedUntil = now + checkNumber('block', 'durationMs', durationMs, { min: 0, max: Infinity })
    if (blockedUntil > this.#blockedUntil) this.#blockedUntil = blockedUntil
  }

  /** Forgets what was taken, and any block. */
  reset(): void {
    this.#state[0] = freshState
    this.#blockedUntil = -Infinity
  }

  isIdle(now: Millis): boolean {
    this.#clock.advance(now)
    return !((this.#state[0] as number) > (this.#clock.state[0] as number)) && !(now < this.#blockedUntil)
  }

  describe(_ticket: Ticket, now: Millis): readonly Quota[] {
    this.#clock.advance(now)
    const blockedMs = until(this.#blockedUntil, now)
    return [describeState(this.name, this.#gcra, this.#clock, { state: this.#state[0] as number, blockedMs, now })]
  }

  /**
   * Changes the rate from now on. What was left stays left: a larger burst is earned at the new rate, not granted; a smaller
   * one cuts off what is above it. Throws like the constructor, and then changes nothing.
   */
  update(change: Partial<Rate>, now: Millis): void {
    checkKnown('rateLimit', change, ['limit', 'windowMs', 'burst'])
    const rate = changeRate('rateLimit', this.#rate, change)
    const gcra = new Gcra(rate)
    this.#clock.advance(now)
    const debt = (this.#state[0] as number) - (this.#clock.state[0] as number)
    this.#state[0] = gcra.carry(debt, this.#gcra.rate)
    this.#clock.retune(gcra.rate.ticksPerMs, now)
    this.#rate = rate
    this.#gcra = gcra
  }

  #refusal(cost: number, now: Millis): Verdict {
    const present = this.#clock.state[0] as number
    const at = this.#gcra.fitsAt(this.#state[0] as number, present, this.#gcra.rate.need(cost))
    if (at === Infinity) return this.#never
    const waitMs = at > present ? this.#clock.until(at, now) : 0
    const blockedMs = until(this.#blockedUntil, now)
    if (blockedMs > 0) return refuse('blocked', this.name, Math.max(blockedMs, waitMs))
    return at > present ? refuse('rate', this.name, waitMs) : undefined
  }

  #give(cost: number): void {
    this.#state[0] = this.#gcra.give(this.#state[0] as number, this.#gcra.rate.need(cost))
  }

  #shift(ticks: number): void {
    this.#state[0] = (this.#state[0] as number) - ticks
  }
}
