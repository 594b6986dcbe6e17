/** Goodput of real servers under overload, with ours, without, and with the peers. */
import { resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { canPin } from '../load/index.ts'
import { createReport, fromCaller, type Report } from '../report/index.ts'
import { runScenario, type RunOptions, type ScenarioResult } from './run.ts'
import { findScenario, type Scenario, scenarios } from './scenarios.ts'
import { defaultSubjects, expandNames, findSubject, ours, subjects } from './subjects.ts'
import { type Proof, proofFigures, type Summary } from './summary.ts'

interface Flags {
  scenario: string[]
  subjects?: string[]
  subjectFile: string[]
  loads?: number[]
  rounds?: number
  cellSeconds?: number
  quick?: boolean
  recovery: boolean
  sustained: number
  seed: number
  json?: string
  pictures?: string
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('not a number > 0')
  return value
}

function list(text: string): string[] {
  return text.split(',').filter((part) => part !== '')
}

function parse(argv: readonly string[]): Flags {
  const names = scenarios.map(({ name, about }) => `  ${name.padEnd(11)} ${about}`).join('\n')
  return new Command('bench:goodput')
    .description('Offers real servers more than they can do, and reports what comes of it.')
    .option('--scenario <names>', 'comma-separated, or "all"', list, ['cpu', 'proxy', 'down', 'mixed'])
    .option(
      '--subjects <names>',
      `comma-separated, of: ${Object.keys(subjects).join(', ')}; "limits" and "parts" for what the default was chosen from, "rules" for limits of the field without a paced queue`,
      list,
    )
    .option(
      '--subject-file <path>',
      'another subject: a module with default export (app) => RequestListener; repeatable',
      (path, all: string[]) => [...all, resolve(path)],
      [],
    )
    .option('--loads <multiples>', 'offered loads as multiples of the capacity', (text) => list(text).map(positive))
    .option('--rounds <n>', 'interleaved rounds (default 5)', positive)
    .option('--cell-seconds <s>', 'length of one cell (default 5)', positive)
    .option('--quick', 'one round, fewer loads, short cells: a smoke test, not a figure')
    .option('--no-recovery', 'leaves out spike and brown-out')
    .option('--sustained <s>', 'also a long run at 2x, in slices of 10 s (the promise is about 180)', Number, 0)
    .option('--seed <n>', 'seed of all chance', Number, 1)
    .option('--json <file>', 'writes figures, rows and machine')
    .option('--pictures <dir>', 'writes SVG and PNG charts')
    .addHelpText('after', `\nScenarios:\n${names}\n`)
    .parse(argv)
    .opts<Flags>()
}

/** Ours may not be built yet, and peers are not ours: whoever cannot be loaded is left out, aloud. */
async function present(names: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const name of names) {
    try {
      const { default: express } = await import('express')
      await (
        await findSubject(name)
      )(express(), { perSecond: 100, concurrency: 5 })
      found.push(name)
    } catch (error) {
      console.error(`*** ${name} is left out: ${String(error)}`)
    }
  }
  return found
}

async function settle(flags: Flags, report: Report): Promise<RunOptions> {
  const quick = flags.quick === true
  const wanted = [...(await expandNames(flags.subjects ?? defaultSubjects)), ...flags.subjectFile]
  const names = await present(wanted)
  const cellSeconds = flags.cellSeconds ?? (quick ? 4 : 5)
  return {
    subjects: names,
    proven: names.filter((name) => ours.includes(name) || flags.subjectFile.includes(name)),
    loads: flags.loads ?? (quick ? [0.9, 2, 8] : [0.5, 0.9, 1, 1.2, 2, 4, 8]),
    rounds: flags.rounds ?? (quick ? 1 : 5),
    lengths: { calmSeconds: 1, cellSeconds, probeSeconds: quick ? 1.5 : 3 },
    recovery: flags.recovery,
    sustainedSeconds: flags.sustained,
    seed: flags.seed,
    progress: report.progress,
  }
}

