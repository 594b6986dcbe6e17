/** Quantiles of a stream, to within a share of the truth. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { checkTimeConstant } from './ewma.ts'

/** What a {@link QuantileSketch} can tell apart. */
export interface QuantileSketchOptions {
  /** Largest relative error; 0.0001..0.5, default 0.01. Half of it takes twice the memory. */
  readonly relativeError?: number
  /** Smaller samples count as 0; > 0, default 0.001. */
  readonly min?: number
  /** Larger samples count as this; > `min`, default 3600000: an hour in ms. */
  readonly max?: number
  /** A sample of this age counts 1/e (37 %) of a new one; default `Infinity`: all count alike, and `now` is not looked at. */
  readonly timeConstantMs?: Millis
}

/** Weights are scaled down before they grow beyond this; with so many time constants between, that is seldom. */
const mostTimeConstants = 200
/** A sketch has at most this many buckets (8 bytes each). */
const mostBuckets = 1_000_000

const total = 0
const landmark = 1

/**
 * Counts samples in buckets whose bounds grow by a constant factor, so that every quantile of samples in `min..max` comes within
 * `relativeError` of the sample that holds its rank: of sorted samples, the one at index floor(q * (n - 1)). 1,100 buckets by default, 9
 * kB, made once; `add` is O(1) and allocates nothing, `quantile` looks along the buckets. Mergeable: what two sketches of the same
 * shape counted, one can count.
 *
 * With a `timeConstantMs` it forgets: each sample has weight exp(-age / timeConstantMs), by scaling new ones up rather than old ones
 * down. Samples that are negative or not finite are ignored.
 * Source: Masson, Rim, Lee, "DDSketch" (VLDB 2019), with a fixed range of buckets; forward decay of Cormode et al. (ICDE 2009).
 */
export class QuantileSketch {
  readonly #gamma: number
  readonly #logGamma: number
  readonly #min: number
  readonly #max: number
  readonly #timeConstantMs: Millis
  /** Bucket of `min`; bucket i holds (gamma^(i-1), gamma^i]. */
  readonly #lowest: number
  /** First those below `min`. */
  readonly #weights: Float64Array
  /** Total weight, and the time at which a new sample weighs 1. */
  readonly #state: Float64Array = new Float64Array([0, NaN])

  constructor(options: QuantileSketchOptions = {}) {
    const owner = 'QuantileSketch'
    checkKnown(owner, options, ['relativeError', 'min', 'max', 'timeConstantMs'])
    const { relativeError = 0.01, min = 0.001, max = 3_600_000, timeConstantMs = Infinity } = options
    checkNumber(owner, 'relativeError', relativeError, { min: 0.0001, max: 0.5 })
    checkNumber(owner, 'min', min, { min: 1e-300, max: 1e300 })
    checkNumber(owner, 'max', max, { min: min * 1.000001, max: 1e300 })
    if (timeConstantMs !== Infinity) checkTimeConstant(owner, timeConstantMs)
    this.#gamma = (1 + relativeError) / (1 - relativeError)
    this.#logGamma = Math.log(this.#gamma)
    this.#min = min
    this.#max = max
    this.#timeConstantMs = timeConstantMs
    this.#lowest = this.#indexOf(min)
    const buckets = this.#indexOf(max) - this.#lowest + 2
    if (buckets > mostBuckets)
      throw new RangeError(
        `${owner}: "relativeError", "min" and "max" need ${buckets} buckets, at most ${mostBuckets} allowed`,
      )
    this.#weights = new Float64Array(buckets)
  }

  /** How many samples there are, each by its weight now. */
  count(now: Millis = 0): number {
    return (this.#state[total] as number) / this.#weightAt(now)
  }

  /** Counts a sample; `now` matters only with a `timeConstantMs`. */
  add(sample: number, now: Millis = 0): void {
    if (!(sample >= 0 && sample < Infinity)) return
    const weight = this.#timeConstantMs === Infinity ? 1 : this.#weigh(now)
    const clipped = sample > this.#max ? this.#max : sample
    const bucket = clipped < this.#min ? 0 : this.#indexOf(clipped) - this.#lowest + 1
    this.#weights[bucket]! += weight
    this.#state[total]! += weight
  }

  /** The sample below which a share `q` (0..1) of all lies; NaN while there is none. Throws a RangeError for another `q`. */
  quantile(q: number): number {
    checkNumber('QuantileSketch', 'q', q, { min: 0, max: 1 })
    const all = this.#state[total] as number
    if (all === 0) return NaN
    // With equal weights the rank counts from 0 to n - 1; decayed weights have no such step.
    const rank = this.#timeConstantMs === Infinity ? Math.floor(q * (all - 1)) : q * all
    let below = 0
    let last = 0
    for (let bucket = 0; bucket < this.#weights.length; bucket++) {
      const weight = this.#weights[bucket] as number
      if (weight === 0) continue
      below += weight
      last = bucket
      if (below > rank) break
    }
    return this.#valueOf(last)
  }

  /** Counts what `other` has counted. Throws a TypeError if it was made with other options. */
  merge(other: QuantileSketch): void {
    const same = other.#gamma === this.#gamma && other.#min === this.#min && other.#max === this.#max
    if (!same || other.#timeConstantMs !== this.#timeConstantMs)
      throw new TypeError('QuantileSketch: only sketches made with the same options can be merged')
    const theirs = other.#state[landmark] as number
    if (this.#timeConstantMs !== Infinity && !Number.isNaN(theirs)) this.#weigh(theirs)
    const scale = this.#timeConstantMs === Infinity ? 1 : this.#weightAt(theirs)
    for (let i = 0; i < this.#weights.length; i++) this.#weights[i]! += (other.#weights[i] as number) * scale
    this.#state[total]! += (other.#state[total] as number) * scale
  }

  /** Forgets everything. */
  reset(): void {
    this.#weights.fill(0)
    this.#state.set([0, NaN])
  }

  #indexOf(sample: number): number {
    return Math.ceil(Math.log(sample) / this.#logGamma)
  }

  /** What is as far from the lower bound of its bucket as from the upper one, relatively. */
  #valueOf(bucket: number): number {
    if (bucket === 0) return 0
    const value = (2 * Math.exp((bucket - 1 + this.#lowest) * this.#logGamma)) / (this.#gamma + 1)
    return value
  }

  /** The weight of a sample that comes now, after scaling all others down if it were too large. */
  #weigh(now: Millis): number {
    if (!Number.isFinite(now)) return 0
    if (Number.isNaN(this.#state[landmark])) this.#state[landmark] = now
    if (now - (this.#state[landmark] as number) > mostTimeConstants * this.#timeConstantMs) {
      const scale = 1 / this.#weightAt(now)
      for (let i = 0; i < this.#weights.length; i++) this.#weights[i]! *= scale
      this.#state[total]! *= scale
      this.#state[landmark] = now
    }
    return this.#weightAt(now)
  }

  #weightAt(now: Millis): number {
    const since = now - (this.#state[landmark] as number)
    return this.#timeConstantMs === Infinity || Number.isNaN(since) ? 1 : Math.exp(since / this.#timeConstantMs)
  }
}
