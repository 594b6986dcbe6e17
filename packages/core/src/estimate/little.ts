/** Little's law, measured from both sides. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { SlotWindow } from './slot-window.ts'
import { WindowedMax, WindowedMin } from './windowed-min.ts'

/** How a {@link LittleEstimator} looks back. */
export interface LittleOptions {
  /** Length of the window over which is measured; in ms, 1..86400000 (a day), default 10000. Many times as long as work takes. */
  readonly windowMs?: Millis
  /** Slots of the window; an integer in 2..1000, default 20. */
  readonly slots?: number
  /** How long the best throughput and the shortest time are remembered, for suggestions; >= `windowMs`, default ten windows. */
  readonly memoryMs?: Millis
  /** What a suggested limit has above what the law asks for; 1..10, default 1.25. */
  readonly headroom?: number
}

/** What was measured over a window. The three means come from three different counts. */
export interface LittleSnapshot {
  /** How long the window is at this moment; grows up to `windowMs`. */
  readonly spanMs: Millis
  /** How many are in the system now. */
  readonly inflight: number
  /** L: mean number in the system, by the time integral of that number. */
  readonly meanInflight: number
  /** Lambda: how many left per second. */
  readonly perSecond: number
  /** How many came per second; apart from what is counted in and not yet out the same as `perSecond`. */
  readonly arrivalsPerSecond: number
  /** W: mean time that those who left had been there, in ms, as they were reported; 0 if none left. */
  readonly meanSojournMs: Millis
  /**
   * (L - lambda W) / the larger of the two, -1..1; 0 for an idle window. What is in the system at either end of the window shifts it by
   * about W / `spanMs`. Far from 0 for longer, the feeder is wrong: near 1 departures are missing, negative arrivals are missing or
   * times too long.
   */
  readonly residual: number
  /** Most that left per second over a whole window, within the memory; 0 until a window is full. */
  readonly capacityPerSecond: number
  /** Shortest mean time over a whole window, within the memory, in ms; `Infinity` until somebody has left in a full one. */
  readonly leastSojournMs: Millis
  /** Capacity x shortest time x headroom, at least 1: enough in flight for the most throughput that was seen. 0 while unknown. */
  readonly suggestedLimit: number
  /** Departures without an arrival, and times that were no number >= 0: how often the feeder was certainly wrong. */
  readonly faults: number
}

/** Columns of the window. */
const area = 0
const arrivals = 1
const departures = 2
const sojourns = 3

/**
 * Measures L, lambda and W apart from each other, so that L = lambda W tells whether the measurement can be believed, and what a limit
 * should be: Little's law holds for any stable system, whatever the distributions, and exactly for any stretch of time that begins and
 * ends empty. Tell it of every arrival and every departure; {@link measure} does so for a limiter. For a limit that adjusts itself
 * use {@link KneeLimit}, which is built on the same law.
 *
 * A suggestion knows only what was seen: a system that was never busy has shown no capacity. Amortised O(1) per event, `slots` * 32
 * bytes, allocates nothing but snapshots. A clock that goes back stands still.
 * Source: Little, "A proof for the queuing formula L = lambda W" (1961); sample-path form: Stidham (1974).
 */
export class LittleEstimator {
  readonly #window: SlotWindow
  readonly #windowMs: Millis
  readonly #headroom: number
  readonly #capacity: WindowedMax
  readonly #least: WindowedMin
  #inflight = 0
  #faults = 0

  constructor(options: LittleOptions = {}) {
    const owner = 'LittleEstimator'
    checkKnown(owner, options, ['windowMs', 'slots', 'memoryMs', 'headroom'])
    const { windowMs = 10_000, slots = 20, headroom = 1.25 } = options
    this.#windowMs = checkNumber(owner, 'windowMs', windowMs, { min: 1, max: 86_400_000 })
    checkNumber(owner, 'slots', slots, { min: 2, max: 1000, integer: true })
    const memoryMs = checkNumber(owner, 'memoryMs', options.memoryMs ?? 10 * windowMs, { min: windowMs, max: 3.2e10 })
    this.#headroom = checkNumber(owner, 'headroom', headroom, { min: 1, max: 10 })
    this.#window = new SlotWindow(windowMs, slots, 4)
    this.#capacity = new WindowedMax({ windowMs: memoryMs })
    this.#least = new WindowedMin({ windowMs: memoryMs })
  }

