/** What is known so far about both twins, brought into the form that is shown. */
import type { Slice } from '@spillway/bench/load'
import type { TwinReport } from '../messages.ts'

/** The last second of a twin, as its clients saw it. Rates are per second. */
export interface Moment {
  readonly offered: number
  readonly served: number
  readonly refused: number
  /** Gave up, or lost the connection. */
  readonly unanswered: number
  /** Served or refused within 250 ms, of those who asked; 0 to 1. */
  readonly answeredShare: number
  /** The worst of the quarters of the second. */
  readonly p99Ms: number | undefined
}

/** One twin: its last second, its whole run, and what it says of itself. */
export interface SideBoard {
  readonly now: Moment
  readonly slices: readonly Slice[]
  readonly report: TwinReport
  /** Refusals per second by reason; only reasons that occur. */
  readonly reasons: Readonly<Record<string, number>>
}

const slicesPerSecond = 4

/** Collects one twin's slices and reports. */
export class SideRecord {
  readonly #slices: Slice[] = []
  readonly #refused: Readonly<Record<string, number>>[] = []

  add(slice: Slice): void {
    this.#slices.push(slice)
  }

  get slices(): readonly Slice[] {
    return this.#slices
  }

  /**
   * What to show now, of the first `known` slices. Call it four times a second: reasons are counted from one look to the fourth
   * after it.
   */
  look(report: TwinReport, known: number): SideBoard {
    const slices = this.#slices.slice(0, known)
    const phase = slices.at(-1)?.phase
    const refused = report.control?.decisions.refused ?? {}
    this.#refused.push(refused)
    if (this.#refused.length > slicesPerSecond + 1) this.#refused.shift()
    return {
      // A change of the load starts a new second: one that mixes both would tell of neither.
      now: moment(slices.slice(-slicesPerSecond).filter((slice) => slice.phase === phase)),
      slices,
      report,
      reasons: difference(refused, this.#refused[0] ?? {}),
    }
  }
}

/** Sums up some slices. */
export function moment(slices: readonly Slice[]): Moment {
  const total = (count: (slice: Slice) => number): number => slices.reduce((sum, slice) => sum + count(slice), 0)
  const seconds = total(({ lengthMs }) => lengthMs) / 1000
  const rate = (count: (slice: Slice) => number): number => (seconds > 0 ? total(count) / seconds : 0)
  const offered = total((slice) => slice.offered)
  const p99s = slices.flatMap(({ servedLatency }) => (servedLatency.p99 === undefined ? [] : [servedLatency.p99]))
  return {
    offered: rate((slice) => slice.offered),
    served: rate((slice) => slice.served),
    refused: rate((slice) => slice.refused),
    unanswered: rate((slice) => slice.unanswered + slice.errors + slice.failed),
    answeredShare: offered === 0 ? 1 : total((slice) => slice.answeredIn250) / offered,
    p99Ms: p99s.length > 0 ? Math.max(...p99s) : undefined,
  }
}

function difference(
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Record<string, number> {
  const entries = Object.entries(after).map(([reason, count]) => [reason, count - (before[reason] ?? 0)] as const)
  return Object.fromEntries(entries.filter(([, count]) => count > 0))
}
