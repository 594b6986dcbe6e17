/** How long work of a kind takes, learnt from what was done. */
import { checkFunction, checkKnown, checkNumber } from '../options.ts'
import type { Millis, Ticket } from '../ticket.ts'

/** How a {@link ServiceTimeEstimate} learns. */
export interface ServiceTimeOptions {
  /**
   * The kind of a ticket, such as its route: kinds are estimated apart. `undefined`, a function that throws (`failures` counts that), and
   * kinds beyond `maxKinds` have the estimate of all work together. Pure. Default: all work is of one kind.
   */
  readonly by?: (ticket: Ticket) => string | undefined
  /** How many kinds are told apart; integer 1..65536, default 1024. A kind that was not seen for longest makes room, roughly. */
  readonly maxKinds?: number
  /** Weight of a sample; above 0 up to 1, default 0.125. The first `minSamples` weigh all the same. */
  readonly weight?: number
  /**
   * So many mean deviations are added to the mean; 0..16, default 1. Of exponential times about 63 % take no longer with 0, 82 % with 1,
   * 92 % with 2. More leaves less to chance while capacity is short; but deadlines that are tight even when nothing waits are then
   * refused although most of that work would be done in time.
   */
  readonly deviations?: number
  /** Samples before there is an estimate; integer 1..1000, default 8. */
  readonly minSamples?: number
}

/** What is known of one kind; a copy, safe to keep. */
export interface ServiceTime {
  readonly meanMs: Millis
  /** Mean distance from the mean. */
  readonly deviationMs: Millis
  readonly samples: number
}

/** Longer than this nothing takes that anybody waits for: a day. Longer and negative samples are left out. */
const longestMs: Millis = 86_400_000
/** Least that is refused between two that are let through to find out. */
const refusalsPerProbe = 10
/** And the least time between them. */
const probeMs: Millis = 1000
/** Weight of the first sample after one was let through. */
const probeWeight = 0.5
/** Kinds looked at to find one that makes room. */
const searchKinds = 8

const mean = 0
const deviation = 1
const sampledAt = 2
const probedAt = 3

class Kind {
  samples = 0
  refused = 0
  /** Used since the search for room came by. */
  used = true
  // In an array, for V8 boxes doubles that change in fields: [mean, deviation, time of the last sample, time of the last probe].
  readonly values: Float64Array = new Float64Array([0, 0, -Infinity, -Infinity])
}

/**
 * Mean and mean deviation of the time that work takes, exponentially weighted as TCP does for round trips (Jacobson, 1988; RFC 6298).
 * Fed by {@link DeadlineLimiter} from work that succeeded; O(1), and allocates only when a kind is new.
 *
 * An estimate by which work is refused is never put right by the work that it refuses. So one in ten of those, and at most one in a
 * second, is let through to find out (`fits`); and the next sample weighs half.
 */
export class ServiceTimeEstimate {
  /** How often `by` threw. */
  failures = 0
  readonly #by: ((ticket: Ticket) => string | undefined) | undefined
  readonly #maxKinds: number
  readonly #weight: number
  readonly #deviations: number
  readonly #minSamples: number
  readonly #all: Kind = new Kind()
  // A Map, not an object: `__proto__` is a route like any other.
  readonly #kinds: Map<string, Kind> = new Map()
  #hand: Iterator<[string, Kind]> = this.#kinds.entries()

  constructor(options: ServiceTimeOptions = {}) {
    const owner = 'ServiceTimeEstimate'
    checkKnown(owner, options, ['by', 'maxKinds', 'weight', 'deviations', 'minSamples'])
    const { by, maxKinds = 1024, weight = 0.125, deviations = 1, minSamples = 8 } = options
    this.#by = by === undefined ? undefined : checkFunction(owner, 'by', by)
    this.#maxKinds = checkNumber(owner, 'maxKinds', maxKinds, { min: 1, max: 65_536, integer: true })
    this.#weight = checkNumber(owner, 'weight', weight, { min: Number.MIN_VALUE, max: 1 })
    this.#deviations = checkNumber(owner, 'deviations', deviations, { min: 0, max: 16 })
    this.#minSamples = checkNumber(owner, 'minSamples', minSamples, { min: 1, max: 1000, integer: true })
  }

