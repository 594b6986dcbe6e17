/** A rate limit that starts low and rises with use. */
import type { Quota } from '../limiter.ts'
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { AdmissionTimes } from './admission-times.ts'
import { freshState, Gcra } from './gcra.ts'
import type { Rate } from './options.ts'
import { changeRate } from './options.ts'
import type { QuotaLimiter } from './quota-limiter.ts'
import { describeState } from './quota.ts'
import { refuse, refuseForever } from './rejection.ts'
import { TickClock } from './ticks.ts'
import { WarmUp } from './warm-up.ts'

/** What of a {@link WarmUpLimiter} may change. */
export interface WarmUpRate extends Rate {
  /** Use at the full rate after which it is warm, and idleness after which it is cold; 1..86400000 (a day). */
  readonly warmUpMs: Millis
  /** The cold rate is `limit / coldFactor`; 1.1..100, default 3, as in Guava and Sentinel. */
  readonly coldFactor?: number
}

/** Options of {@link WarmUpLimiter}. */
export interface WarmUpOptions extends WarmUpRate {
  /** Name in refusals and headers. Default: `rate`. */
  readonly name?: string
}

type FullRate = WarmUpRate & { readonly coldFactor: number }

const owner = 'WarmUpLimiter'
const changeable = ['limit', 'windowMs', 'burst', 'warmUpMs', 'coldFactor']
const defaultColdFactor = 3
const present = 0
/** The tick at which all that was taken is regained, as in GCRA. */
const next = 0
/** Units on the pile; see {@link WarmUp}. */
const stored = 1

/**
 * A {@link RateLimiter} for what must not be hit at full speed when it is cold: caches to fill, pools to open, code to compile. While
 * cold a unit takes `coldFactor` times its share of the window; with use that falls to one, after `warmUpMs` of it at the rate that
 * is allowed; without use it rises again. It begins cold. For a concurrency limit use {@link slowStart}.
 *
 * Work is let in by what it costs when warm, and what comes after it pays for what it costs now. So whatever fits `burst` fits at once
 * also when cold, and in any span of t at most burst + t * limit / windowMs units are let in. While something waits for it all the time,
 * it is let in at limit / coldFactor per window at first. Whoever waits `retryAfterMs` is let in if nobody else comes, and nobody is
 * a moment earlier. A cost above `burst` is refused with `Infinity`, a cost of 0 takes nothing, a limit of 0 refuses everything.
 * `revoked` undoes the last admission exactly; of an earlier one it gives back no more than it cost at least and has not been regained.
 *
 * Source: SmoothWarmingUp of Guava's RateLimiter, WarmUpController of Alibaba Sentinel; both with a `burst` of 1.
 */
export class WarmUpLimiter implements QuotaLimiter {
  readonly name: string
  readonly #clock: TickClock
  readonly #times: AdmissionTimes
  // Doubles that change live in an array, because V8 may box those in fields.
  readonly #state: Float64Array
  /** The state before the last admission. */
  readonly #before: Float64Array = new Float64Array([freshState, 0])
  /** The tick of the last change of rate. */
  #since = -Infinity
  /** The ticket let in last, until it is settled. */
  #last: Ticket | undefined
  readonly #never: Rejection
  #rate: FullRate
  #gcra: Gcra
  #warmUp: WarmUp

