/** A token bucket with reservations: work may be promised for later, and the promise taken back. */
import { checkKnown } from '../options.ts'
import type { Millis } from '../ticket.ts'
import type { Rate } from './options.ts'
import { checkRate } from './options.ts'
import type { TickScale } from './ticks.ts'
import { createScale, moveOrigin, setOrigin, tickAt, TickRate, untilTick } from './ticks.ts'

/** A promise of tokens: start the work at `actAt`, or give the promise back with {@link TokenBucket.cancel}. */
export interface Reservation {
  /** False when nothing was reserved: more than the burst, or too far ahead. */
  readonly ok: boolean
  /** Tokens promised. */
  readonly cost: number
  /** When the work may start; Infinity when not `ok`. */
  readonly actAt: Millis
}

/** What the bucket that made it knows besides: the exact tick, and the rate whose ticks these are. */
interface Promised extends Reservation {
  readonly tick: number
  readonly ticks: TickRate
}

const level = 0
const last = 1
const lastEvent = 2
/** Ticks are counted anew before they lose their units. */
const rebaseAt = 2 ** 52

/**
 * `burst` tokens at most, `limit` more per window, and debts: a reservation may drive it below zero, and whoever comes later waits
 * behind it. Rate and burst change apart from each other, and both keep the tokens there are. Verbs and their answers are
 * those of Go's `golang.org/x/time/rate`; sums are exact, in whole ticks (see {@link TickRate}). Use {@link RateLimiter} where
 * nothing is reserved: it is a third of the state. A clock that goes back gives nothing, and counts from there.
 */
export class TokenBucket {
  // Doubles that change live in an array, because V8 may box those in fields.
  readonly #state: Float64Array
  #rate: Required<Rate>
  #ticks: TickRate
  #burst: number
  readonly #scale: TickScale

  /** Full at first. A limit of 0 never regains what is taken. */
  constructor(rate: Rate) {
    checkKnown('tokenBucket', rate, ['limit', 'windowMs', 'burst'])
    const full = checkRate('tokenBucket', rate)
    this.#ticks = new TickRate(full)
    this.#scale = createScale(this.#ticks.ticksPerMs)
    this.#burst = rate.burst ?? rate.limit
    this.#rate = { ...full, burst: this.#burst }
    this.#state = new Float64Array([this.#burst * this.#ticks.interval, 0, -Infinity])
  }

  /** The rate in force. */
  get rate(): Required<Rate> {
    return this.#rate
  }

  /** Tokens at `now`: whole units and parts of one; negative while reservations stand ahead. */
  tokens(now: Millis): number {
    return this.#levelAt(this.#tick(now)) / this.#ticks.interval
  }

