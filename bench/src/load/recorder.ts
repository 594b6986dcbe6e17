/** Keeps the books of a run: per phase, per slice, per class. */
import type { Job } from './job.ts'
import type { SettledOptions } from './options.ts'
import type { PhaseResult, Slice } from './result.ts'
import { Classes, type Ending, Stopwatch, Tally } from './tally.ts'

const maxSlices = 16_384

/** The books of one phase. */
class PhaseBook {
  readonly all: Tally = new Tally()
  completed = 0
  readonly served: Stopwatch = new Stopwatch(3)
  readonly refused: Stopwatch = new Stopwatch(3)
  readonly lag: Stopwatch = new Stopwatch(3)
  readonly priorities: Classes
  readonly tenants: Classes
  readonly paths: Classes

  constructor(options: SettledOptions) {
    this.priorities = new Classes(options.priorities.map(({ name }) => name))
    this.tenants = new Classes(options.tenants.map(({ name }) => name))
    this.paths = new Classes(options.paths.map(({ path }) => path))
  }
}

/** The books of one slice; the stopwatches come from slices that are over. */
interface SliceBook {
  readonly index: number
  readonly phase: number
  readonly all: Tally
  readonly served: Stopwatch
  readonly refused: Stopwatch
  readonly priorities: Classes
}

export class Recorder {
  readonly #options: SettledOptions
  readonly #phases: PhaseBook[]
  /** Slices that have begun and are not settled, oldest first. */
  readonly #open: SliceBook[] = []
  readonly #spare: Stopwatch[] = []
  readonly #slices: Slice[] = []
  readonly #onSlice: ((slice: Slice) => void) | undefined
  #begun = 0
  /** The phase that runs now; past the last one while the last answers come. */
  running = 0

  constructor(options: SettledOptions, onSlice?: (slice: Slice) => void) {
    this.#options = options
    this.#onSlice = onSlice
    this.#phases = options.phases.map(() => new PhaseBook(options))
  }

  /** Opens the slices up to the one that contains `atMs` (from the start of the run). */
  begin(atMs: number, phase: number): void {
    while (this.#begun * this.#options.sliceMs <= atMs) {
      this.#open.push({
        index: this.#begun++,
        phase,
        all: new Tally(),
        served: this.#spare.pop() ?? new Stopwatch(2),
        refused: this.#spare.pop() ?? new Stopwatch(2),
        priorities: new Classes(this.#options.priorities.map(({ name }) => name)),
      })
    }
  }

  offer(job: Job, lagMs: number): void {
    this.#each(job, (tally) => tally.offered++)
    this.#phases[job.phase]?.lag.record(lagMs)
  }

  tried(job: Job): void {
    this.#each(job, (tally) => tally.tries++)
  }

  /** Books the end of a job at the instant when it came. */
  end(job: Job, ending: Ending, latencyMs: number): void {
    this.#each(job, (tally) => tally.end(ending, latencyMs))
    const running = this.#phases[this.running]
    if (ending === 'served' && running !== undefined) running.completed++
    if (ending !== 'served' && ending !== 'refused') return
    this.#phases[job.phase]?.[ending].record(latencyMs)
    this.#slice(job.slice)?.[ending].record(latencyMs)
  }

  /** Hands out, in order, the slices that are over and whose requests have all ended. */
  finish(atMs: number): void {
    let book = this.#open[0]
    while (book !== undefined && (book.index + 1) * this.#options.sliceMs <= atMs && book.all.pending === 0) {
      this.#open.shift()
      this.#close(book, this.#options.sliceMs)
      book = this.#open[0]
    }
  }

  /** Ends the last slices, the very last perhaps shortened. */
  finishAll(endMs: number): void {
    for (const book of this.#open.splice(0)) {
      const lengthMs = Math.min(this.#options.sliceMs, endMs - book.index * this.#options.sliceMs)
      if (lengthMs > 1) this.#close(book, lengthMs)
    }
  }

  /** Nothing is under way. */
  get idle(): boolean {
    return this.#open.every((book) => book.all.pending === 0)
  }

  results(seconds: readonly number[]): { phases: PhaseResult[]; slices: readonly Slice[] } {
    return {
      phases: this.#phases.map((book, index) => this.#phase(book, index, seconds[index] ?? 0)),
      slices: this.#slices,
    }
  }

  #phase(book: PhaseBook, index: number, seconds: number): PhaseResult {
    const counts = book.all.counts()
    return {
      name: this.#options.phases[index]?.name ?? `phase ${index + 1}`,
      seconds,
      ...counts,
      offeredPerSecond: seconds > 0 ? counts.offered / seconds : 0,
      servedPerSecond: seconds > 0 ? counts.served / seconds : 0,
      completed: book.completed,
      completedPerSecond: seconds > 0 ? book.completed / seconds : 0,
      answeredShare: counts.offered > 0 ? counts.answeredIn250 / counts.offered : 1,
      servedLatency: book.served.latency(),
      refusedLatency: book.refused.latency(),
      byPriority: book.priorities.counts(),
      byTenant: book.tenants.counts(),
      byPath: book.paths.counts(),
      sendLag: book.lag.latency(),
    }
  }

  #close(book: SliceBook, lengthMs: number): void {
    const slice: Slice = {
      phase: book.phase,
      atMs: book.index * this.#options.sliceMs,
      lengthMs,
      ...book.all.counts(),
      servedLatency: book.served.latency(),
      refusedLatency: book.refused.latency(),
      byPriority: book.priorities.counts(),
    }
    for (const stopwatch of [book.served, book.refused]) {
      stopwatch.reset()
      this.#spare.push(stopwatch)
    }
    if (this.#slices.push(slice) > maxSlices) this.#slices.shift()
    this.#onSlice?.(slice)
  }

  #slice(index: number): SliceBook | undefined {
    return this.#open[index - (this.#open[0]?.index ?? 0)]
  }

  #each(job: Job, count: (tally: Tally) => void): void {
    const phase = this.#phases[job.phase]
    const slice = this.#slice(job.slice)
    const tallies = [phase?.all, phase?.priorities.at(job.priority), phase?.tenants.at(job.tenant)]
    tallies.push(phase?.paths.at(job.path), slice?.all, slice?.priorities.at(job.priority))
    for (const tally of tallies) if (tally !== undefined) count(tally)
  }
}
