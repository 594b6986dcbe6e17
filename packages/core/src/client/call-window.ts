/** The calls that a circuit breaker judges by: the last so many, or those of the last so long. */
import type { Millis } from '../ticket.ts'
import { SlidingCounts } from './sliding-counts.ts'

/** Remembers how calls ended. */
export interface CallWindow {
  readonly calls: number
  readonly failures: number
  readonly slow: number
  /** Forgets what is too old. */
  advance(now: Millis): void
  /** One call ended. Call `advance` before. */
  add(failed: boolean, slow: boolean): void
  clear(): void
}

const slots = 10
const calls = 0
const failures = 1
const slowCalls = 2

/** The calls of the last `windowMs`; they go at most a tenth of it later. */
export class TimeWindow implements CallWindow {
  readonly #counts: SlidingCounts

  constructor(windowMs: Millis) {
    this.#counts = new SlidingCounts({ windowMs, slots, columns: 3 })
  }

  get calls(): number {
    return this.#counts.sum(calls)
  }

  get failures(): number {
    return this.#counts.sum(failures)
  }

  get slow(): number {
    return this.#counts.sum(slowCalls)
  }

  advance(now: Millis): void {
    this.#counts.advance(now)
  }

  add(failed: boolean, slow: boolean): void {
    this.#counts.add(calls, 1)
    if (failed) this.#counts.add(failures, 1)
    if (slow) this.#counts.add(slowCalls, 1)
  }

  clear(): void {
    this.#counts.clear()
  }
}

const failedBit = 1
const slowBit = 2

/** The last `size` calls. */
export class CountWindow implements CallWindow {
  calls = 0
  failures = 0
  slow = 0
  readonly #ring: Uint8Array
  #next = 0

  constructor(size: number) {
    this.#ring = new Uint8Array(size)
  }

  advance(): void {}

  add(failed: boolean, slow: boolean): void {
    const oldest = this.calls === this.#ring.length ? (this.#ring[this.#next] as number) : 0
    this.failures += (failed ? 1 : 0) - (oldest & failedBit)
    this.slow += (slow ? 1 : 0) - (oldest & slowBit) / slowBit
    this.#ring[this.#next] = (failed ? failedBit : 0) | (slow ? slowBit : 0)
    this.#next = (this.#next + 1) % this.#ring.length
    if (this.calls < this.#ring.length) this.calls++
  }

  clear(): void {
    this.calls = this.failures = this.slow = this.#next = 0
  }
}
