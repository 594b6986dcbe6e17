/** What a simulated fleet did: goodput and servers over time, and what became of each server. */
import type { Millis } from '../../ticket.ts'
import { sliceMs } from '../simulate/ledger.ts'
import { quantileOf, type RecoveryOptions } from '../simulate/result.ts'
import { noFleetCounts, type FleetSliceBook, type FleetTally } from './books.ts'
import type { FleetEvent, ServerCounts } from './server.ts'

/** A tally over a stretch of time, by intended start. */
export interface FleetSlice extends FleetTally {
  readonly startMs: Millis
  readonly durationMs: Millis
  /** Served requests per second over the capacity of the whole fleet. */
  readonly goodput: number
  /** 99th percentile from the intended start; NaN if there were none. */
  readonly servedP99Ms: Millis
  /** Servers that ran, in the mean. */
  readonly alive: number
  /** Servers that the checks of the balancer would have get requests, in the mean. */
  readonly inRotation: number
}

/** What became of one server, over all its lives. */
export interface FleetServerResult extends Readonly<ServerCounts> {
  /** How often it was killed. */
  readonly deaths: number
  /** Processor time that it has spent. */
  readonly busyMs: Millis
  /** Most requests that it held at once. */
  readonly peakHeld: number
  /** Handlers that ended in each slice of 250 ms, by the time of their end; those of clients that had left count too. */
  readonly ended: readonly number[]
  /** Health checks of the balancer. */
  readonly probesPassed: number
  readonly probesFailed: number
}

/** What a result is summed up from. */
export interface FleetResultInit {
  readonly books: readonly FleetSliceBook[]
  readonly durationMs: Millis
  readonly capacityPerSecond: number
  readonly servers: readonly FleetServerResult[]
  readonly events: readonly FleetEvent[]
  readonly endedAtMs: Millis
}

/** The outcome of {@link simulateFleet}. All figures count requests by the time at which they were meant to start. */
export class FleetResult {
  readonly total: FleetSlice
  readonly servers: readonly FleetServerResult[]
  /** Deaths, starts, and what the balancer did, in order. */
  readonly events: readonly FleetEvent[]
  /** Of the whole fleet when nobody is slow. */
  readonly capacityPerSecond: number
  readonly endedAtMs: Millis
  readonly #books: readonly FleetSliceBook[]
  readonly #durationMs: Millis

  constructor(init: FleetResultInit) {
    this.#books = init.books
    this.#durationMs = init.durationMs
    this.capacityPerSecond = init.capacityPerSecond
    this.servers = init.servers
    this.events = init.events
    this.endedAtMs = init.endedAtMs
    this.total = this.between(0, Infinity)
  }

  /** Served per second over capacity, of the whole. */
  get goodput(): number {
    return this.total.goodput
  }

  /** How often servers were killed. */
  get deaths(): number {
    return this.servers.reduce((sum, { deaths }) => sum + deaths, 0)
  }

  /** The run in slices of so many seconds, a multiple of 0.25. */
  slices(seconds: number = sliceMs / 1000): readonly FleetSlice[] {
    const step = Math.max(1, Math.round((seconds * 1000) / sliceMs))
    const count = Math.ceil(this.#durationMs / sliceMs / step)
    return Array.from({ length: count }, (_, i) => this.between(i * step * sliceMs, (i + 1) * step * sliceMs))
  }

  /** From `fromMs` (inclusive) to `untilMs` (exclusive), both rounded down to slices of 250 ms. */
  between(fromMs: Millis, untilMs: Millis): FleetSlice {
    const from = Math.floor(fromMs / sliceMs)
    const books = this.#books.slice(from, Math.floor(untilMs / sliceMs))
    const durationMs = Math.max(0, Math.min(untilMs, this.#durationMs) - from * sliceMs)
    const counts = noFleetCounts()
    for (const book of books)
      for (const field of Object.keys(counts) as (keyof FleetTally)[]) counts[field] += book.counts[field]
    const mean = (of: 'alive' | 'inRotation'): number =>
      books.reduce((sum, book) => sum + book[of], 0) / books.reduce((sum, { samples }) => sum + samples, 0)
    const servedMs = books.flatMap((book) => book.servedMs)
    return Object.freeze({
      ...counts,
      startMs: from * sliceMs,
      durationMs,
      goodput: durationMs === 0 ? 0 : (counts.served * 1000) / durationMs / this.capacityPerSecond,
      servedP99Ms: quantileOf(servedMs, 0.99),
      alive: mean('alive'),
      inRotation: mean('inRotation'),
    })
  }

  /**
   * How long after `afterMs` (rounded down to slices of 250 ms) the fleet served as it should again: until the first of several good slices
   * in a row. `Infinity` if it never did.
   */
  recoveryMs(afterMs: Millis, options: RecoveryOptions = {}): Millis {
    const { share = 0.95, p99Ms = Infinity, slices: wanted = 4 } = options
    const from = Math.floor(afterMs / sliceMs) * sliceMs
    let good = 0
    for (let at = from; at + sliceMs <= this.#durationMs; at += sliceMs) {
      const { served, offered, servedP99Ms } = this.between(at, at + sliceMs)
      good = served >= share * offered && !(servedP99Ms > p99Ms) ? good + 1 : 0
      if (good === wanted) return at + sliceMs - wanted * sliceMs - from
    }
    return Infinity
  }
}
