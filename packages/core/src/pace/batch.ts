/** How many waiters one turn of the loop may start: as many as make a slice of work. */
import type { Clock } from '../clock.ts'
import type { Millis } from '../ticket.ts'

/** One pump starts work worth about this long before it lets the loop turn again. */
const sliceMs = 1
const most = 32
/** Microtasks between a verdict and the end of the first synchronous part of its handler, adapters and middlewares included. */
const settleDepth = 8
const settled: Promise<void> = Promise.resolve()

/** Share of the time that a turn spent on other things which may go into starting more. */
const refill = 0.1

/**
 * A slice, which grows by doubling while work is cheap and is back at one job as soon as it is not; and what makes up for a turn that
 * was long for other reasons: where most of the work comes with replies, places that became free in it would stand empty for long.
 */
export class Batch {
  readonly #clock: Clock
  #slice = 1
  #jobMs: Millis = sliceMs
  #workedMs: Millis = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many to start after a turn that took so long. */
  size(turnMs: Millis): number {
    const otherMs = Math.max(0, turnMs - this.#workedMs)
    this.#workedMs = 0
    return this.#slice + Math.floor((refill * otherMs) / this.#jobMs)
  }

  /** Jobs were started at `from`: measures what they cost before they first waited for something. */
  async started(jobs: number, from: Millis): Promise<void> {
    for (let i = 0; i < settleDepth; i++) await settled
    const workedMs = this.#clock.now() - from
    this.#workedMs += workedMs
    this.#jobMs = Math.max(workedMs / jobs, 0.001)
    this.#slice = Math.max(1, Math.min(most, Math.floor(sliceMs / this.#jobMs), this.#slice * 2))
  }
}
