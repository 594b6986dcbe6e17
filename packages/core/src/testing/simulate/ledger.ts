/** Books of a simulation: what became of every request, by the slice of time in which it was meant to start. */
import type { Millis } from '../../ticket.ts'
import type { SimulatedRequest } from './request.ts'

/** What became of requests; `offered` is always the sum of the other four. */
export interface Tally {
  /** Requests that clients meant to send, retries included. */
  readonly offered: number
  /** Answered in time by the handler. */
  readonly served: number
  /** The handler ran but the client had left: waste. */
  readonly late: number
  /** Told no in time. */
  readonly refused: number
  /** The client left without an answer, and the handler never ran. */
  readonly unanswered: number
}

/** A tally that is being counted. */
export type Counts = { -readonly [field in keyof Tally]: number }

/** Width of the slices in which books are kept. */
export const sliceMs = 250

/** The books of one slice. */
export interface SliceBook {
  readonly counts: Counts
  readonly servedMs: Millis[]
  readonly refusedMs: Millis[]
}

/** An empty tally. */
export function noCounts(): Counts {
  return { offered: 0, served: 0, late: 0, refused: 0, unanswered: 0 }
}

export class Ledger {
  readonly slices: SliceBook[] = []
  readonly byPriority: readonly Counts[] = [noCounts(), noCounts(), noCounts(), noCounts()]
  readonly byKey: Map<string, Counts> = new Map()
  /** Requests whose client still waits. */
  outstanding = 0
  running = 0
  peakRunning = 0

  offer(request: SimulatedRequest): void {
    this.outstanding++
    this.#count(request, 'offered', 1)
  }

  /** The client has an answer, in time. */
  answer(request: SimulatedRequest, now: Millis, kind: 'served' | 'refused'): void {
    this.outstanding--
    this.#count(request, kind, 1)
    const book = this.#book(request)
    const latencies = kind === 'served' ? book.servedMs : book.refusedMs
    latencies.push(now - request.startAt)
  }

  giveUp(request: SimulatedRequest): void {
    this.outstanding--
    this.#count(request, request.started ? 'late' : 'unanswered', 1)
  }

  start(request: SimulatedRequest): void {
    if (++this.running > this.peakRunning) this.peakRunning = this.running
    if (!request.gone) return
    this.#count(request, 'unanswered', -1)
    this.#count(request, 'late', 1)
  }

  end(): void {
    this.running--
  }

  /** At the end: who still waits will never get an answer. */
  close(): void {
    for (const counts of [...this.slices.map((slice) => slice.counts), ...this.byPriority, ...this.byKey.values()]) {
      counts.unanswered = counts.offered - counts.served - counts.late - counts.refused
    }
  }

  #count(request: SimulatedRequest, field: keyof Counts, by: number): void {
    this.#book(request).counts[field] += by
    const counts = this.byPriority[request.priority]
    if (counts !== undefined) counts[field] += by
    let ofKey = this.byKey.get(request.key)
    if (ofKey === undefined) this.byKey.set(request.key, (ofKey = noCounts()))
    ofKey[field] += by
  }

  #book(request: SimulatedRequest): SliceBook {
    const index = Math.floor(request.startAt / sliceMs)
    while (this.slices.length <= index) this.slices.push({ counts: noCounts(), servedMs: [], refusedMs: [] })
    return this.slices[index] as SliceBook
  }
}
