/** Estimates what started in the last window from two counters. */
import type { Quota } from '../limiter.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { AdmissionTimes } from './admission-times.ts'
import { ceilRatio, compareProducts, floorRatio } from './exact.ts'
import type { WindowOptions, WindowRate } from './options.ts'
import { changeWindow, checkWindowOptions } from './options.ts'
import type { QuotaLimiter } from './quota-limiter.ts'
import { refuse, refuseForever } from './rejection.ts'
import { TickClock } from './ticks.ts'
import { Units } from './units.ts'
import { WindowGrid, windowTicksPerMs } from './window-grid.ts'

const owner = 'SlidingWindowCounterLimiter'
/** Parts used in the window, and in the one before. */
const current = 0
const previous = 1
/** Work let in at these ticks or later was let in in the window, or in the one before. */
const currentSince = 2
const previousSince = 3

/**
 * Lets work in while `previous * (1 - elapsed / windowMs) + current + cost <= limit`: what the window before used fades out while this
 * one fills, as if it had come evenly. Two numbers instead of a log, and no double burst around the end of a window as with
 * {@link FixedWindowLimiter}: in any span of t <= windowMs at most limit * (1 + t / windowMs) units are let in. Use
 * {@link SlidingLogLimiter} where no span may hold more than `limit`, and {@link RateLimiter} for the same state and a smooth rate.
 *
 * Exact in what it computes: whoever waits `retryAfterMs` is let in if nobody else comes, and nobody is a moment earlier. Windows are
 * placed as those of a fixed window. A cost above `limit` is refused with `Infinity`, a cost of 0 takes nothing, a limit of 0 refuses
 * everything. `revoked` gives back what still counts. A clock that goes back gives nothing.
 *
 * Source: Cloudflare, "How we built rate limiting capable of scaling to millions of domains" (2017).
 */
export class SlidingWindowCounterLimiter implements QuotaLimiter {
  readonly name: string
  readonly #clock: TickClock
  readonly #times: AdmissionTimes
  readonly #grid: WindowGrid
  // Doubles that change live in an array, because V8 may box those in fields.
  readonly #state: Float64Array = new Float64Array([0, 0, -Infinity, -Infinity])
  readonly #never: Rejection
  #rate: WindowRate
  #units: Units

