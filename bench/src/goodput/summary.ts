/** From cells to medians, spreads, and figures against their targets. Pure. */
import { type FigureInit, median } from '../report/index.ts'
import type { CellResult } from './measure.ts'

/** One measured cell, with what it is compared to. */
export interface Sample {
  readonly subject: string
  /** Offered load as a multiple of the capacity. */
  readonly load: number
  /** Capacity in the same round. */
  readonly capacity: number
  readonly result: CellResult
}

/** Medians over the rounds of one subject at one load. */
export interface Summary {
  readonly subject: string
  readonly load: number
  readonly rounds: number
  /** Answers in time per second, over the capacity. */
  readonly goodput: number
  /** Least and most of the rounds. */
  readonly goodputSpread: readonly [number, number]
  /** Served or refused within 250 ms, over offered. */
  readonly answered: number
  /** Refused, over offered. */
  readonly refused: number
  /** Unanswered, over offered. */
  readonly unanswered: number
  readonly servedP50: number
  readonly servedP99: number
  readonly refusedP50: number
  readonly refusedP99: number
  /** Handlers that ran per request that was served: what exceeds 1 was done for nobody. */
  readonly runsPerServed: number
  /** Served per offered of the critical requests; NaN where the load has no priorities. */
  readonly critical: number
  readonly rssMiB: number
  readonly sendLagP99: number
}

/** Summarises the samples of one subject at one load. */
function summarise(samples: readonly Sample[]): Summary {
  const of = (read: (sample: Sample) => number): number =>
    median(samples.map(read).filter((value) => !Number.isNaN(value)))
  const ratio = ({ result, capacity }: Sample): number => result.phase.completedPerSecond / capacity
  const ratios = samples.map(ratio)
  return {
    subject: samples[0]?.subject ?? '',
    load: samples[0]?.load ?? NaN,
    rounds: samples.length,
    goodput: of(ratio),
    goodputSpread: [Math.min(...ratios), Math.max(...ratios)],
    answered: of(({ result }) => result.phase.answeredShare),
    refused: of(({ result }) => part(result.phase.refused, result.phase.offered)),
    unanswered: of(({ result }) => part(result.phase.unanswered + result.phase.errors, result.phase.offered)),
    servedP50: of(({ result }) => result.phase.servedLatency.p50 ?? NaN),
    servedP99: of(({ result }) => result.phase.servedLatency.p99 ?? NaN),
    refusedP50: of(({ result }) => result.phase.refusedLatency.p50 ?? NaN),
    refusedP99: of(({ result }) => result.phase.refusedLatency.p99 ?? NaN),
    runsPerServed: of(({ result }) => part(result.server.runs, result.served)),
    critical: of(({ result }) => criticalShare(result)),
    rssMiB: of(({ result }) => result.server.rssBytes / 2 ** 20),
    sendLagP99: of(({ result }) => result.phase.sendLag.p99 ?? NaN),
  }
}

function criticalShare({ phase }: CellResult): number {
  const { critical } = phase.byPriority
  return critical === undefined ? NaN : part(critical.served, critical.offered)
}

function part(count: number, whole: number): number {
  return whole === 0 ? NaN : count / whole
}

/** All summaries, by subject in order of first appearance, then by load. */
export function summariseAll(samples: readonly Sample[]): Summary[] {
  const cells = new Map<string, Sample[]>()
  for (const sample of samples) {
    const key = `${sample.subject} ${sample.load}`
    cells.set(key, [...(cells.get(key) ?? []), sample])
  }
  const order = [...new Set(samples.map(({ subject }) => subject))]
  const all = [...cells.values()].map(summarise)
  return all.sort((a, b) => order.indexOf(a.subject) - order.indexOf(b.subject) || a.load - b.load)
}

/** What the figures of one subject in one scenario are made of, besides its summaries. */
export interface Proof {
  readonly scenario: string
  readonly subject: string
  readonly summaries: readonly Summary[]
  /** p99 of the unprotected server far below its capacity. */
  readonly unloadedP99: number
  /** Refusals per second of the framework alone, over the capacity; NaN if not measured. */
  readonly refusalRatio: number
  readonly spikeMs: number | undefined
  readonly brownOutMs: number | undefined
  /** Goodput of every 10 s of a long overload, over the capacity. */
  readonly tens: readonly number[] | undefined
  /** Refuses in front of the framework: pays nothing of the framework's cost of saying no. */
  readonly inFront: boolean
}

/** What is left of the capacity at `load` when each refusal costs as much as the framework's cheapest: 1 - (load - 1) / ratio. */
export function leftAfterRefusing(load: number, refusalRatio: number): number {
  return Math.max(0, 1 - (load - 1) / refusalRatio)
}

/** The figures of DESIGN §10 that one subject can be held to in one scenario. */
export function proofFigures(proof: Proof): FigureInit[] {
  const { scenario, subject } = proof
  const figures: FigureInit[] = []
  const name = (what: string): string => `${scenario}, ${subject}: ${what}`
  const add = (what: string, value: number, unit: string, target: FigureInit['target']): void => {
    figures.push({ figure: name(what), value, unit, target })
  }
  for (const summary of proof.summaries) addCellFigures(proof, summary, add)
  if (proof.spikeMs !== undefined) add('recovery after a 4x spike', proof.spikeMs, 'ms', { atMost: 500 })
  if (proof.brownOutMs !== undefined) add('recovery after a brown-out', proof.brownOutMs, 'ms', { atMost: 500 })
  if (proof.tens !== undefined) add('worst 10 s of a long 2x', Math.min(...proof.tens), 'of capacity', { atLeast: 0.9 })
  return figures
}

type Add = (what: string, value: number, unit: string, target: FigureInit['target']) => void

const goodputTargets: Readonly<Record<number, number>> = { 2: 0.95, 4: 0.9, 8: 0.85 }

function addCellFigures(proof: Proof, summary: Summary, add: Add): void {
  const { load } = summary
  const least = goodputTargets[load]
  if (load === 0.9) add('false rejections at 0.9x', summary.refused * 100, '%', { atMost: 0.5 })
  if (least === undefined) return
  if (load === 8 && !proof.inFront && !Number.isNaN(proof.refusalRatio)) {
    const left = leftAfterRefusing(load, proof.refusalRatio)
    add(`goodput at 8x, of the ${left.toFixed(2)} that refusing leaves`, summary.goodput / left, 'ratio', {
      atLeast: 0.95,
    })
  } else add(`goodput at ${load}x`, summary.goodput, 'of capacity', { atLeast: least })
  add(`p99 of served at ${load}x over unloaded`, summary.servedP99 / proof.unloadedP99, 'ratio', { atMost: 2.5 })
  if (load === 2) return
  if (load === 4 && !Number.isNaN(summary.critical))
    add('critical requests served at 4x', summary.critical * 100, '%', { atLeast: 97 })
  add(`answered within 250 ms at ${load}x`, summary.answered * 100, '%', { atLeast: 99 })
  add(`refusal p99 at ${load}x`, summary.refusedP99, 'ms', { atMost: 30 })
}
