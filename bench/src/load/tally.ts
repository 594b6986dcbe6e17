/** Counting: what happened to requests, and how long it took. */
import { build, type Histogram } from 'hdr-histogram-js'
import type { Counts, Latency } from './result.ts'

/** How a request ended. */
export type Ending = 'served' | 'refused' | 'failed' | 'unanswered' | 'errors'

/** Longest latency that is told apart. */
const longestUs = 120_000_000

export class Tally implements Counts {
  offered = 0
  served = 0
  refused = 0
  failed = 0
  unanswered = 0
  errors = 0
  answeredIn250 = 0
  tries = 0

  end(ending: Ending, latencyMs: number): void {
    this[ending]++
    if ((ending === 'served' || ending === 'refused') && latencyMs <= 250) this.answeredIn250++
  }

  get pending(): number {
    return this.offered - this.served - this.refused - this.failed - this.unanswered - this.errors
  }

  counts(): Counts {
    const { offered, served, refused, failed, unanswered, errors, answeredIn250, tries } = this
    return { offered, served, refused, failed, unanswered, errors, answeredIn250, tries }
  }
}

/** A histogram of milliseconds, kept in microseconds. */
export class Stopwatch {
  readonly #histogram: Histogram

  /** `digits`: significant decimal digits of a quantile; 2 is small enough to keep many. */
  constructor(digits: 2 | 3) {
    this.#histogram = build({
      bitBucketSize: 32,
      highestTrackableValue: longestUs,
      numberOfSignificantValueDigits: digits,
      autoResize: false,
    })
  }

  record(ms: number): void {
    this.#histogram.recordValue(Math.min(longestUs, Math.max(0, Math.round(ms * 1000))))
  }

  reset(): void {
    this.#histogram.reset()
  }

  latency(): Latency {
    const histogram = this.#histogram
    const count = histogram.totalCount
    if (count === 0) return { count, p50: undefined, p99: undefined, max: undefined }
    // A quantile is the upper edge of its bucket; never report more than was ever seen.
    const quantile = (percent: number): number => Math.min(histogram.getValueAtPercentile(percent), histogram.maxValue)
    return { count, p50: quantile(50) / 1000, p99: quantile(99) / 1000, max: histogram.maxValue / 1000 }
  }
}

/** One tally per class, by name. */
export class Classes {
  readonly #names: readonly string[]
  readonly #tallies: readonly Tally[]

  constructor(names: readonly string[]) {
    this.#names = names
    this.#tallies = names.map(() => new Tally())
  }

  /** The tally of class number `index`, or `undefined` when the run knows no such classes. */
  at(index: number): Tally | undefined {
    return this.#tallies[index]
  }

  counts(): Record<string, Counts> {
    const counts: Record<string, Counts> = {}
    for (const [index, name] of this.#names.entries()) counts[name] = (this.#tallies[index] ?? new Tally()).counts()
    return counts
  }
}
