/** A signal whose value is measured in the background, so that reading it costs nothing. */
import type { Millis, Signal } from '@spillway/core'
import { attempt } from './runtime.ts'
import { sharedSampler, type Sampler } from './sampler.ts'

/** Where a signal's readings come from. Tests inject their own. */
export interface Source {
  /** Called before the first `read`. */
  start?(sampler: Sampler): void
  stop?(): void
  /** One reading in the source's unit; `undefined` or NaN when there is nothing new. */
  read(now: Millis): number | undefined
}

/** A {@link Signal} with a lifetime. It starts at its first reading, or by `start`; after `stop` it reads 0 until `start` is called. */
export interface SampledSignal extends Signal, Disposable {
  /** The latest measurement, in the signal's own unit; 0 before there is one. */
  readonly reading: number
  start(): void
  stop(): void
}

/** What every signal of this package can be told. */
export interface SamplingOptions {
  /** Default: the one shared by the whole process. */
  readonly sampler?: Sampler
}

/** What a sampled signal is made of. */
export interface SampledSignalInit {
  readonly name: string
  readonly source: Source
  readonly periodMs: Millis
  /** The reading at which pressure is 1; > 0. */
  readonly limit: number
  readonly sampler: Sampler | undefined
}

/** Pressure beyond this says nothing more, and a bound keeps sums of it finite. */
const highest = 10

class BackgroundSignal implements SampledSignal {
  readonly name: string
  readonly #init: SampledSignalInit
  #state: 'new' | 'running' | 'stopped' = 'new'
  #unsubscribe: (() => void) | undefined = undefined
  #reading = 0
  #pressure = 0

  constructor(init: SampledSignalInit) {
    this.name = init.name
    this.#init = init
  }

  get reading(): number {
    return this.#reading
  }

  pressure(): number {
    if (this.#state === 'new') this.start()
    return this.#pressure
  }

  start(): void {
    if (this.#state === 'running') return
    this.#state = 'running'
    const { source, periodMs, sampler = sharedSampler } = this.#init
    // A runtime that lacks the counter must not cost the application its start: the signal stays at 0.
    attempt(() => source.start?.(sampler))
    this.#unsubscribe = sampler.every(periodMs, (now) => this.#take(source.read(now)))
  }

  stop(): void {
    this.#state = 'stopped'
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    attempt(() => this.#init.source.stop?.())
    this.#reading = this.#pressure = 0
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  #take(reading: number | undefined): void {
    if (reading === undefined || Number.isNaN(reading)) return
    this.#reading = reading
    this.#pressure = Math.min(highest, Math.max(0, reading / this.#init.limit))
  }
}

/** Makes a signal of a source: for measures of your own, the size of a pool or the age of a backlog. */
export function sampledSignal(init: SampledSignalInit): SampledSignal {
  return new BackgroundSignal(init)
}
