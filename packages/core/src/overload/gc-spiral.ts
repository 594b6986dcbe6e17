/** Tells the death spiral of a garbage collector before it turns: ever more time for ever less room. */
import { checkKnown, checkNumber } from '../options.ts'
import { highestPressure } from '../signal/reading.ts'
import type { Signal } from '../signal/signal.ts'
import type { Millis } from '../ticket.ts'
import { GcTrend } from './gc-trend.ts'
import { TimeShare } from './time-share.ts'

/** Options of {@link GcSpiral}. */
export interface GcSpiralOptions {
  /** Share of time in collections at which pressure is 1. 0.01 to 1, default 0.3. */
  readonly shareLimit?: number
  /** Share of the heap's limit that survives a full collection at which pressure is 1. 0.01 to 1, default 0.85. */
  readonly liveLimit?: number
  /** Over how long the share of time is taken. 100 to 60,000 ms, default 1000. */
  readonly windowMs?: Millis
  /** How far it looks ahead: as long as shedding takes to show in the heap. 100 to 600,000 ms, default 2000. */
  readonly horizonMs?: Millis
}

/** One garbage collection. */
export interface GcCollection {
  readonly durationMs: Millis
  /** It was a full one, so that what remains is alive. */
  readonly major?: boolean
  /** What the heap holds after it, in bytes, young objects left out where they can be. */
  readonly usedBytes?: number | undefined
  /** What that heap may hold. Without it only the share of time counts. */
  readonly limitBytes?: number | undefined
}

/** What a {@link GcSpiral} knows; a copy, safe to keep. */
export interface GcSpiralSnapshot {
  /** Share of the last window that collections took, 0 to 1. */
  readonly share: number
  /** Share of the limit that survived the last full collection. */
  readonly live: number
  /** Growth of `live` per second; 0 while it is not known, negative while it shrinks. */
  readonly growthPerSecond: number
  /** Until `live` meets its limit if it goes on like that; `Infinity` if it does not grow. */
  readonly fullInMs: Millis
  /** Share of time that collections will take at the horizon if it goes on like that; 1 if there will be no room left. */
  readonly predictedShare: number
  readonly pressure: number
}

/** Below this share of the limit nothing is predicted: a process that starts, or fills a cache, grows fast and means no harm. */
const watchFrom = 0.5

/** A trend is over when this many times its usual gap brought no further full collection. */
const missedGaps = 3

/**
 * What a prediction is worth at most: by default four fifths of `critical` work. Never all, for only work that is let in shows whether it
 * was right; what is measured may do the rest.
 */
const mostPredicted = 1.08

/**
 * Pressure of garbage collection, from what is known of each collection: the largest of
 *
 * - the share of time in collections over `shareLimit`,
 * - what survived the last full collection over `liveLimit`,
 * - and what both will be: `min(horizonMs / fullInMs, predictedShare / shareLimit, 1.08)`, from half of the limit on.
 *
 * A collection costs in proportion to what is alive, and is due whenever the room above that is used up. So the share of time is about
 * `c * live / (1 - live)` of the limit: it doubles slowly and then all at once, and while it rises work takes longer, more of it is in
 * flight, and more is alive. What survives grows long before that shows in time, so the trend of it is what warns. Pure: it is told each
 * collection and asked at any time; O(1). Not exact: `c` is taken from now, and growth for a line.
 *
 * Sources: the model is that of copying collectors (Appel 1987); V8 gives up after four full collections in a row that leave 80 % of the
 * limit in use and less than 40 % of the time to the program.
 */
export class GcSpiral implements Signal {
  readonly name: string = 'gc'
  readonly #shareLimit: number
  readonly #liveLimit: number
  readonly #horizonMs: Millis
  readonly #time: TimeShare
  readonly #trend: GcTrend
  #live = 0

  constructor(options: GcSpiralOptions = {}) {
    const owner = 'GcSpiral'
    checkKnown(owner, options, ['shareLimit', 'liveLimit', 'windowMs', 'horizonMs'])
    const { shareLimit = 0.3, liveLimit = 0.85, windowMs = 1000, horizonMs = 2000 } = options
    this.#shareLimit = checkNumber(owner, 'shareLimit', shareLimit, { min: 0.01, max: 1 })
    this.#liveLimit = checkNumber(owner, 'liveLimit', liveLimit, { min: 0.01, max: 1 })
    this.#horizonMs = checkNumber(owner, 'horizonMs', horizonMs, { min: 100, max: 600_000 })
    checkNumber(owner, 'windowMs', windowMs, { min: 100, max: 60_000 })
    this.#time = new TimeShare(windowMs)
    this.#trend = new GcTrend(windowMs / 10)
  }

  /** A collection ended at `now`. Figures that are none are left out. */
  collected(now: Millis, { durationMs, major = false, usedBytes, limitBytes }: GcCollection): void {
    this.#time.add(now, durationMs)
    const used = shareOf(usedBytes, limitBytes)
    if (used === undefined) return
    // After any other collection some of what is in use is garbage, so no more than that is alive.
    this.#live = major ? used : Math.min(this.#live, used)
    if (major && Number.isFinite(now)) this.#trend.add(now, used)
  }

  pressure(now: Millis): number {
    return this.snapshot(now).pressure
  }

  snapshot(now: Millis): GcSpiralSnapshot {
    const share = this.#time.share(now)
    const live = this.#live
    // Growth that goes on is seen by the next collections: without any, nothing is known of it any more.
    const sinceMs = Math.max(0, now - this.#trend.lastAt)
    const goodForMs = Math.min(this.#horizonMs, missedGaps * this.#trend.meanGapMs)
    // Squares of times overflow if a clock leaps beyond all bounds: of that nothing is learnt.
    const slope = sinceMs <= goodForMs ? this.#trend.slope() || 0 : 0
    const fullInMs = slope > 0 ? Math.max(0, (this.#liveLimit - live) / slope - sinceMs) : Infinity
    const later = slope > 0 ? live + slope * (sinceMs + this.#horizonMs) : live
    const predictedShare = predict(share, live, later)
    const predicted = Math.min(mostPredicted, this.#horizonMs / fullInMs, predictedShare / this.#shareLimit)
    const spiral = live >= watchFrom ? predicted : 0
    const pressure = Math.min(highestPressure, Math.max(share / this.#shareLimit, live / this.#liveLimit, spiral))
    return { share, live, growthPerSecond: slope * 1000, fullInMs, predictedShare, pressure }
  }
}

/** The share of time that collections take when `later` is alive, given what they take while `live` is. */
function predict(share: number, live: number, later: number): number {
  if (later >= 1) return 1
  if (live <= 0) return share
  return Math.min(1, (share * later * (1 - live)) / (live * (1 - later)))
}

function shareOf(usedBytes: number | undefined, limitBytes: number | undefined): number | undefined {
  if (usedBytes === undefined || limitBytes === undefined) return undefined
  const share = usedBytes / limitBytes
  return usedBytes >= 0 && limitBytes > 0 && share < Infinity ? Math.min(1, share) : undefined
}