  constructor(options: WindowOptions) {
    const { limit, windowMs, originMs } = checkWindowOptions(owner, options)
    this.name = options.name ?? 'rate'
    this.#rate = { limit, windowMs }
    this.#units = new Units(limit)
    this.#never = refuseForever('rate', this.name)
    this.#clock = new TickClock(windowTicksPerMs, (ticks) => this.#shift(ticks))
    this.#times = new AdmissionTimes(this.#clock)
    this.#grid = new WindowGrid(this.#clock, 2, { windowMs, originMs })
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    this.#turn(now)
    const need = this.#units.need(ticket.cost)
    if (need === 0 || !this.#fits(need)) return this.#refusal(need, now)
    this.#state[current] = (this.#state[current] as number) + need
    this.#times.note(ticket, 2 * (this.#grid.state[1] as number))
    return undefined
  }

  settle(ticket: Ticket, _now: Millis, outcome: Outcome): void {
    if (outcome !== 'revoked') return this.#times.forget(ticket)
    const state = this.#state
    const at = this.#times.take(ticket)
    const counter = at >= (state[currentSince] as number) ? current : previous
    if (counter === previous && !(at >= (state[previousSince] as number))) return
    state[counter] = Math.max(0, (state[counter] as number) - this.#units.need(ticket.cost))
  }

  peek(ticket: Ticket, now: Millis): Verdict {
    this.#turn(now)
    return this.#refusal(this.#units.need(ticket.cost), now)
  }

  isIdle(now: Millis): boolean {
    this.#turn(now)
    return this.#isEmpty()
  }

  describe(_ticket: Ticket, now: Millis): readonly Quota[] {
    this.#turn(now)
    const { limit, windowMs } = this.#rate
    const remaining = this.#units.whole(this.#units.limit - this.#estimate())
    const untilFits = (units: number): Millis =>
      limit === 0 ? Infinity : this.#clock.until(this.#fitsAt(units * this.#units.perUnit), now)
    const nextMs = remaining < limit || limit === 0 ? untilFits(remaining + 1) : 0
    return [{ name: this.name, limit, windowMs, remaining, nextMs, resetMs: untilFits(limit) }]
  }

  /**
   * Changes the rate from now on. What was left stays left: what a higher limit adds comes as this window fades out. With another
   * `windowMs` a window begins now (or the one of the new grid has begun), in which the estimate counts as used.
   */
  update(change: Partial<WindowRate>, now: Millis): void {
    const rate = changeWindow(owner, this.#rate, change)
    const units = new Units(rate.limit)
    const state = this.#state
    this.#turn(now)
    const taken = units.carry(this.#estimate(), this.#units)
    const resized = rate.windowMs !== this.#rate.windowMs
    const ratio = units.perUnit / this.#units.perUnit
    state[previous] = resized ? 0 : Math.ceil((state[previous] as number) * ratio)
    state[current] = Math.max(0, taken - this.#fading())
    if (resized) {
      // A part of what the window before used is in what counts now, and nobody knows whose.
      state[previousSince] = state[currentSince] as number
      this.#grid.resize(rate.windowMs)
    }
    this.#rate = rate
    this.#units = units
  }

  /** Moves on to the window of the present. */
  #turn(now: Millis): void {
    this.#clock.advance(now)
    const state = this.#state
    const empty = this.#isEmpty()
    const ended = this.#grid.turn(empty)
    if (ended === 0 && !empty) return
    state[previous] = ended === 1 ? (state[current] as number) : 0
    state[current] = 0
    // Nothing is left, whether or not somebody looked when it was so before.
    if (ended === 1 && this.#isEmpty()) this.#grid.turn(true)
    const begin = this.#grid.state[0] as number
    state[previousSince] = ended === 1 ? (state[currentSince] as number) : begin
    state[currentSince] = begin
  }

  #isEmpty(): boolean {
    return this.#state[current] === 0 && this.#state[previous] === 0
  }

  /** Parts in use, rounded up. */
  #estimate(): number {
    return (this.#state[current] as number) + this.#fading()
  }

  /** Parts that the window before still uses, rounded up. */
  #fading(): number {
    const length = this.#grid.state[1] as number
    return ceilRatio(this.#state[previous] as number, length - this.#grid.elapsed(), length)
  }

  #fits(need: number): boolean {
    const room = this.#units.limit - (this.#state[current] as number) - need
    const fading = this.#state[previous] as number
    if (fading === 0 || !(room >= 0)) return room >= 0
    const length = this.#grid.state[1] as number
    return compareProducts(fading, length - this.#grid.elapsed(), room, length) <= 0
  }

  /** The first tick at which `need`, at most the limit, fits: in this window, in the next, or in the one after. */
  #fitsAt(need: number): number {
    if (this.#fits(need)) return this.#clock.state[0] as number
    const { limit } = this.#units
    const length = this.#grid.state[1] as number
    const end = this.#grid.end()
    const taken = this.#state[current] as number
    const room = limit - taken - need
    // The ticks before the end in which what fades out is small enough.
    const early = room > 0 ? floorRatio(room, length, this.#state[previous] as number) : 0
    if (early > 0) return end - early
    return taken <= limit - need ? end : end + length - floorRatio(limit - need, length, taken)
  }

  #refusal(need: number, now: Millis): Verdict {
    if (need > this.#units.limit) return this.#never
    if (need === 0 || this.#fits(need)) return undefined
    return refuse('rate', this.name, this.#clock.until(this.#fitsAt(need), now))
  }

  #shift(ticks: number): void {
    const state = this.#state
    this.#grid.shift(ticks)
    this.#times.shift(ticks)
    state[currentSince] = (state[currentSince] as number) - ticks
    state[previousSince] = (state[previousSince] as number) - ticks
  }
}
