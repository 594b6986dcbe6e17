/** `pnpm bench:sim`: every limit and every peer on the same simulated servers, many seeds, in virtual time. */
import { Command, InvalidArgumentError } from 'commander'
import { createReport, type Report } from '../report/index.ts'
import type { CellRequest } from './cell.ts'
import { claims } from './claims.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios/index.ts'
import type { Subject } from './subject.ts'
import { competes, subjects, theDefault } from './subjects/index.ts'
import { standings, summarize, type Spread, type Summary } from './summary.ts'
import { runCells } from './threads.ts'

interface Flags {
  readonly table?: string
  readonly scenario?: string
  readonly subjects?: string
  readonly seeds: number
  readonly quick?: true
  readonly json?: string
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('not a whole number >= 1')
  return value
}

const program = new Command('bench:sim')

function parse(): Flags {
  const tables = [...new Set(scenarios.map(({ table }) => `  ${table}`))].join('\n')
  const names = subjects.map(({ name, about }) => `  ${name.padEnd(26)} ${about}`).join('\n')
  return program
    .description('Plays the same workloads before every limit of ours and of the field, in virtual time.')
    .option('--table <text>', 'only tables whose name contains this')
    .option('--scenario <text>', 'only scenarios whose name contains this')
    .option('--subjects <names>', 'comma-separated; default all')
    .option('--seeds <n>', 'runs of each cell', count, 5)
    .option('--quick', 'one seed, and no runs of three minutes')
    .option('--json <file>', 'write figures, rows and the machine to this file')
    .addHelpText('after', `\nTables:\n${tables}\n\nSubjects:\n${names}\n`)
    .parse()
    .opts<Flags>()
}

function chosen(flags: Flags): { scenarios: Scenario[]; subjects: Subject[] } {
  const wanted = flags.subjects?.split(',')
  const unknown = wanted?.find((name) => !subjects.some((subject) => subject.name === name))
  if (unknown !== undefined) program.error(`bench:sim: there is no subject "${unknown}"; --help lists them`)
  return {
    scenarios: scenarios.filter(
      ({ table, name }) =>
        table.includes(flags.table ?? '') &&
        name.includes(flags.scenario ?? '') &&
        !(flags.quick === true && table.includes('three minutes')),
    ),
    subjects: subjects.filter(({ name }) => wanted === undefined || wanted.includes(name)),
  }
}

async function main(): Promise<void> {
  const flags = parse()
  const seeds = flags.quick === true ? 1 : flags.seeds
  const selection = chosen(flags)
  const cells: CellRequest[] = selection.scenarios.flatMap((scenario) =>
    selection.subjects.flatMap((subject) =>
      Array.from({ length: seeds }, (_, i) => ({ scenario: scenario.name, subject: subject.name, seed: i + 1 })),
    ),
  )
  const report = createReport({ name: 'bench:sim' })
  const measured = await runCells(cells, (done) => report.progress.show(`${done} of ${cells.length} runs`))
  const summaries = selection.scenarios.flatMap(({ name, table }, i) =>
    selection.subjects.map((subject, j) => {
      const from = (i * selection.subjects.length + j) * seeds
      return summarize({ scenario: name, table, subject: subject.name }, measured.slice(from, from + seeds))
    }),
  )
  for (const summary of summaries) report.row(summary.table, rowOf(summary))
  compare(report, summaries)
  for (const figure of claims(summaries)) report.figure(figure)
  report.finish({ jsonFile: flags.json })
}

function rowOf(summary: Summary): Record<string, string | number> {
  const cells: Record<string, string | number> = { scenario: summary.scenario, subject: summary.subject }
  for (const [name, spread] of summary.scores) cells[name] = show(spread)
  for (const [name, { mean }] of summary.details) cells[name] = mean
  return cells
}

function show({ mean, least, most }: Spread): string {
  return least === most ? mean.toFixed(3) : `${mean.toFixed(3)} (${least.toFixed(2)}-${most.toFixed(2)})`
}

function compare(report: Report, summaries: readonly Summary[]): void {
  for (const standing of standings(summaries, theDefault, competes)) {
    const { scenario, score, value, best, bestSubject, ratio } = standing
    report.row('the default against the best of each row', { scenario, score, value, best, by: bestSubject, ratio })
  }
}

await main()