  /** How many kinds are told apart now. */
  get size(): number {
    return this.#kinds.size
  }

  /** What is known of the kind of this ticket, or of all work while too little is; `undefined` while nothing is. */
  describe(ticket: Ticket): ServiceTime | undefined {
    const { samples, values } = this.#known(ticket)
    if (samples < this.#minSamples) return undefined
    return { meanMs: values[mean] as number, deviationMs: values[deviation] as number, samples }
  }

  /** How long work like this will take; 0 while too little is known. Never throws. */
  estimateMs(ticket: Ticket): Millis {
    return this.#estimate(this.#known(ticket))
  }

  /**
   * Whether work like this will be done within `remainingMs`, as far as is known. Now and then it says yes where the estimate says no,
   * to find out whether that still holds: see above.
   */
  fits(ticket: Ticket, now: Millis, remainingMs: Millis): boolean {
    const kind = this.#known(ticket)
    if (!(this.#estimate(kind) > remainingMs)) return true
    const { values } = kind
    kind.refused++
    const sinceProbe = now - (values[probedAt] as number)
    // Before the last probe: the clock went back.
    if (kind.refused < refusalsPerProbe || (sinceProbe < probeMs && sinceProbe >= 0)) return false
    kind.refused = 0
    values[probedAt] = now
    return true
  }

  /** Work was done, and took so long. */
  sample(ticket: Ticket, now: Millis, tookMs: Millis): void {
    if (!(tookMs >= 0 && tookMs <= longestMs)) return
    this.#learn(this.#all, now, tookMs)
    const name = this.#kindOf(ticket)
    if (name === undefined) return
    let kind = this.#kinds.get(name)
    if (kind === undefined) {
      if (this.#kinds.size >= this.#maxKinds && !this.#makeRoom()) return
      this.#kinds.set(name, (kind = new Kind()))
    }
    kind.used = true
    this.#learn(kind, now, tookMs)
  }

  #estimate({ samples, values }: Kind): Millis {
    if (samples < this.#minSamples) return 0
    return (values[mean] as number) + this.#deviations * (values[deviation] as number)
  }

  #known(ticket: Ticket): Kind {
    const name = this.#kindOf(ticket)
    const kind = name === undefined ? undefined : this.#kinds.get(name)
    if (kind === undefined) return this.#all
    kind.used = true
    return kind.samples < this.#minSamples ? this.#all : kind
  }

  #learn(kind: Kind, now: Millis, tookMs: Millis): void {
    const { values } = kind
    const probed = (values[probedAt] as number) > (values[sampledAt] as number)
    kind.samples++
    // As many samples weigh the same at first as make a mean that can be used.
    const least = kind.samples <= this.#minSamples ? 1 / kind.samples : probed ? probeWeight : 0
    const weight = Math.max(this.#weight, least)
    const error = tookMs - (values[mean] as number)
    values[deviation] = (values[deviation] as number) + weight * (Math.abs(error) - (values[deviation] as number))
    values[mean] = (values[mean] as number) + weight * error
    if (kind.samples === 1) values[deviation] = tookMs / 2
    values[sampledAt] = now
    kind.refused = 0
  }

  #kindOf(ticket: Ticket): string | undefined {
    if (this.#by === undefined) return undefined
    try {
      return this.#by(ticket)
    } catch {
      this.failures++
      return undefined
    }
  }

  /** The hand goes round the kinds, a few steps per call, and takes the place of one that was not used since it last came by. */
  #makeRoom(): boolean {
    for (let i = 0; i < searchKinds; i++) {
      let step = this.#hand.next()
      if (step.done === true) {
        this.#hand = this.#kinds.entries()
        step = this.#hand.next()
      }
      const [name, kind] = step.value as [string, Kind]
      if (!kind.used) return this.#kinds.delete(name)
      kind.used = false
    }
    return false
  }
}
