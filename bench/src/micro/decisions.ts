/** What one decision costs, in time and in memory, beside the peers. */
import { interleave, median } from '../report/index.ts'
import type { Report } from '../report/index.ts'
import type { CellResult } from './cell.ts'
import { roomy, runChild } from './child.ts'
import { named, subjects } from './subjects.ts'
import type { Subject } from './subjects.ts'

/** How much to measure. */
export interface Effort {
  readonly rounds: number
  readonly operations: number
  readonly keys: number
  readonly windowMs: number
}

type Cells = ReadonlyMap<Subject, readonly CellResult[]>

/** Measures all subjects in rounds, each in a process of its own. */
export async function measureDecisions(report: Report, effort: Effort): Promise<void> {
  const { progress } = report
  const timed = await interleave({
    subjects,
    rounds: effort.rounds,
    progress,
    label: ({ name }) => `decision: ${name}`,
    run: ({ name }) => runChild<CellResult>({ script: 'cell.ts', args: [name, '', String(effort.operations), '0'] }),
  })
  const weighed = await interleave({ subjects, rounds: 1, progress, label: ({ name }) => `bytes: ${name}`, run: weigh })
  for (const subject of subjects) addRows(report, subject, timed, weighed)
  const rounds = (cells: Cells, name: string): readonly CellResult[] =>
    [...cells].find(([subject]) => subject.name === name)?.[1] ?? []
  const ns = (name: string, scenario: string): number =>
    median(rounds(timed, name).map((round) => round[scenario]?.ns ?? NaN))
  addFigures(report, ns, (name) => rounds(weighed, name)[0]?.['hot']?.bytes ?? NaN)
  addPeerFigures(report, ns)
}

function weigh({ name }: Subject): Promise<CellResult> {
  // Peers fill the young generation a thousand times faster.
  const operations = name.startsWith('spillway') ? '1000000' : '50000'
  return runChild<CellResult>({ script: 'cell.ts', args: [name, 'hot|refused', '10000', operations], flags: roomy })
}

function addRows(report: Report, subject: Subject, timed: Cells, weighed: Cells): void {
  const rounds = timed.get(subject) ?? []
  for (const scenario of Object.keys(rounds[0] ?? {})) {
    const times = rounds.map((round) => round[scenario]?.ns ?? NaN)
    report.row('decision, ns and bytes', {
      subject: subject.name,
      scenario,
      ns: median(times),
      'ns min': Math.min(...times),
      'ns max': Math.max(...times),
      bytes: weighed.get(subject)?.[0]?.[scenario]?.bytes ?? null,
    })
  }
}

function addFigures(
  report: Report,
  ns: (name: string, scenario: string) => number,
  bytes: (name: string) => number,
): void {
  report.figure({
    figure: 'admit + settle through a keyed rate limit and a concurrency limit',
    value: ns(named.both, 'hot, new strings'),
    unit: 'ns',
    target: { atMost: 100 },
  })
  report.figure({
    figure: 'bytes allocated by that admission',
    value: bytes(named.both),
    unit: 'bytes',
    target: { atMost: 1 },
  })
  report.figure({
    figure: 'one hot key of a keyed rate limit',
    value: ns(named.keyed, 'hot, new strings'),
    unit: 'ns',
    target: { atMost: 60 },
  })
  for (const scenario of ['1M keys', '1M keys, cold strings']) {
    report.figure({
      figure: `one of ${scenario}`,
      value: ns(named.keyed, scenario),
      unit: 'ns',
      target: { atMost: 600 },
    })
  }
}

function addPeerFigures(report: Report, ns: (name: string, scenario: string) => number): void {
  for (const peer of [named.flexible, named.express]) {
    // The store of express-rate-limit only counts: what its refusal costs is in its middleware.
    for (const scenario of ['hot, new strings', '1M keys', ...(peer === named.flexible ? ['refused'] : [])]) {
      report.figure({
        figure: `${peer} / ours with a clock read: ${scenario}`,
        value: ns(peer, scenario) / ns(named.keyedClock, scenario),
        unit: 'x',
        target: { atLeast: 1 },
      })
    }
  }
}
