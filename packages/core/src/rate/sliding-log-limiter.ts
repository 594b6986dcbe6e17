/** Remembers when everything in the last window started. */
import type { Quota } from '../limiter.ts'
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { AdmissionTimes } from './admission-times.ts'
import type { WindowRate } from './options.ts'
import { changeWindow, checkWindow } from './options.ts'
import type { QuotaLimiter } from './quota-limiter.ts'
import { refuse, refuseForever } from './rejection.ts'
import { TickClock } from './ticks.ts'
import { UnitLog } from './unit-log.ts'
import { Units } from './units.ts'
import { windowTicks, windowTicksPerMs } from './window-grid.ts'

/** Options of {@link SlidingLogLimiter}. */
export interface SlidingLogOptions extends WindowRate {
  /** Name in refusals and headers. Default: `rate`. */
  readonly name?: string
  /**
   * How many instants are remembered at most, 16 bytes each; integer, 16..65536. Default: twice the limit and 4, within 64..65536.
   * Exact while fewer than maxEntries / 2 - 2 of them stand in a window; beyond, units come back late by up to
   * windowMs / (maxEntries / 2 - 2), never early. So the default is exact for limits up to 32766 and whole costs.
   */
  readonly maxEntries?: number
}

const owner = 'SlidingLogLimiter'
const mostEntries = 65_536
const present = 0
const used = 0

/**
 * Lets in at most `limit` units in any span of `windowMs`, without exception: what a limit that others count against us asks for.
 * It pays with memory, an entry for each instant at which something started; {@link RateLimiter} with a `burst` of half the limit, and
 * half the limit per window, keeps the same promise with one number, less generously.
 *
 * Spans are half-open: what started at t no longer counts at t + windowMs. Whoever waits `retryAfterMs` is let in if nobody else
 * comes, and nobody is a moment earlier. A cost above `limit` is refused with `Infinity`, a cost of 0 takes nothing, a limit of 0
 * refuses everything. `revoked` takes out the very entry, found by when its ticket was let in. A clock that goes back gives nothing.
 * O(1) amortised; an old entry is taken out in O(log n).
 */
export class SlidingLogLimiter implements QuotaLimiter {
  readonly name: string
  readonly #clock: TickClock
  readonly #times: AdmissionTimes
  readonly #log: UnitLog
  readonly #never: Rejection
  readonly #maxEntries: number | undefined
  #rate: WindowRate
  #units: Units
  /** Ticks in a window. */
  #span: number

  constructor(options: SlidingLogOptions) {
    checkKnown(owner, options, ['limit', 'windowMs', 'name', 'maxEntries'])
    const { name = 'rate', maxEntries } = options
    this.#rate = checkWindow(owner, options)
    const bounds = { min: 16, max: mostEntries, integer: true }
    if (maxEntries !== undefined) checkNumber(owner, 'maxEntries', maxEntries, bounds)
    this.#maxEntries = maxEntries
    this.name = name
    this.#units = new Units(this.#rate.limit)
    this.#span = windowTicks(this.#rate.windowMs)
    this.#log = new UnitLog(this.#span, this.#entriesFor(this.#rate.limit))
    this.#never = refuseForever('rate', name)
    this.#clock = new TickClock(windowTicksPerMs, (ticks) => this.#shift(ticks))
    this.#times = new AdmissionTimes(this.#clock)
  }

  /** Memory of the entries, which grows with use: at most some 32 bytes for each of `maxEntries`. */
  get bytes(): number {
    return this.#log.bytes
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    this.#turn(now)
    const need = this.#units.need(ticket.cost)
    if (need === 0 || !((this.#log.state[used] as number) + need <= this.#units.limit)) return this.#refusal(need, now)
    this.#log.add(this.#clock.state[present] as number, need)
    this.#times.note(ticket, 2 * this.#span)
    return undefined
  }

  settle(ticket: Ticket, _now: Millis, outcome: Outcome): void {
    if (outcome === 'revoked') this.#log.remove(this.#times.take(ticket), this.#units.need(ticket.cost))
    else this.#times.forget(ticket)
  }

  peek(ticket: Ticket, now: Millis): Verdict {
    this.#turn(now)
    return this.#refusal(this.#units.need(ticket.cost), now)
  }

  isIdle(now: Millis): boolean {
    this.#turn(now)
    return this.#log.state[used] === 0
  }

  describe(_ticket: Ticket, now: Millis): readonly Quota[] {
    this.#turn(now)
    const { limit, windowMs } = this.#rate
    const taken = this.#log.state[used] as number
    const remaining = this.#units.whole(this.#units.limit - taken)
    const untilLeft = (parts: number): Millis => this.#untilLeft(parts, now)
    if (limit === 0) return [{ name: this.name, limit, windowMs, remaining, nextMs: Infinity, resetMs: Infinity }]
    const missing = taken + (remaining + 1) * this.#units.perUnit - this.#units.limit
    const nextMs = remaining < limit ? untilLeft(missing) : 0
    return [{ name: this.name, limit, windowMs, remaining, nextMs, resetMs: taken > 0 ? untilLeft(taken) : 0 }]
  }

  /**
   * Changes the rate from now on. What was left stays left: what a higher limit adds comes a window later. With another `windowMs`
   * everything that counts does so as if it had started now.
   */
  update(change: Partial<WindowRate>, now: Millis): void {
    const rate = changeWindow(owner, this.#rate, change)
    const units = new Units(rate.limit)
    this.#turn(now)
    const log = this.#log
    const tick = this.#clock.state[present] as number
    const taken = units.carry(log.state[used] as number, this.#units)
    if (rate.windowMs === this.#rate.windowMs) {
      if (units.perUnit !== this.#units.perUnit) log.scale(units.perUnit / this.#units.perUnit)
      const more = taken - (log.state[used] as number)
      if (more > 0) log.add(tick, more)
    } else log.collapse(tick, taken)
    this.#rate = rate
    this.#units = units
    this.#span = windowTicks(rate.windowMs)
    log.resize(this.#span, this.#entriesFor(rate.limit))
  }

  #entriesFor(limit: number): number {
    return this.#maxEntries ?? Math.min(mostEntries, Math.max(64, 2 * limit + 4))
  }

  /** Lets go of what has left the window. */
  #turn(now: Millis): void {
    this.#clock.advance(now)
    this.#log.leave((this.#clock.state[present] as number) - this.#span)
  }

  #untilLeft(parts: number, now: Millis): Millis {
    return this.#clock.until(this.#log.whenLeft(parts) + this.#span, now)
  }

  #refusal(need: number, now: Millis): Verdict {
    if (need > this.#units.limit) return this.#never
    const excess = (this.#log.state[used] as number) + need - this.#units.limit
    return need === 0 || excess <= 0 ? undefined : refuse('rate', this.name, this.#untilLeft(excess, now))
  }

  #shift(ticks: number): void {
    this.#log.shift(ticks)
    this.#times.shift(ticks)
  }
}