  /** Takes `cost` tokens if they are there; 0 are always there. Nothing is reserved and nothing changes otherwise. */
  take(cost: number, now: Millis): boolean {
    if (cost <= 0) return true
    const tick = this.#tick(now)
    const left = this.#levelAt(tick) - this.#need(cost)
    if (!(left >= 0) || cost > this.#burst) return false
    this.#write(tick, left, tick)
    return true
  }

  /** How long until `take(cost)` would succeed if nobody else took: 0 now, Infinity never. */
  waitMs(cost: number, now: Millis): Millis {
    const tick = this.#tick(now)
    const missing = this.#need(cost) - this.#levelAt(tick)
    if (!(cost <= this.#burst)) return Infinity
    if (missing <= 0 || cost <= 0) return 0
    if (this.#rate.limit === 0) return Infinity
    const from = Math.max(tick, this.#state[last] as number)
    return Number.isFinite(now) ? untilTick(from + missing, now, this.#scale) : missing / this.#ticks.ticksPerMs
  }

  /** Promises `cost` tokens for the earliest instant, if that is at most `maxWaitMs` away; what comes later stands behind. */
  reserve(cost: number, now: Millis, maxWaitMs: Millis): Reservation {
    const tick = this.#tick(now)
    const left = this.#levelAt(tick) - this.#need(cost)
    const act = tick + Math.max(0, -left)
    const waitMs = left >= 0 ? 0 : this.#rate.limit === 0 ? Infinity : untilTick(act, now, this.#scale)
    if (!(cost <= this.#burst) || waitMs === Infinity || !(waitMs <= maxWaitMs)) return refused(cost)
    this.#write(tick, left, act)
    const promised: Promised = { ok: true, cost, actAt: now + waitMs, tick: act, ticks: this.#ticks }
    return promised
  }

  /**
   * Takes a promise back before its `actAt`. Gives back its tokens, less those that were promised behind it: later promises
   * stand. Once `actAt` has passed, or for one that is not `ok`, nothing happens.
   */
  cancel(reservation: Reservation, now: Millis): void {
    if (!reservation.ok || !(reservation.cost > 0) || reservation.actAt < now) return
    const tick = this.#tick(now)
    const act = this.#actTick(reservation)
    const need = this.#need(reservation.cost)
    const event = this.#state[lastEvent] as number
    const restored = need - Math.max(0, event - act)
    if (restored <= 0) return
    const before = act - need
    this.#write(tick, this.#levelAt(tick) + restored, act === event && before >= tick ? before : event)
  }

  /** Gives `cost` tokens back, never beyond the burst: tokens taken and not used. A reservation is cancelled instead. */
  give(cost: number, now: Millis): void {
    const tick = this.#tick(now)
    this.#write(tick, this.#levelAt(tick) + this.#need(cost), this.#state[lastEvent] as number)
  }

  /** Refills at another rate from `now` on. Tokens, and instants already promised, stay. */
  setLimit(limit: number, windowMs: Millis, now: Millis): void {
    this.#change({ limit, windowMs, burst: this.#burst }, now)
  }

  /** Holds at most `burst` tokens from `now` on. Tokens stay, but for those above it. */
  setBurst(burst: number, now: Millis): void {
    this.#change({ ...this.#rate, burst }, now)
  }

  /** Changes limit, window and burst at once from `now` on; what is not named stays. Tokens stay as with {@link setBurst}. */
  update(change: Partial<Rate>, now: Millis): void {
    checkKnown('tokenBucket', change, ['limit', 'windowMs', 'burst'])
    const { limit = this.#rate.limit, windowMs = this.#rate.windowMs, burst = this.#burst } = change
    this.#change({ limit, windowMs, burst }, now)
  }

  #change(rate: Required<Rate>, now: Millis): void {
    const ticks = new TickRate(checkRate('tokenBucket', rate))
    const tick = this.#tick(now)
    const scale = (distance: number): number => (distance * ticks.ticksPerMs) / this.#ticks.ticksPerMs
    const tokens = Math.floor((this.#levelAt(tick) * ticks.interval) / this.#ticks.interval)
    const ahead = Math.ceil(scale((this.#state[lastEvent] as number) - tick))
    this.#rate = rate
    this.#ticks = ticks
    this.#burst = rate.burst
    setOrigin(this.#scale, now, ticks.ticksPerMs)
    this.#write(0, tokens, ahead)
  }

  #actTick(reservation: Reservation): number {
    const { tick, ticks } = reservation as Promised
    // Promised at a rate that was changed since: its instant stands, its tick has another name.
    return ticks === this.#ticks ? tick : tickAt(reservation.actAt, this.#scale)
  }

  #need(cost: number): number {
    return this.#ticks.need(cost)
  }

  #levelAt(tick: number): number {
    const elapsed = this.#rate.limit === 0 ? 0 : Math.max(0, tick - (this.#state[last] as number))
    return Math.min(this.#burst * this.#ticks.interval, (this.#state[level] as number) + elapsed)
  }

  #write(tick: number, tokens: number, event: number): void {
    this.#state[level] = Math.min(this.#burst * this.#ticks.interval, tokens)
    this.#state[last] = tick
    this.#state[lastEvent] = event
  }

  #tick(now: Millis): number {
    if (!Number.isFinite(now)) return this.#state[last] as number
    const tick = tickAt(now, this.#scale)
    return Math.abs(tick) < rebaseAt ? tick : this.#rebase(now, Number.isNaN(tick))
  }

  #rebase(now: Millis, first: boolean): number {
    if (first) setOrigin(this.#scale, now, this.#ticks.ticksPerMs)
    const state = this.#state
    const moved = moveOrigin(this.#scale, now)
    this.#write((state[last] as number) - moved, state[level] as number, (state[lastEvent] as number) - moved)
    // Ticks promised before have other names now.
    this.#ticks = new TickRate(this.#ticks)
    return tickAt(now, this.#scale)
  }
}

function refused(cost: number): Reservation {
  return { ok: false, cost, actAt: Infinity }
}
