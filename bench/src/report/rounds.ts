/** Measuring several subjects fairly: interleaved rounds in changing order, medians. */
import type { Progress } from './progress.ts'

/** The middle value; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2
}

/** What `interleave` runs. */
export interface Rounds<S, R> {
  readonly subjects: readonly S[]
  /** How often each subject runs. */
  readonly rounds: number
  /** One measurement; sequential, never two at a time. */
  readonly run: (subject: S, round: number) => R | Promise<R>
  /** Names a subject in the progress line. */
  readonly label: (subject: S) => string
  readonly progress?: Progress
}

/**
 * Runs each subject once per round, each round in another order: noise of the machine that lasts longer than a cell
 * falls on all subjects alike. Returns the results of each subject by round.
 */
export async function interleave<S, R>(options: Rounds<S, R>): Promise<Map<S, R[]>> {
  const { subjects, rounds, run, label, progress } = options
  const results = new Map<S, R[]>(subjects.map((subject) => [subject, []]))
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < subjects.length; i++) {
      // Rotate, and turn around every other round: each subject follows different neighbours.
      const at = (round % 2 === 0 ? i + round : subjects.length - 1 - i + round) % subjects.length
      const subject = subjects[at] as S
      progress?.show(`round ${round + 1}/${rounds} ${label(subject)}`)
      results.get(subject)?.push(await run(subject, round))
    }
  }
  progress?.clear()
  return results
}
