/** Time in whole ticks, so that sums of a rate's intervals are exact however long the process runs. */
import type { Millis } from '../ticket.ts'
import type { FullRate } from './options.ts'

/** Ticks in a ms when nothing else decides: 4 ns each, finer than clocks are. */
const fineTicksPerMs = 2 ** 18
/** A whole burst never spans more ticks than this: four of it still add up exactly. */
const maxSpanTicks = 2 ** 51
/** Ticks count from an origin that moves up before they get here. */
const rebaseAt = 2 ** 52
/** The largest debt that is kept: present plus debt stays below 2^53. */
export const maxDebt: number = 2 ** 52

/**
 * A rate in ticks. One unit costs windowMs / limit = p / q ms (reduced), so with q * m ticks in a ms it costs p * m ticks: an
 * integer. Only where q ticks per ms are too many for a burst to fit into 2^51 of them, or where windowMs is no integer, is the
 * interval rounded, and then up: the rate enforced is below the one asked by a factor of at most 1 + limit * 2^-50 (1e-6
 * for a limit of a billion), never above.
 */
export class TickRate {
  readonly limit: number
  readonly windowMs: Millis
  readonly burst: number
  readonly ticksPerMs: number
  /** Ticks that one unit costs. */
  readonly interval: number
  /** Ticks that a whole burst costs; -1 for a limit of 0, so that not even a cost of 0 fits. */
  readonly span: number

  /** @param headroom how many bursts must add up exactly, >= 1, for whoever counts further ahead; the rounding grows with it */
  constructor(rate: FullRate, headroom = 1) {
    const { limit, windowMs, burst } = rate
    this.limit = limit
    this.windowMs = windowMs
    this.burst = burst
    const common = limit === 0 || !Number.isInteger(windowMs) ? 0 : gcd(limit, windowMs)
    const q = common === 0 ? Infinity : limit / common
    const spanMs = Math.max(windowMs, limit === 0 ? 0 : (burst / limit) * windowMs)
    const most = Math.floor(maxSpanTicks / (spanMs * headroom))
    const fine = Math.min(fineTicksPerMs, most)
    this.ticksPerMs = q <= fine ? q * Math.floor(fine / q) : q <= most ? q : most
    this.interval = limit === 0 ? 1 : q <= most ? (this.ticksPerMs / q) * (windowMs / common) : this.#roundUp()
    this.span = limit === 0 ? -1 : burst * this.interval
  }

  /** Ticks that `cost` units take, rounded up; Infinity for what is no number. */
  need(cost: number): number {
    if (cost === 1) return this.interval
    return cost > 0 ? Math.ceil(cost * this.interval) : cost <= 0 ? 0 : Infinity
  }

