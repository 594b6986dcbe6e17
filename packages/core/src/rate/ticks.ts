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

  constructor(rate: FullRate) {
    const { limit, windowMs, burst } = rate
    this.limit = limit
    this.windowMs = windowMs
    this.burst = burst
    const common = limit === 0 || !Number.isInteger(windowMs) ? 0 : gcd(limit, windowMs)
    const q = common === 0 ? Infinity : limit / common
    const spanMs = Math.max(windowMs, limit === 0 ? 0 : (burst / limit) * windowMs)
    const most = Math.floor(maxSpanTicks / spanMs)
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

/** Where ticks are counted from, and how many there are in a ms. */
export interface TickScale {
  readonly origin: Millis
  readonly ticksPerMs: number
}

/** Whole ticks in `ms`. By whole ms and the rest apart: each product is exact, so the answer does not hang on the origin. */
export function ticksIn(ms: Millis, ticksPerMs: number): number {
  const whole = Math.floor(ms)
  return whole * ticksPerMs + Math.floor((ms - whole) * ticksPerMs)
}

/** How long from `now` until the finite `tick`, >= 0, rounded up so that `now` plus it is never before that tick. */
export function untilTick(tick: number, now: Millis, scale: TickScale): Millis {
  const { origin: from, ticksPerMs } = scale
  let wait = Math.max(0, tick / ticksPerMs + from - now)
  for (let step = (Math.abs(now) + wait) * 2 ** -53; ticksIn(now + wait - from, ticksPerMs) < tick; step *= 2)
    wait += step
  return wait
}

const present = 0
const origin = 1
const perMs = 2

/**
 * The present in ticks since the first instant that it saw. Stands still while the clock goes back, and ignores instants that
 * are not finite. Keeps its doubles in an array that tables share: as fields or arguments V8 may box them.
 */
export class TickClock {
  /** `[present tick, origin in ms, ticks per ms]`; read only outside. */
  readonly state: Float64Array
  readonly #onRebase: (ticks: number) => void

  /** `onRebase` is told by how many ticks every stored tick must be lowered; rare: after 2^52 ticks, 199 days of the finest. */
  constructor(ticksPerMs: number, onRebase: (ticks: number) => void) {
    this.state = new Float64Array([0, NaN, ticksPerMs])
    this.#onRebase = onRebase
  }

  /** Moves the present to `now`, unless that is in the past. */
  advance(now: Millis): void {
    const state = this.state
    const tick = ticksIn(now - (state[origin] as number), state[perMs] as number)
    if (tick > (state[present] as number) && tick < rebaseAt) state[present] = tick
    else if (!(tick <= (state[present] as number))) this.#restart(now)
  }

  /** How long from `now` until the present is the finite `tick`, rounded up: `now` plus it is never too early. */
  until(tick: number, now: Millis): Millis {
    const state = this.state
    const from = state[origin] as number
    const ticksPerMs = state[perMs] as number
    const at = Number.isFinite(now) ? now : from + (state[present] as number) / ticksPerMs
    return untilTick(tick, at, { origin: from, ticksPerMs })
  }

  /** Starts over at the present with another tick; every stored tick must be recomputed from its distance to the present. */
  retune(ticksPerMs: number, now: Millis): void {
    const state = this.state
    const last = (state[origin] as number) + (state[present] as number) / (state[perMs] as number)
    state[origin] = Number.isFinite(now) && !(now < last) ? now : last
    state[present] = 0
    state[perMs] = ticksPerMs
  }

  #restart(now: Millis): void {
    const state = this.state
    if (!Number.isFinite(now)) return
    const from = state[origin] as number
    const ticksPerMs = state[perMs] as number
    // By whole ms: they are whole ticks, so no stored tick moves against the others or against instants told before.
    const next = Number.isNaN(from) ? now : from + Math.floor(now - from)
    state[origin] = next
    state[present] = ticksIn(now - next, ticksPerMs)
    if (!Number.isNaN(from)) this.#onRebase(ticksIn(next - from, ticksPerMs))
  }
}
