/** How often something happens: decaying, or over a window. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { checkTimeConstant } from './ewma.ts'
import { SlotWindow } from './slot-window.ts'

const count = 0
const at = 1
const seen = 2

/** How a {@link RateMeter} forgets. */
export interface RateMeterOptions {
  /** An event of this age counts 1/e (37 %) of a new one; in ms, 0.001..31557600000 (a year). */
  readonly timeConstantMs: Millis
  /** Since when is counted. Default: since the first event, which then only says when the counting began. */
  readonly startAt?: Millis
}

/**
 * Events per second, remembered with weight exp(-age / timeConstantMs): one number of state, smooth, and right from the beginning, for it
 * is divided by the weight of the time that was really seen: exp-weighted events / exp-weighted time. For events that come by chance it
 * is unbiased at any moment; for events exactly g ms apart it stays between x / (e^x - 1) and x / (1 - e^-x) of the truth, x = g /
 * timeConstantMs. Use {@link WindowRateMeter} where what is long ago must not count at all.
 * O(1), allocates nothing. A clock that goes back stands still; counts that are not finite or negative are ignored.
 */
export class RateMeter {
  readonly #timeConstantMs: Millis
  readonly #startAt: Millis
  // Weighted count, weighted time that was seen as a share of all there is, and when both were true.
  readonly #state: Float64Array = new Float64Array([0, NaN, 0])

  constructor(options: RateMeterOptions) {
    checkKnown('RateMeter', options, ['timeConstantMs', 'startAt'])
    this.#timeConstantMs = checkTimeConstant('RateMeter', options.timeConstantMs)
    this.#startAt = checkStart('RateMeter', options.startAt)
    this.#state[at] = this.#startAt
  }

  /** `events` happened: 1 unless you say otherwise. */
  add(now: Millis, events = 1): void {
    if (!(events >= 0 && events < Infinity) || !Number.isFinite(now)) return
    if (Number.isNaN(this.#state[at])) {
      this.#state[at] = now
      return
    }
    this.#decay(now)
    this.#state[count]! += events
  }

  /** Events per second at `now`; 0 while no time has passed. */
  perSecond(now: Millis): number {
    if (!Number.isFinite(now) || Number.isNaN(this.#state[at])) return 0
    this.#decay(now)
    const seenMs = (this.#state[seen] as number) * this.#timeConstantMs
    return seenMs > 0 ? ((this.#state[count] as number) / seenMs) * 1000 : 0
  }

  /** Forgets everything and starts anew, with the first event or at `startAt`. */
  reset(startAt: Millis = NaN): void {
    this.#state.set([0, startAt, 0])
  }

  #decay(now: Millis): void {
    const sinceMs = now - (this.#state[at] as number)
    if (!(sinceMs > 0)) return
    const keep = Math.exp(-sinceMs / this.#timeConstantMs)
    this.#state[count]! *= keep
    // Grows from 0 to 1: expm1, for near 0 the difference would be lost.
    this.#state[seen] = (this.#state[seen] as number) * keep - Math.expm1(-sinceMs / this.#timeConstantMs)
    this.#state[at] = now
  }
}

/** The window of a {@link WindowRateMeter}. */
export interface WindowRateMeterOptions {
  /** Length of the window; in ms, 0.001..31557600000 (a year). */
  readonly windowMs: Millis
  /** Slots of the window; an integer in 2..1000, default 10. More forget more smoothly, at 8 bytes and a little time of each read. */
  readonly slots?: number
  /** As of a {@link RateMeter}. */
  readonly startAt?: Millis
}

/**
 * Events per second over a sliding window: exactly the events since a moment between `windowMs * (1 - 1 / slots)` and `windowMs` ago, over
 * exactly that time; over all the time there was while that is less. What is older counts nothing, and after a pause of `windowMs` it
 * says 0. Use {@link RateMeter} for a smooth figure and less memory.
 * `add` is O(1), after a pause O(slots); reading is O(slots). Allocates nothing. A clock that goes back stands still.
 */
export class WindowRateMeter {
  readonly #window: SlotWindow

  constructor(options: WindowRateMeterOptions) {
    const owner = 'WindowRateMeter'
    checkKnown(owner, options, ['windowMs', 'slots', 'startAt'])
    const windowMs = checkNumber(owner, 'windowMs', options.windowMs, { min: 0.001, max: 31_557_600_000 })
    const slots = checkNumber(owner, 'slots', options.slots ?? 10, { min: 2, max: 1000, integer: true })
    this.#window = new SlotWindow(windowMs, slots, 1)
    const startAt = checkStart(owner, options.startAt)
    if (!Number.isNaN(startAt)) this.#window.start(startAt)
  }

  /** `events` happened: 1 unless you say otherwise. */
  add(now: Millis, events = 1): void {
    if (!(events >= 0 && events < Infinity) || !Number.isFinite(now)) return
    if (!this.#window.isStarted) return this.#window.start(now)
    this.#advance(now)
    this.#window.add(0, events)
  }

  /** Events per second at `now`; 0 while no time has passed. */
  perSecond(now: Millis): number {
    const { isStarted } = this.#window
    if (isStarted && Number.isFinite(now)) this.#advance(now)
    const { spanMs } = this.#window
    return spanMs > 0 ? (this.#window.sum(0) / spanMs) * 1000 : 0
  }

  /** How far back it looks at this moment. */
  get spanMs(): Millis {
    return this.#window.spanMs
  }

  /** Forgets everything and starts anew with the first event. */
  reset(): void {
    this.#window.reset()
  }

  #advance(now: Millis): void {
    if (!this.#window.isNews(now)) return
    this.#window.now = now
    if (this.#window.isOver(now)) this.#window.skip(this.#window.slotsUntil(now))
  }
}

function checkStart(owner: string, startAt: Millis | undefined): Millis {
  if (startAt === undefined) return NaN
  return checkNumber(owner, 'startAt', startAt, { min: -Number.MAX_VALUE, max: Number.MAX_VALUE })
}
