/** What a simulation found: tallies, latencies and goodput, in total and over time. */
import type { Millis, PriorityName } from '../../ticket.ts'
import { noCounts, sliceMs, type Counts, type Ledger, type SliceBook, type Tally } from './ledger.ts'

/** A tally over a stretch of time, by intended start. */
export interface Slice extends Tally {
  readonly startMs: Millis
  readonly durationMs: Millis
  /** Served requests per second over the server's capacity. */
  readonly goodput: number
  /** Share of the offered that got any answer in time; 1 if none were offered. */
  readonly answered: number
  /** 99th percentile from the intended start; NaN if there were none. */
  readonly servedP99Ms: Millis
  readonly refusedP99Ms: Millis
}

/** When a server counts as recovered. */
export interface RecoveryOptions {
  /** Least share of the offered that is served, 0 to 1. Default 0.95. */
  readonly share?: number
  /** Highest 99th percentile of the served. Default `Infinity`. */
  readonly p99Ms?: Millis
  /** Slices of 250 ms in a row for which that holds. Default 4. */
  readonly slices?: number
}

/** What a simulation is summed up from. */
export interface ResultInit {
  readonly ledger: Ledger
  readonly durationMs: Millis
  readonly capacityPerSecond: number
  readonly endedAtMs: Millis
  /** What the loop did. */
  readonly loop: { readonly events: number; readonly turns: number }
}

/** The outcome of {@link simulate}. All figures count requests by the time at which they were meant to start. */
export class SimulationResult {
  readonly total: Slice
  readonly byPriority: Readonly<Record<PriorityName, Tally>>
  /** By the ticket's key. */
  readonly byKey: ReadonlyMap<string, Tally>
  readonly capacityPerSecond: number
  /** Most handlers that ran at once. */
  readonly peakInflight: number
  /** Virtual time at the end. */
  readonly endedAtMs: Millis
  /** Callbacks that the loop ran: the measure of the simulator's own speed. */
  readonly events: number
  /** Turns of the loop. */
  readonly turns: number
  readonly #books: readonly SliceBook[]
  readonly #durationMs: Millis

  constructor(init: ResultInit) {
    const { ledger } = init
    this.#books = ledger.slices
    this.#durationMs = init.durationMs
    this.capacityPerSecond = init.capacityPerSecond
    this.peakInflight = ledger.peakRunning
    this.endedAtMs = init.endedAtMs
    this.events = init.loop.events
    this.turns = init.loop.turns
    const [first, second, third, fourth] = ledger.byPriority.map((counts) => Object.freeze({ ...counts }))
    const none = noCounts()
    this.byPriority = {
      critical_plus: first ?? none,
      critical: second ?? none,
      sheddable_plus: third ?? none,
      sheddable: fourth ?? none,
    }
    this.byKey = new Map([...ledger.byKey].map(([key, counts]) => [key, Object.freeze({ ...counts })]))
    this.total = this.#sum(this.#books, 0, init.durationMs)
  }

  /** Served per second over capacity, of the whole. Retries that start after the end of the load count too. */
  get goodput(): number {
    return this.total.goodput
  }

  /** Share of the offered that was told yes or no in time. */
  get answered(): number {
    return this.total.answered
  }

  /** A quantile (0 to 1) of the latency of served requests, from their intended start; NaN if there were none. */
  servedLatencyMs(quantile: number): Millis {
    return quantileOf(
      this.#books.flatMap((book) => book.servedMs),
      quantile,
    )
  }

  /** As {@link servedLatencyMs}, of refused ones: how long clients wait for a no. */
  refusedLatencyMs(quantile: number): Millis {
    return quantileOf(
      this.#books.flatMap((book) => book.refusedMs),
      quantile,
    )
  }

  /** Mean latency of served requests; NaN if there were none. */
  get servedMeanMs(): Millis {
    const all = this.#books.flatMap((book) => book.servedMs)
    return all.reduce((sum, ms) => sum + ms, 0) / all.length
  }

  /** The run in slices of so many seconds, a multiple of 0.25. */
  slices(seconds: number = sliceMs / 1000): readonly Slice[] {
    const step = Math.max(1, Math.round((seconds * 1000) / sliceMs))
    const found: Slice[] = []
    for (let i = 0; i * sliceMs < this.#durationMs; i += step)
      found.push(this.between(i * sliceMs, (i + step) * sliceMs))
    return found
  }

  /** From `fromMs` (inclusive) to `untilMs` (exclusive), both rounded down to slices of 250 ms. */
  between(fromMs: Millis, untilMs: Millis): Slice {
    const from = Math.floor(fromMs / sliceMs)
    const until = Math.floor(untilMs / sliceMs)
    return this.#sum(this.#books.slice(from, until), from * sliceMs, Math.min(untilMs, this.#durationMs))
  }

  /**
   * How long after `afterMs` (rounded down to slices of 250 ms) the server served as it should again: until the first of several good
   * slices in a row. `Infinity` if it never did. Makes sense where the load is then below capacity.
   */
  recoveryMs(afterMs: Millis, options: RecoveryOptions = {}): Millis {
    const { share = 0.95, p99Ms = Infinity, slices: wanted = 4 } = options
    const first = Math.floor(afterMs / sliceMs)
    let good = 0
    for (let i = first; i < this.#books.length && (i + 1) * sliceMs <= this.#durationMs; i++) {
      const book = this.#books[i] as SliceBook
      const { offered, served } = book.counts
      const fine = served >= share * offered && !(quantileOf(book.servedMs, 0.99) > p99Ms)
      good = fine ? good + 1 : 0
      if (good === wanted) return (i + 1 - wanted - first) * sliceMs
    }
    return Infinity
  }

  #sum(books: readonly SliceBook[], startMs: Millis, untilMs: Millis): Slice {
    const counts: Counts = noCounts()
    for (const book of books) {
      for (const field of Object.keys(counts) as (keyof Counts)[]) counts[field] += book.counts[field]
    }
    const durationMs = Math.max(0, untilMs - startMs)
    return Object.freeze({
      ...counts,
      startMs,
      durationMs,
      goodput: durationMs === 0 ? 0 : counts.served / ((durationMs / 1000) * this.capacityPerSecond),
      answered: counts.offered === 0 ? 1 : (counts.served + counts.refused) / counts.offered,
      servedP99Ms: quantileOf(
        books.flatMap((book) => book.servedMs),
        0.99,
      ),
      refusedP99Ms: quantileOf(
        books.flatMap((book) => book.refusedMs),
        0.99,
      ),
    })
  }
}

/** The nearest-rank quantile; NaN of nothing. */
export function quantileOf(values: readonly number[], quantile: number): number {
  if (values.length === 0) return NaN
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * quantile) - 1))] as number
}