function percent(value: number): number | null {
  return Number.isNaN(value) ? null : Math.round(value * 1000) / 10
}

function ms(value: number): number | null {
  return Number.isNaN(value) ? null : Math.round(value)
}

function row(summary: Summary, unloadedP99: number): Readonly<Record<string, string | number | null>> {
  const [least, most] = summary.goodputSpread
  return {
    subject: shortName(summary.subject),
    load: summary.load,
    goodput: percent(summary.goodput),
    spread: `${percent(least)}-${percent(most)}`,
    answered: percent(summary.answered),
    refused: percent(summary.refused),
    unanswered: percent(summary.unanswered),
    critical: percent(summary.critical),
    p50: ms(summary.servedP50),
    p99: ms(summary.servedP99),
    'p99/idle': Number.isNaN(summary.servedP99) ? null : summary.servedP99 / unloadedP99,
    'no p50': ms(summary.refusedP50),
    'no p99': ms(summary.refusedP99),
    'runs/served': Number.isNaN(summary.runsPerServed) ? null : summary.runsPerServed,
    MiB: ms(summary.rssMiB),
    lag: ms(summary.sendLagP99),
  }
}

function shortName(subject: string): string {
  return subject.slice(subject.lastIndexOf('/') + 1)
}

function tell(result: ScenarioResult, report: Report): void {
  const { scenario, capacity, unloadedP99 } = result
  const about = `${scenario.about}; capacity ${capacity.toFixed(0)}/s, p99 ${unloadedP99.toFixed(0)} ms unloaded`
  const title = `${scenario.name}: ${about} (% of capacity, % of offered, ms)`
  for (const summary of result.summaries) report.row(title, row(summary, unloadedP99))
  for (const proof of result.proofs) {
    if (proof.spikeMs !== undefined || proof.tens !== undefined) tellProof(proof, report)
    if (proof.subject === 'none') continue
    for (const figure of proofFigures({ ...proof, subject: shortName(proof.subject) })) report.figure(figure)
  }
}

function tellProof({ scenario, subject, spikeMs, brownOutMs, tens }: Proof, report: Report): void {
  report.row(`${scenario}: recovery and endurance`, {
    subject: shortName(subject),
    'spike ms': spikeMs ?? null,
    'brown-out ms': brownOutMs ?? null,
    'worst 10 s at 2x': tens === undefined ? null : percent(Math.min(...tens)),
    'last 10 s at 2x': percent(tens?.at(-1) ?? NaN),
  })
}

/** A load generator that was late shared its core with somebody, and most likely the server did so too. */
const quietLagMs = 20

function warnOfNoise(results: readonly ScenarioResult[]): void {
  const lags = results.flatMap(({ summaries }) => summaries.map(({ sendLagP99 }) => sendLagP99))
  const late = lags.filter((lag) => lag > quietLagMs).length
  if (late === 0) return
  console.error(
    `*** NOISY MACHINE: in ${late} of ${lags.length} cells the load generator itself was late. Do not trust the figures. ***`,
  )
}

async function main(): Promise<void> {
  const flags = parse(process.argv)
  canPin()
  const chosen: Scenario[] = flags.scenario.includes('all') ? [...scenarios] : flags.scenario.map(findScenario)
  const report = createReport({ name: 'goodput' })
  const options = await settle(flags, report)
  const results: ScenarioResult[] = []
  for (const scenario of chosen) {
    const result = await runScenario(scenario, options)
    results.push(result)
    tell(result, report)
  }
  warnOfNoise(results)
  report.finish({ jsonFile: flags.json })
  if (flags.pictures === undefined) return
  const { drawGoodput } = await import('../chart/index.ts')
  for (const path of await drawGoodput(results, fromCaller(flags.pictures))) console.log(`wrote ${path}`)
}

try {
  await main()
} catch (error) {
  if (!(error instanceof RangeError)) throw error
  console.error(error.message)
  process.exit(2)
}
// Peers leave timers behind in this process when it is checked that they load.
process.exit()