  constructor(options: WarmUpOptions) {
    checkKnown(owner, options, [...changeable, 'name'])
    this.name = options.name ?? 'rate'
    this.#rate = checkWarmUp(options, {})
    this.#gcra = gcraOf(this.#rate)
    this.#warmUp = warmUpOf(this.#rate, this.#gcra)
    this.#state = new Float64Array([freshState, this.#warmUp.max])
    this.#never = refuseForever('rate', this.name)
    this.#clock = new TickClock(this.#gcra.rate.ticksPerMs, (ticks) => this.#shift(ticks))
    this.#times = new AdmissionTimes(this.#clock)
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    this.#clock.advance(now)
    const { rate } = this.#gcra
    const state = this.#state
    const tick = this.#clock.state[present] as number
    const from = Math.max(state[next] as number, tick)
    const need = rate.need(ticket.cost)
    if (need === 0 || !(from + need - tick <= rate.span)) return this.#refusal(need, now)
    this.#before[next] = state[next] as number
    this.#before[stored] = state[stored] as number
    this.#last = ticket
    const pile = this.#warmUp.cooled(state[stored] as number, from - (state[next] as number))
    state[next] = from + Math.ceil(this.#warmUp.time(pile, ticket.cost))
    state[stored] = Math.max(0, pile - ticket.cost)
    this.#times.note(ticket, rate.span * this.#rate.coldFactor)
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    const isLast = ticket === this.#last
    if (isLast) this.#last = undefined
    if (outcome !== 'revoked') return this.#times.forget(ticket)
    const at = this.#times.take(ticket)
    if (isLast) {
      this.#state[next] = this.#before[next] as number
      this.#state[stored] = this.#before[stored] as number
    } else if (ticket.cost > 0) this.#giveBack(ticket, at, now)
  }

  peek(ticket: Ticket, now: Millis): Verdict {
    this.#clock.advance(now)
    return this.#refusal(this.#gcra.rate.need(ticket.cost), now)
  }

  /** Only when it is cold: a new one would be. */
  isIdle(now: Millis): boolean {
    this.#clock.advance(now)
    const idle = (this.#clock.state[present] as number) - (this.#state[next] as number)
    return idle >= 0 && this.#warmUp.cooled(this.#state[stored] as number, idle) >= this.#warmUp.max
  }

  /** What would be let in at once as one piece of work, which is more than one by one while cold. */
  describe(_ticket: Ticket, now: Millis): readonly Quota[] {
    this.#clock.advance(now)
    return [
      describeState(this.name, this.#gcra, this.#clock, { state: this.#state[next] as number, blockedMs: 0, now }),
    ]
  }

  /** How warm it is: 0 cold, 1 at the full rate. */
  warmth(now: Millis): number {
    this.#clock.advance(now)
    const idle = Math.max(0, (this.#clock.state[present] as number) - (this.#state[next] as number))
    const { max, warn } = this.#warmUp
    return Math.min(1, (max - this.#warmUp.cooled(this.#state[stored] as number, idle)) / (max - warn))
  }

  /** Changes the rate from now on. What was left stays left, a larger burst is earned, and it is as cold as it was. */
  update(change: Partial<WarmUpRate>, now: Millis): void {
    checkKnown(owner, change, changeable)
    const rate = checkWarmUp(this.#rate, change)
    const gcra = gcraOf(rate)
    const warmUp = warmUpOf(rate, gcra)
    this.#clock.advance(now)
    const state = this.#state
    const debt = (state[next] as number) - (this.#clock.state[present] as number)
    const pile = this.#warmUp.cooled(state[stored] as number, Math.max(0, -debt))
    state[stored] = warmUp.carry(pile, this.#warmUp)
    this.#clock.retune(gcra.rate.ticksPerMs, now)
    state[next] = gcra.carry(debt, this.#gcra.rate)
    this.#since = 0
    this.#times.clear()
    this.#last = undefined
    this.#rate = rate
    this.#gcra = gcra
    this.#warmUp = warmUp
  }

  #refusal(need: number, now: Millis): Verdict {
    const tick = this.#clock.state[present] as number
    const at = this.#gcra.fitsAt(this.#state[next] as number, tick, need)
    if (at === Infinity) return this.#never
    return at > tick ? refuse('rate', this.name, this.#clock.until(at, now)) : undefined
  }

  /**
   * Others came since, and nobody knows what it cost then: gives back the time that it cost at least, as far as that cannot have been
   * regained, and puts its units on the pile, where they may have come from.
   */
  #giveBack(ticket: Ticket, at: number, now: Millis): void {
    this.#clock.advance(now)
    this.#last = undefined
    const state = this.#state
    const tick = this.#clock.state[present] as number
    const idle = Math.max(0, tick - (state[next] as number))
    const pile = this.#warmUp.cooled(state[stored] as number, idle)
    const rest = at >= this.#since ? Math.max(0, this.#gcra.rate.need(ticket.cost) - (tick - at)) : 0
    state[next] = Math.max(tick, (state[next] as number) - rest)
    state[stored] = Math.min(this.#warmUp.max, pile + ticket.cost)
  }

  #shift(ticks: number): void {
    this.#times.shift(ticks)
    this.#since -= ticks
    this.#state[next] = (this.#state[next] as number) - ticks
    this.#before[next] = (this.#before[next] as number) - ticks
  }
}

function checkWarmUp(old: WarmUpRate, change: Partial<WarmUpRate>): FullRate {
  const { warmUpMs = old.warmUpMs, coldFactor = old.coldFactor ?? defaultColdFactor } = change
  checkNumber(owner, 'warmUpMs', warmUpMs, { min: 1, max: 86_400_000 })
  checkNumber(owner, 'coldFactor', coldFactor, { min: 1.1, max: 100 })
  return { ...changeRate(owner, old, change), warmUpMs, coldFactor }
}

function gcraOf({ limit, windowMs, burst, coldFactor }: FullRate): Gcra {
  return new Gcra(burst === undefined ? { limit, windowMs } : { limit, windowMs, burst }, coldFactor)
}

function warmUpOf({ warmUpMs, coldFactor }: FullRate, gcra: Gcra): WarmUp {
  const { interval, ticksPerMs } = gcra.rate
  return new WarmUp({ interval, warmUp: warmUpMs * ticksPerMs, coldFactor })
}
