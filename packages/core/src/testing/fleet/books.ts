/** Books of a fleet: what became of every request, and how many servers were there, by slices of time. */
import type { Millis } from '../../ticket.ts'
import { sliceMs } from '../simulate/ledger.ts'

/** What clients met; `offered` is always the sum of the other four. */
export interface FleetTally {
  /** Requests that clients meant to send, their own retries included, those of the balancer not. */
  readonly offered: number
  /** Answered in time. */
  readonly served: number
  /** Told no in time, by a server that lives. */
  readonly refused: number
  /** Told in time that the server died or that there is none. */
  readonly failed: number
  /** The client left without an answer. */
  readonly timedOut: number
}

/** A tally that is being counted. */
export type FleetCounts = { -readonly [field in keyof FleetTally]: number }

/** The books of one slice. */
export interface FleetSliceBook {
  readonly counts: FleetCounts
  readonly servedMs: Millis[]
  /** Sums over the samples that were taken. */
  samples: number
  alive: number
  inRotation: number
}

/** An empty tally. */
export function noFleetCounts(): FleetCounts {
  return { offered: 0, served: 0, refused: 0, failed: 0, timedOut: 0 }
}

export class FleetBooks {
  readonly slices: FleetSliceBook[] = []
  /** Requests whose client still waits. */
  outstanding = 0

  offer(startAt: Millis): void {
    this.outstanding++
    this.at(startAt).counts.offered++
  }

  end(startAt: Millis, how: Exclude<keyof FleetTally, 'offered'>, now: Millis): void {
    this.outstanding--
    const book = this.at(startAt)
    book.counts[how]++
    if (how === 'served') book.servedMs.push(now - startAt)
  }

  /** Whatever still waits at the end will never get an answer. */
  close(): void {
    for (const { counts } of this.slices)
      counts.timedOut = counts.offered - counts.served - counts.refused - counts.failed
  }

  at(time: Millis): FleetSliceBook {
    const index = Math.floor(time / sliceMs)
    while (this.slices.length <= index)
      this.slices.push({ counts: noFleetCounts(), servedMs: [], samples: 0, alive: 0, inRotation: 0 })
    return this.slices[index] as FleetSliceBook
  }
}
