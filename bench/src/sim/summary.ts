/** Many runs of one cell as one row, and how the default stands against the best of each row. */
import type { Measured } from './scenario.ts'

/** Mean and spread of one number over the seeds. */
export interface Spread {
  readonly mean: number
  readonly least: number
  readonly most: number
}

/** A subject in a scenario. */
export interface Summary {
  readonly scenario: string
  readonly table: string
  readonly subject: string
  readonly scores: ReadonlyMap<string, Spread>
  readonly details: ReadonlyMap<string, Spread>
}

/** Sums up the runs of one cell. */
export function summarize(init: Omit<Summary, 'scores' | 'details'>, runs: readonly Measured[]): Summary {
  const scores = new Map<string, number[]>()
  const details = new Map<string, number[]>()
  for (const run of runs) {
    for (const { name, value } of run.scores) collect(scores, name, value)
    for (const [name, value] of Object.entries(run.details)) collect(details, name, value)
  }
  return { ...init, scores: spreads(scores), details: spreads(details) }
}

/** How one subject stands in one score of one scenario. */
export interface Standing {
  readonly scenario: string
  readonly score: string
  readonly value: number
  readonly best: number
  readonly bestSubject: string
  /** `value` over `best`; 1 if nobody got anything. */
  readonly ratio: number
}

/** Ranks `subject` in every scenario and score. `eligible` says who counts as competition. */
export function standings(
  summaries: readonly Summary[],
  subject: string,
  eligible: (subject: string) => boolean,
): Standing[] {
  return summaries
    .filter((summary) => summary.subject === subject)
    .flatMap(({ scenario, scores }) =>
      [...scores].map(([score, { mean: value }]) => {
        let best = -Infinity
        let bestSubject = subject
        for (const other of summaries) {
          const found = other.scenario === scenario ? other.scores.get(score)?.mean : undefined
          if (found === undefined || found <= best || !eligible(other.subject)) continue
          best = found
          bestSubject = other.subject
        }
        return { scenario, score, value, best, bestSubject, ratio: best > 0 ? value / best : 1 }
      }),
    )
}

function collect(into: Map<string, number[]>, name: string, value: number): void {
  const values = into.get(name)
  if (values === undefined) into.set(name, [value])
  else values.push(value)
}

function spreads(values: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, Spread> {
  return new Map([...values].map(([name, given]) => [name, spreadOf(given)]))
}

function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, least: Math.min(...values), most: Math.max(...values) }
}