  /** Somebody came in. */
  arrived(now: Millis): void {
    this.#advance(now)
    this.#inflight++
    this.#window.add(arrivals, 1)
  }

  /** Somebody left who says to have been there for so long. */
  departed(now: Millis, sojournMs: Millis): void {
    this.#advance(now)
    if (this.#inflight === 0) this.#faults++
    else this.#inflight--
    this.#window.add(departures, 1)
    if (sojournMs >= 0 && sojournMs < Infinity) this.#window.add(sojourns, sojournMs)
    else this.#faults++
  }

  /** Somebody who came in did not come after all: is no longer there, and never left. */
  withdrawn(now: Millis): void {
    this.#advance(now)
    if (this.#inflight === 0) this.#faults++
    else this.#inflight--
    this.#window.add(arrivals, -1)
  }

  /** All that was measured until `now`. */
  snapshot(now: Millis): LittleSnapshot {
    if (this.#window.isStarted) this.#advance(now)
    const { spanMs } = this.#window
    const left = this.#window.sum(departures)
    const meanInflight = spanMs > 0 ? this.#window.sum(area) / spanMs : 0
    const perSecond = spanMs > 0 ? (left / spanMs) * 1000 : 0
    const meanSojournMs = left > 0 ? this.#window.sum(sojourns) / left : 0
    const capacityPerSecond = Math.max(0, this.#capacity.max(now))
    const leastSojournMs = this.#least.min(now)
    return {
      spanMs,
      inflight: this.#inflight,
      meanInflight,
      perSecond,
      arrivalsPerSecond: spanMs > 0 ? (this.#window.sum(arrivals) / spanMs) * 1000 : 0,
      meanSojournMs,
      residual: residual(meanInflight, (perSecond / 1000) * meanSojournMs),
      capacityPerSecond,
      leastSojournMs,
      suggestedLimit: this.#suggest(capacityPerSecond, leastSojournMs),
      faults: this.#faults,
    }
  }

  #suggest(capacityPerSecond: number, leastSojournMs: Millis): number {
    if (capacityPerSecond === 0 || leastSojournMs === Infinity) return 0
    return Math.max(1, Math.ceil((capacityPerSecond / 1000) * leastSojournMs * this.#headroom))
  }

  /** Adds up who was there until `now`. */
  #advance(now: Millis): void {
    const window = this.#window
    if (!window.isStarted && Number.isFinite(now)) window.start(now)
    if (!window.isNews(now)) return
    if (window.isOver(now)) this.#nextSlots(now)
    window.accrue(area, this.#inflight, now)
  }

  #nextSlots(now: Millis): void {
    const window = this.#window
    const ended = window.slotsUntil(now)
    // After a long pause all but the last of them would be dropped again at once.
    if (ended > window.slots) {
      window.skip(ended - window.slots)
      window.now = window.slotEndsAt - window.slotMs
    }
    while (window.isOver(now)) {
      window.accrue(area, this.#inflight, window.slotEndsAt)
      this.#remember()
      window.next()
    }
  }

  /** A slot has ended: if the window is full by now, what it says counts for suggestions. */
  #remember(): void {
    const window = this.#window
    if (window.spanMs < this.#windowMs * (1 - 1e-9)) return
    const left = window.sum(departures)
    if (left === 0) return
    this.#capacity.add((left / window.spanMs) * 1000, window.now)
    this.#least.add(window.sum(sojourns) / left, window.now)
  }
}

function residual(meanInflight: number, byLaw: number): number {
  const larger = Math.max(meanInflight, byLaw)
  return larger > 0 ? (meanInflight - byLaw) / larger : 0
}
