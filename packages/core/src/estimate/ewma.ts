/** Means that forget: by the number of samples, or by time. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'

// Doubles that change live in arrays: as fields V8 would box each new value.
const sum = 0
const weight = 1
const at = 2

/** How an {@link Ewma} forgets. */
export interface EwmaOptions {
  /** Share of the newest sample in the mean once many were seen; > 0 and <= 1. About 2 / weight samples are remembered. */
  readonly weight: number
}

/**
 * The mean of the samples so far, each counting `1 - weight` times as much as the one after it. Use {@link TimeEwma} where samples come
 * at an uneven pace and it is their age that matters. The first sample has no more than its share: after n samples this is exactly
 * their weighted mean, with no bias towards 0 or towards the first. O(1), allocates nothing. What is not finite is ignored.
 */
export class Ewma {
  readonly #keep: number
  readonly #state: Float64Array = new Float64Array(2)

  constructor(options: EwmaOptions) {
    checkKnown('Ewma', options, ['weight'])
    this.#keep = 1 - checkNumber('Ewma', 'weight', options.weight, { min: Number.MIN_VALUE, max: 1 })
  }

  /** The mean; NaN before the first sample. */
  get value(): number {
    return (this.#state[sum] as number) / (this.#state[weight] as number)
  }

  add(sample: number): void {
    if (!Number.isFinite(sample)) return
    this.#state[sum] = (this.#state[sum] as number) * this.#keep + sample
    this.#state[weight] = (this.#state[weight] as number) * this.#keep + 1
  }

  /** Forgets everything. */
  reset(): void {
    this.#state.fill(0)
  }
}

/** How a {@link TimeEwma} forgets. */
export interface TimeEwmaOptions {
  /** A sample of this age counts 1/e (37 %) of a new one; in ms, > 0, finite. */
  readonly timeConstantMs: Millis
}

/**
 * The mean of the samples so far, each weighted by exp(-age / timeConstantMs), whatever the pace at which they come: a burst counts by
 * its samples, and after a long pause the first new sample is all there is. Use {@link Ewma} to forget by count. O(1), allocates
 * nothing. What is not finite is ignored; a clock that goes back stands still.
 */
export class TimeEwma {
  readonly #timeConstantMs: Millis
  readonly #state: Float64Array = new Float64Array(3)

  constructor(options: TimeEwmaOptions) {
    checkKnown('TimeEwma', options, ['timeConstantMs'])
    this.#timeConstantMs = checkTimeConstant('TimeEwma', options.timeConstantMs)
  }

  /** The mean; NaN before the first sample. It does not change while none comes: all age alike. */
  get value(): number {
    return (this.#state[sum] as number) / (this.#state[weight] as number)
  }

  add(sample: number, now: Millis): void {
    if (!Number.isFinite(sample) || !Number.isFinite(now)) return
    const sinceMs = now - (this.#state[at] as number)
    if (sinceMs > 0 || (this.#state[weight] as number) === 0) this.#state[at] = now
    const keep = sinceMs > 0 ? Math.exp(-sinceMs / this.#timeConstantMs) : 1
    this.#state[sum] = (this.#state[sum] as number) * keep + sample
    this.#state[weight] = (this.#state[weight] as number) * keep + 1
  }

  /** Forgets everything. */
  reset(): void {
    this.#state.fill(0)
  }
}

/** Checks a time constant: from a microsecond to a year. */
export function checkTimeConstant(owner: string, timeConstantMs: Millis): Millis {
  return checkNumber(owner, 'timeConstantMs', timeConstantMs, { min: 0.001, max: 31_557_600_000 })
}
