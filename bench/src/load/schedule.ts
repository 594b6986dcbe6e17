/** When requests are meant to start: an absolute schedule that never waits for an answer. */
import type { Random } from './random.ts'

/** How the requests are spread: evenly, as a Poisson process, or as Poisson bursts between silences. */
export type ArrivalKind = 'constant' | 'poisson' | 'bursty'

export const arrivalKinds: readonly ArrivalKind[] = ['constant', 'poisson', 'bursty']

/** Mean length of a burst, and the part of the time that is burst: within a burst the rate is 1 / `burstDuty` times the mean. */
const burstMs = 250
const burstDuty = 0.25

export interface ScheduleOptions {
  readonly arrivals: ArrivalKind
  /** Mean requests per second; 0 offers nothing until `setRate`. */
  readonly rate: number
  readonly startMs: number
  readonly random: Random
}

/** The instants at which requests are due. Pure: time comes in as numbers, chance from the seeded generator. */
export class Schedule {
  #nextMs: number
  #originMs: number
  #count = 0
  #rate: number
  /** End of the burst that runs; `Infinity` when the arrivals know no bursts. */
  #burstEndMs = Infinity
  readonly #arrivals: ArrivalKind
  readonly #random: Random

  constructor(options: ScheduleOptions) {
    this.#arrivals = options.arrivals
    this.#random = options.random
    this.#rate = options.rate
    this.#originMs = options.startMs
    this.#nextMs = options.startMs
    this.#restart(options.startMs)
  }

  /** When the next request is due; `Infinity` at rate 0. */
  get nextMs(): number {
    return this.#nextMs
  }

  /** Goes on to the request after the one at `nextMs`. */
  advance(): void {
    if (this.#arrivals !== 'constant') this.#nextMs = this.#randomStep(this.#nextMs)
    else this.#nextMs = this.#originMs + (++this.#count * 1000) / this.#rate
  }

  /** Changes the mean rate from `nowMs` on. */
  setRate(rate: number, nowMs: number): void {
    this.#rate = rate
    this.#restart(Math.max(nowMs, this.#originMs))
    // Otherwise every change of an even rate would add a request at once.
    if (this.#arrivals === 'constant' && rate > 0) this.advance()
  }

  #restart(startMs: number): void {
    this.#originMs = startMs
    this.#count = 0
    if (this.#rate <= 0) this.#nextMs = Infinity
    else if (this.#arrivals === 'constant') this.#nextMs = startMs
    else {
      if (this.#arrivals === 'bursty') this.#burstEndMs = startMs + this.#spread(burstMs)
      this.#nextMs = this.#randomStep(startMs)
    }
  }

  #randomStep(fromMs: number): number {
    const within = this.#arrivals === 'bursty' ? this.#rate / burstDuty : this.#rate
    let next = fromMs - (Math.log(1 - this.#random()) * 1000) / within
    while (next > this.#burstEndMs) {
      const silence = this.#spread((burstMs * (1 - burstDuty)) / burstDuty)
      next += silence
      this.#burstEndMs += silence + this.#spread(burstMs)
    }
    return next
  }

  /** `meanMs`, give or take a half. */
  #spread(meanMs: number): number {
    return meanMs * (0.5 + this.#random())
  }
}
