/** How many waiters one turn of the loop may start: as many as make a slice of work. */
import type { Clock } from '../clock.ts'
import type { Millis } from '../ticket.ts'

/** One pump starts work worth about this long before it lets the loop turn again. */
const sliceMs = 1
const most = 32
/** Microtasks between a verdict and the end of the first synchronous part of its handler, adapters and middlewares included. */
const settleDepth = 8
const settled: Promise<void> = Promise.resolve()

/** Grows by doubling while work is cheap, and is back at one as soon as it is not. */
export class Batch {
  size = 1
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Jobs were started at `from`: measures what they cost before they first waited for something. Not what the turn cost: replies of
   * earlier work that are read in it are no reason to start less.
   */
  async started(jobs: number, from: Millis): Promise<void> {
    for (let i = 0; i < settleDepth; i++) await settled
    const jobMs = Math.max((this.#clock.now() - from) / jobs, 0.001)
    this.size = Math.max(1, Math.min(most, Math.floor(sliceMs / jobMs), this.size * 2))
  }
}
