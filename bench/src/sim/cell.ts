/** One run: a scenario, a subject, a seed. */
import { simulate } from '@spillway/core/testing'
import type { Measured } from './scenario.ts'
import { scenarios } from './scenarios/index.ts'
import { subjects } from './subjects/index.ts'

/** What to run, by name. */
export interface CellRequest {
  readonly scenario: string
  readonly subject: string
  readonly seed: number
}

/** Runs it. */
export async function runCell({ scenario, subject, seed }: CellRequest): Promise<Measured> {
  const found = scenarios.find(({ name }) => name === scenario)
  const given = subjects.find(({ name }) => name === subject)
  if (found === undefined || given === undefined) throw new Error(`no such cell: ${scenario}, ${subject}`)
  const { right } = found
  const world = found.world(seed)
  let busyMs = (): number => 0
  return found.measure(
    await simulate({
      ...world,
      server: { ...world.server, ...given.server },
      seed,
      signals: (view) => {
        busyMs = () => view.busyMs
        return []
      },
      protect: (environment) => given.make(environment, { right, busyMs: () => busyMs() }),
    }),
  )
}