  #roundUp(): number {
    // The quotient may itself have been rounded down: a few parts in 2^53 more make sure of the strict side.
    return Math.ceil(((this.ticksPerMs * this.windowMs) / this.limit) * (1 + 2 ** -50))
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

/** How long from `now` until `at`, >= 0, rounded up so that `now` plus it is never before `at`. */
export function until(at: Millis, now: Millis): Millis {
  if (!(at > now)) return 0
  let wait = at - now
  for (let step = (Math.abs(now) + wait) * 2 ** -53; now + wait < at; step *= 2) wait += step
  return wait
}

/** Whole ticks in `ms`. By whole ms and the rest apart: each product is exact. */
export function ticksIn(ms: Millis, ticksPerMs: number): number {
  const whole = Math.floor(ms)
  return whole * ticksPerMs + Math.floor((ms - whole) * ticksPerMs)
}

const present = 0
const whole = 1
const perMs = 2
const part = 3
const most = 4

/**
 * Where ticks are counted from, and how many there are in a ms: `[present tick, whole ms of the origin, ticks per ms, what the origin
 * is beyond them, most ticks that the part of an instant beyond its whole ms comes to]`. The first is free for the owner's use.
 */
export type TickScale = Float64Array

/** A scale without an origin: no instant has a tick. */
export function createScale(ticksPerMs: number): TickScale {
  return new Float64Array([0, NaN, ticksPerMs, NaN, NaN])
}

/** Counts ticks of `ticksPerMs` from `at`. */
export function setOrigin(scale: TickScale, at: Millis, ticksPerMs: number): void {
  scale[whole] = Math.floor(at)
  scale[perMs] = ticksPerMs
  scale[part] = at - Math.floor(at)
  scale[most] = ticksPerMs + Math.floor((Math.floor(at) - at) * ticksPerMs)
}

/**
 * The tick in which the instant `at` is. Whole ms and the rest apart, so that moving the origin by whole ms, see {@link moveOrigin},
 * moves all ticks alike however they are rounded; and never later than the tick of the next whole ms.
 */
export function tickAt(at: Millis, scale: TickScale): number {
  const wholeMs = Math.floor(at)
  const rest = Math.floor((at - wholeMs - (scale[part] as number)) * (scale[perMs] as number))
  const top = scale[most] as number
  return (wholeMs - (scale[whole] as number)) * (scale[perMs] as number) + (rest < top ? rest : top)
}

/** Counts ticks from less than a ms before `at` on; returns by how many every tick is lower. */
export function moveOrigin(scale: TickScale, at: Millis): number {
  const before = scale[whole] as number
  scale[whole] = Math.floor(at)
  if (tickAt(at, scale) < 0) scale[whole] = Math.floor(at) - 1
  return (scale[whole] - before) * (scale[perMs] as number)
}

/** How long from `now` until the finite `tick`, >= 0: the shortest time that, added to `now`, is not before that tick. */
export function untilTick(tick: number, now: Millis, scale: TickScale): Millis {
  if (tickAt(now, scale) >= tick) return 0
  const origin = (scale[whole] as number) + (scale[part] as number)
  let wait = Math.max(0, tick / (scale[perMs] as number) + origin - now)
  // With a part of a tick in it, for at 0 a step of nothing would be taken for ever.
  const least = (Math.abs(now) + wait + 1 / (scale[perMs] as number)) * 2 ** -53
  for (let step = least; tickAt(now + wait, scale) < tick; step *= 2) wait += step
  // Each sum above was rounded, so less may do as well: the double before the sum, or else the one before the wait.
  for (let i = 0; i < 8; i++) {
    const at = now + wait
    let shorter = at - Math.abs(at) * 2 ** -53 - now
    if (!(shorter < wait)) shorter = wait - wait * 2 ** -53
    if (!(shorter >= 0 && shorter < wait) || tickAt(now + shorter, scale) < tick) break
    wait = shorter
  }
  return wait
}

/**
 * The present in ticks since the first instant that it saw. Stands still while the clock goes back, and ignores instants that
 * are not finite. Keeps its doubles in an array that tables share: as fields or arguments V8 may box them.
 */
export class TickClock {
  /** The present tick, and where and how ticks are counted; read only outside. */
  readonly state: TickScale
  readonly #onRebase: (ticks: number) => void

  /** `onRebase` is told by how many ticks every stored tick must be lowered; rare: after 2^52 ticks, 199 days of the finest. */
  constructor(ticksPerMs: number, onRebase: (ticks: number) => void) {
    this.state = createScale(ticksPerMs)
    this.#onRebase = onRebase
  }

  /** Moves the present to `now`, unless that is in the past. */
  advance(now: Millis): void {
    const state = this.state
    const tick = tickAt(now, state)
    if (tick > (state[present] as number) && tick < rebaseAt) state[present] = tick
    else if (!(tick <= (state[present] as number))) this.#restart(now)
  }

  /** The instant of the present, as far as it was told one. */
  get nowMs(): Millis {
    const state = this.state
    return (state[whole] as number) + (state[part] as number) + (state[present] as number) / (state[perMs] as number)
  }

  /** How long from `now` until the present is the finite `tick`: the shortest time that is long enough. */
  until(tick: number, now: Millis): Millis {
    const at = Number.isFinite(now) ? now : this.nowMs
    // Before the first instant, as if that were now.
    return Number.isFinite(at) ? untilTick(tick, at, this.state) : tick / (this.state[perMs] as number)
  }

  /** Starts over at the present with another tick; every stored tick must be recomputed from its distance to the present. */
  retune(ticksPerMs: number, now: Millis): void {
    const last = this.nowMs
    setOrigin(this.state, Number.isFinite(now) && !(now < last) ? now : last, ticksPerMs)
    this.state[present] = 0
  }

  #restart(now: Millis): void {
    const state = this.state
    if (!Number.isFinite(now)) return
    if (Number.isNaN(state[whole])) return setOrigin(state, now, state[perMs] as number)
    const lower = moveOrigin(state, now)
    state[present] = tickAt(now, state)
    this.#onRebase(lower)
  }
}
