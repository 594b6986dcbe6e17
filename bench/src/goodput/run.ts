/** Runs the scenarios: capacity and cells in interleaved rounds, then the proofs of ours. */
import type { Progress } from '../report/index.ts'
import { median } from '../report/index.ts'
import { pickIndex, seededRandom } from '../load/random.ts'
import * as measure from './measure.ts'
import type { Scenario } from './scenarios.ts'
import type { Guess } from './subjects.ts'
import { type Proof, type Sample, summariseAll, type Summary } from './summary.ts'

export interface RunOptions {
  readonly subjects: readonly string[]
  /** Subjects that are held to the figures. */
  readonly proven: readonly string[]
  readonly loads: readonly number[]
  readonly rounds: number
  readonly lengths: measure.Lengths
  /** Also spike and brown-out, for the proven and the unprotected. */
  readonly recovery: boolean
  /** Seconds of a long run at 2x; 0 leaves it out. */
  readonly sustainedSeconds: number
  readonly seed: number
  readonly progress: Progress
}

export interface ScenarioResult {
  readonly scenario: Scenario
  readonly capacity: number
  readonly unloadedP99: number
  /** Refusals per second of the framework alone, over the capacity. */
  readonly refusalRatio: number
  readonly summaries: readonly Summary[]
  /** What was measured besides the cells; also of the unprotected server, for comparison. */
  readonly proofs: readonly Proof[]
}

/** What the rounds of one scenario leave behind. */
interface Book {
  readonly samples: Sample[]
  readonly capacities: number[]
  readonly unloadedP50s: number[]
  readonly unloadedP99s: number[]
  readonly refusals: number[]
  readonly spikes: Map<string, number[]>
  readonly brownOuts: Map<string, number[]>
}

/** One stretch of work, named for the progress line. */
interface Step {
  readonly label: string
  readonly run: () => Promise<void>
}

/** Runs one scenario through all rounds. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<ScenarioResult> {
  const book = openBook()
  for (let round = 0; round < options.rounds; round++) await runRound(scenario, options, { book, round })
  const capacity = median(book.capacities)
  const sustained = await runSustained(scenario, options, guessOf(capacity, book))
  const unloadedP99 = median(book.unloadedP99s)
  const refusalRatio = median(book.refusals) / capacity
  const summaries = summariseAll(book.samples)
  const proofs = withNone(options).map((subject): Proof => {
    const found = book.samples.filter((sample) => sample.subject === subject)
    return {
      scenario: scenario.name,
      subject,
      summaries: summaries.filter((summary) => summary.subject === subject),
      unloadedP99,
      refusalRatio,
      inFront: found.some(({ result }) => result.inFront),
      spikeMs: middle(book.spikes.get(subject)),
      brownOutMs: middle(book.brownOuts.get(subject)),
      tens: sustained.get(subject)?.map((perSecond) => perSecond / capacity),
    }
  })
  return { scenario, capacity, unloadedP99, refusalRatio, summaries, proofs }
}

function middle(values: readonly number[] | undefined): number | undefined {
  return values === undefined ? undefined : median(values)
}

function openBook(): Book {
  return {
    samples: [],
    capacities: [],
    unloadedP50s: [],
    unloadedP99s: [],
    refusals: [],
    spikes: new Map(),
    brownOuts: new Map(),
  }
}

function guessOf(perSecond: number, book: Book): Guess {
  return { perSecond, concurrency: Math.max(1, Math.round((perSecond * median(book.unloadedP50s)) / 1000)) }
}

function withNone({ proven }: RunOptions): string[] {
  return [...new Set(['none', ...proven])]
}

async function runRound(scenario: Scenario, options: RunOptions, at: { book: Book; round: number }): Promise<void> {
  const { book, round } = at
  const seed = options.seed + round * 1000
  const say = (text: string): void =>
    options.progress.show(`${scenario.name} round ${round + 1}/${options.rounds}: ${text}`)
  say('capacity of the unprotected server')
  const blind = { scenario, subject: 'none', guess: { perSecond: scenario.nominal, concurrency: 1 }, seed }
  const capacity = await measure.measureCapacity(blind, options.lengths)
  book.unloadedP50s.push(capacity.unloaded.p50 ?? NaN)
  book.unloadedP99s.push(capacity.unloaded.p99 ?? NaN)
  const guess = guessOf(capacity.perSecond, book)
  const cells: measure.CellResult[] = []
  const found: Omit<Sample, 'capacity'>[] = []
  const order = (subject: string): measure.CellOrder => ({ scenario, subject, guess, seed })
  const steps = options.subjects.flatMap((subject) =>
    options.loads.map((load): Step => {
      const run = async (): Promise<void> => {
        const result = await measure.measureCell(order(subject), load * guess.perSecond, options.lengths)
        found.push({ subject, load, result })
        if (subject === 'none') cells.push(result)
      }
      return { label: `${subject} at ${load}x`, run }
    }),
  )
  steps.push(...extraSteps(options, book, order))
  await runShuffled(steps, seed, say)
  // The reference is the best that the unprotected server did at any load of this round.
  const best = Math.max(capacity.perSecond, ...cells.map((cell) => cell.phase.completedPerSecond))
  book.capacities.push(best)
  for (const { subject, load, result } of found) book.samples.push({ subject, load, result, capacity: best })
}

function extraSteps(options: RunOptions, book: Book, order: (subject: string) => measure.CellOrder): Step[] {
  const steps: Step[] = []
  const refusals = async (): Promise<void> =>
    void book.refusals.push(await measure.measureRefusals(order('refuse-all')))
  if (options.proven.length > 0) steps.push({ label: 'what refusing costs the framework', run: refusals })
  if (!options.recovery) return steps
  const after = 6
  const keep = (kept: Map<string, number[]>, subject: string, ms: number): void => {
    kept.set(subject, [...(kept.get(subject) ?? []), ms])
  }
  for (const subject of withNone(options)) {
    const spike = async (): Promise<void> =>
      keep(book.spikes, subject, await measure.measureSpike(order(subject), after))
    const brownOut = async (): Promise<void> =>
      keep(book.brownOuts, subject, await measure.measureBrownOut(order(subject), after))
    steps.push({ label: `${subject}, 4x spike`, run: spike }, { label: `${subject}, brown-out`, run: brownOut })
  }
  return steps
}

async function runShuffled(steps: Step[], seed: number, say: (text: string) => void): Promise<void> {
  const random = seededRandom(seed)
  const startMs = performance.now()
  for (let done = 0, all = steps.length; done < all; done++) {
    const [step] = steps.splice(
      pickIndex(
        steps.map(() => ({ share: 1 })),
        random,
      ),
      1,
    )
    const leftMs = done === 0 ? NaN : ((performance.now() - startMs) / done) * (all - done)
    const left = Number.isNaN(leftMs) ? '' : `, about ${Math.ceil(leftMs / 1000)} s left in this round`
    say(`${done + 1}/${all} ${step?.label}${left}`)
    await step?.run()
  }
}

async function runSustained(scenario: Scenario, options: RunOptions, guess: Guess): Promise<Map<string, number[]>> {
  const sustained = new Map<string, number[]>()
  if (options.sustainedSeconds === 0) return sustained
  for (const subject of withNone(options)) {
    options.progress.show(`${scenario.name}: ${subject}, ${options.sustainedSeconds} s at 2x`)
    const order = { scenario, subject, guess, seed: options.seed }
    sustained.set(subject, await measure.measureSustained(order, options.sustainedSeconds))
  }
  return sustained
}
