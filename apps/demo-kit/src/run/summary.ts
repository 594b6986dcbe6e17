/** What the run came to: both twins over the whole overload, and the ratio between them. */
import type { Counts, LoadResult, PhaseResult } from '@spillway/bench/load'
import { ms, percent, wrap } from './text.ts'

/** One twin over all stretches of a kind. */
export interface Outcome {
  readonly offered: number
  readonly served: number
  readonly refused: number
  readonly unanswered: number
  readonly answeredShare: number
  readonly p99Ms: number | undefined
  /** Served of the checkouts, 0 to 1; `undefined` where there were none, or nothing else. */
  readonly checkoutShare: number | undefined
}

export interface Comparison {
  readonly unprotected: Outcome
  readonly protected: Outcome
  /** Goodput of the protected twin over that of the other one; `Infinity` when that served nobody. */
  readonly ratio: number
}

/** Sums up the stretches of that name. */
export function outcomeOf({ phases }: Pick<LoadResult, 'phases'>, name: string): Outcome {
  const picked = phases.filter((phase) => phase.name === name)
  const total = (count: (phase: PhaseResult) => number): number => picked.reduce((sum, phase) => sum + count(phase), 0)
  const offered = total((phase) => phase.offered)
  const p99s = picked.flatMap(({ servedLatency }) => (servedLatency.p99 === undefined ? [] : [servedLatency.p99]))
  return {
    offered,
    served: total((phase) => phase.served),
    refused: total((phase) => phase.refused),
    unanswered: total((phase) => phase.unanswered + phase.errors + phase.failed),
    answeredShare: offered === 0 ? 1 : total((phase) => phase.answeredIn250) / offered,
    p99Ms: p99s.length > 0 ? Math.max(...p99s) : undefined,
    checkoutShare: checkouts(picked.map(({ byPath }) => byPath)),
  }
}

function checkouts(byPaths: readonly Readonly<Record<string, Counts>>[]): number | undefined {
  const found = byPaths.flatMap((paths) => (Object.keys(paths).length > 1 ? [paths['/checkout']] : []))
  const offered = found.reduce((sum, counts) => sum + (counts?.offered ?? 0), 0)
  return offered === 0 ? undefined : found.reduce((sum, counts) => sum + (counts?.served ?? 0), 0) / offered
}

/** Compares two outcomes. */
export function compare(unprotected: Outcome, guarded: Outcome): Comparison {
  const ratio = guarded.served === 0 ? 0 : guarded.served / unprotected.served
  return { unprotected, protected: guarded, ratio }
}

export interface SummaryInput {
  readonly unprotected: LoadResult
  readonly protected: LoadResult
  readonly load: number
  /** Columns that sentences may take; default 100. */
  readonly width?: number
}

/** The table and the sentences that end a run. */
export function summary({ unprotected, protected: guarded, load, width = 100 }: SummaryInput): string[] {
  const overload = compare(outcomeOf(unprotected, 'overload'), outcomeOf(guarded, 'overload'))
  const calm = compare(outcomeOf(unprotected, 'calm'), outcomeOf(guarded, 'calm'))
  const after = compare(outcomeOf(unprotected, 'calm again'), outcomeOf(guarded, 'calm again'))
  const served = ({ served: part, offered }: Outcome): string => percent(offered === 0 ? 1 : part / offered)
  const both = (what: Comparison): string =>
    `unprotected ${served(what.unprotected)}, protected ${served(what.protected)}`
  return [
    `In the overload (${load}x what the shop can do):`,
    '',
    ...table(overload),
    '',
    ...wrap(verdict(overload), width),
    `Served before, at half the load: ${both(calm)}.`,
    `Served after, at half the load:  ${both(after)}.`,
    ...lateness([unprotected, guarded]).flatMap((sentence) => wrap(sentence, width)),
  ]
}

function table({ unprotected, protected: guarded }: Comparison): string[] {
  const line = (name: string, show: (outcome: Outcome) => string): string =>
    `  ${name.padEnd(24)}${show(unprotected).padStart(14)}${show(guarded).padStart(14)}`
  const lines = [
    `  ${''.padEnd(24)}${'unprotected'.padStart(14)}${'protected'.padStart(14)}`,
    line('clients', ({ offered }) => String(offered)),
    line('served in time', (outcome) => String(outcome.served)),
    line('told to come back later', ({ refused }) => String(refused)),
    line('no answer', (outcome) => String(outcome.unanswered)),
    line('answered within 250 ms', ({ answeredShare }) => percent(answeredShare)),
    line('p99 of the served', ({ p99Ms }) => ms(p99Ms)),
  ]
  if (guarded.checkoutShare === undefined) return lines
  return [...lines, line('checkouts served', ({ checkoutShare }) => percent(checkoutShare ?? 0))]
}

/** The one sentence to remember. */
export function verdict({ unprotected, protected: guarded, ratio }: Comparison): string {
  if (unprotected.served === 0 && guarded.served > 0) {
    return `The protected twin served ${guarded.served} clients in time; the unprotected one served nobody.`
  }
  if (ratio >= 1.05) {
    const times = ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1)
    return `The protected twin served ${times} times as many clients in time as the unprotected one.`
  }
  const about = ratio > 0.95 ? 'about as many clients' : `fewer clients (${ratio.toFixed(2)} times as many)`
  return `The protected twin served ${about} in time: this load was no overload, or something else kept the machine busy.`
}

/** Above this the clients themselves were late, and the figures say little about the servers. */
const lateMs = 100

/** The worst p99 of how late the clients themselves were, in a run in which they were late enough to spoil it; else `undefined`. */
export function spoiledByMs(results: readonly Pick<LoadResult, 'phases'>[]): number | undefined {
  const worst = Math.max(...results.flatMap(({ phases }) => phases.map(({ sendLag }) => sendLag.p99 ?? 0)))
  return worst < lateMs ? undefined : worst
}

function lateness(results: readonly LoadResult[]): string[] {
  const worst = spoiledByMs(results)
  if (worst === undefined) return []
  return [
    `The clients themselves were late at times (p99 ${ms(worst)}): something else keeps this machine busy. Trust the ratios only.`,
  ]
}
