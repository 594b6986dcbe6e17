/** Counts what starts in each window, and begins anew with the next. */
import type { Quota } from '../limiter.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { AdmissionTimes } from './admission-times.ts'
import type { WindowOptions, WindowRate } from './options.ts'
import { changeWindow, checkWindowOptions } from './options.ts'
import type { QuotaLimiter } from './quota-limiter.ts'
import { refuse, refuseForever } from './rejection.ts'
import { TickClock } from './ticks.ts'
import { Units } from './units.ts'
import { WindowGrid, windowTicksPerMs } from './window-grid.ts'

const owner = 'FixedWindowLimiter'
/** Parts used in the window. */
const used = 0
/** Work let in at this tick or later was let in in the window. */
const since = 1

/**
 * Lets in at most `limit` units per window and begins anew with the next: what a contract that says "per calendar minute" asks for.
 * Cheap and easily told, but around the end of a window twice the limit may come at once: at most 2 * limit in any span of
 * `windowMs`. Use {@link RateLimiter} or {@link SlidingLogLimiter} where that is too much.
 *
 * Windows are aligned to `originMs`; without it one begins with the first work after the last has ended, as the counter that expires
 * (INCR and EXPIRE of Redis) does. Whoever waits `retryAfterMs`, until the next window, is let in if nobody else comes. A cost above
 * `limit` is refused with `Infinity`, a cost of 0 takes nothing, a limit of 0 refuses everything. `revoked` gives back what was taken
 * from the window that lasts; what was taken from an earlier one is gone with it. A clock that goes back gives nothing.
 */
export class FixedWindowLimiter implements QuotaLimiter {
  readonly name: string
  readonly #clock: TickClock
  readonly #times: AdmissionTimes
  readonly #grid: WindowGrid
  // Doubles that change live in an array, because V8 may box those in fields.
  readonly #state: Float64Array = new Float64Array([0, -Infinity])
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
    this.#grid = new WindowGrid(this.#clock, 1, { windowMs, originMs })
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    this.#turn(now)
    const need = this.#units.need(ticket.cost)
    const next = (this.#state[used] as number) + need
    if (!(next <= this.#units.limit)) return this.#refusal(need, now)
    if (need === 0) return undefined
    this.#state[used] = next
    this.#times.note(ticket, this.#grid.state[1] as number)
    return undefined
  }

  settle(ticket: Ticket, _now: Millis, outcome: Outcome): void {
    if (outcome !== 'revoked') return this.#times.forget(ticket)
    const state = this.#state
    if (this.#times.take(ticket) >= (state[since] as number))
      state[used] = Math.max(0, (state[used] as number) - this.#units.need(ticket.cost))
  }

  peek(ticket: Ticket, now: Millis): Verdict {
    this.#turn(now)
    return this.#refusal(this.#units.need(ticket.cost), now)
  }

  isIdle(now: Millis): boolean {
    this.#turn(now)
    return this.#state[used] === 0
  }

  describe(_ticket: Ticket, now: Millis): readonly Quota[] {
    this.#turn(now)
    const { limit, windowMs } = this.#rate
    const taken = this.#state[used] as number
    const remaining = this.#units.whole(this.#units.limit - taken)
    const endMs = limit === 0 ? Infinity : taken === 0 ? 0 : this.#clock.until(this.#grid.end(), now)
    return [{ name: this.name, limit, windowMs, remaining, nextMs: remaining < limit ? endMs : 0, resetMs: endMs }]
  }

  /**
   * Changes the rate from now on. What was left of the window stays left: what a higher limit adds comes with the next one. With
   * another `windowMs` a window begins now (or the one of the new grid has begun), with no more left than before.
   */
  update(change: Partial<WindowRate>, now: Millis): void {
    const rate = changeWindow(owner, this.#rate, change)
    const units = new Units(rate.limit)
    this.#turn(now)
    this.#state[used] = units.carry(this.#state[used] as number, this.#units)
    if (rate.windowMs !== this.#rate.windowMs) this.#grid.resize(rate.windowMs)
    this.#rate = rate
    this.#units = units
  }

  /** Moves on to the window of the present. */
  #turn(now: Millis): void {
    this.#clock.advance(now)
    const state = this.#state
    const empty = state[used] === 0
    const ended = this.#grid.turn(empty)
    if (ended === 0 && !empty) return
    state[used] = 0
    state[since] = this.#grid.state[0] as number
  }

  #refusal(need: number, now: Millis): Verdict {
    if (need > this.#units.limit) return this.#never
    if (need === 0 || (this.#state[used] as number) + need <= this.#units.limit) return undefined
    return refuse('rate', this.name, this.#clock.until(this.#grid.end(), now))
  }

  #shift(ticks: number): void {
    this.#grid.shift(ticks)
    this.#times.shift(ticks)
    this.#state[since] = (this.#state[since] as number) - ticks
  }
}
