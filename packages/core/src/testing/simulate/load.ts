/** How much work arrives when: shapes of load in multiples of the server's capacity, and the arrivals drawn from them. */
import type { Random } from '../../clock.ts'
import type { Millis } from '../../ticket.ts'
import { seededRandom } from './random.ts'

/** Offered load at a time of the simulation, as a multiple of the server's capacity: 1 is exactly full. */
export type Load = (atMs: Millis) => number

/** From `fromMs` (inclusive) until `untilMs` (exclusive) the load is `peak`, else `base`. */
export interface SpikeOptions {
  readonly base: number
  readonly peak: number
  readonly fromMs: Millis
  readonly untilMs: Millis
}

/** Again and again `onMs` of `high` load, then `offMs` of `low`. */
export interface BurstOptions {
  readonly high: number
  readonly low: number
  readonly onMs: Millis
  readonly offMs: Millis
}

/** From `from` at `startMs` in a straight line to `to` at `endMs`; constant before and after. */
export interface RampOptions {
  readonly from: number
  readonly to: number
  readonly startMs: Millis
  readonly endMs: Millis
}

/** Two levels, each held for a time drawn from an exponential distribution: traffic that comes in waves which nobody can foresee. */
export interface OnOffOptions {
  readonly high: number
  readonly low: number
  readonly meanOnMs: Millis
  readonly meanOffMs: Millis
  /** Of the times alone; integer in 0..2^32-1, default 1. */
  readonly seed?: number
}

/** Shapes of load. A plain number in a workload is a constant one. */
export const load = {
  /** `before` until `atMs`, `after` from then on. */
  step(atMs: Millis, before: number, after: number): Load {
    return (at) => (at < atMs ? before : after)
  },
  /** A peak between two times. */
  spike(options: SpikeOptions): Load {
    return (at) => (at >= options.fromMs && at < options.untilMs ? options.peak : options.base)
  },
  /** On and off. */
  bursts(options: BurstOptions): Load {
    const { high, low, onMs, offMs } = options
    return (at) => (at % (onMs + offMs) < onMs ? high : low)
  },
  /** A straight line between two levels. */
  ramp(options: RampOptions): Load {
    const { from, to, startMs, endMs } = options
    return (at) => from + (to - from) * Math.max(0, Math.min(1, (at - startMs) / (endMs - startMs)))
  },
  /** Waves of random length, beginning with `low`. Ask it for times that do not go back. */
  onOff(options: OnOffOptions): Load {
    const { high, low, meanOnMs, meanOffMs, seed = 1 } = options
    const random = seededRandom(seed)
    let on = true
    let endsAt = 0
    return (at) => {
      for (; endsAt <= at; endsAt -= Math.log(1 - random()) * (on ? meanOnMs : meanOffMs)) on = !on
      return on ? high : low
    }
  },
}

/** What an arrival process is drawn from. */
export interface ArrivalOptions {
  readonly load: Load
  readonly perSecondAtFull: number
  readonly poisson: boolean
  readonly random: Random
}

/** Longest stretch over which the rate is taken as constant: how exactly a step of the load is followed. */
const strideMs = 5

/** When the next request starts after one at `atMs`; `Infinity` if none does before `endMs`. Open loop: replies do not matter. */
export function nextArrival(atMs: Millis, endMs: Millis, options: ArrivalOptions): Millis {
  // The integral of the rate until the next arrival: exponential for Poisson arrivals, 1 for evenly spaced ones.
  let missing = options.poisson ? -Math.log(1 - options.random()) : 1
  for (let at = atMs; at < endMs; at += strideMs) {
    const perMs = (Math.max(0, options.load(at)) * options.perSecondAtFull) / 1000
    if (missing <= perMs * strideMs) return at + missing / perMs < endMs ? at + missing / perMs : Infinity
    missing -= perMs * strideMs
  }
  return Infinity
}
