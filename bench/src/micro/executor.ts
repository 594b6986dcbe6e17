/** What a task costs that runs ten at a time, in time and in memory, beside the peers. */
import { interleave, median } from '../report/index.ts'
import type { Report } from '../report/index.ts'
import { roomy, runChild } from './child.ts'
import type { Effort } from './decisions.ts'
import type { ExecutorResult } from './executor-cell.ts'
import { bare, executorSubjects, ours } from './executor-subjects.ts'
import type { ExecutorSubject } from './executor-subjects.ts'

/** What a task may cost, in ns: a quarter of what it costs with p-limit. */
const target = 350

/** Measures all subjects in rounds, each in a process of its own. */
export async function measureExecutor(report: Report, effort: Effort): Promise<void> {
  const { progress } = report
  const subjects = executorSubjects
  const script = 'executor-cell.ts'
  const budget = String(effort.operations / 2000)
  const timed = await interleave({
    subjects,
    rounds: effort.rounds,
    progress,
    label: ({ name }) => `task: ${name}`,
    run: ({ name }) => runChild<ExecutorResult>({ script, args: [name, budget] }),
  })
  const weighed = await interleave({
    subjects: subjects.filter(({ isHeavy }) => isHeavy !== true),
    rounds: 1,
    progress,
    label: ({ name }) => `bytes: ${name}`,
    run: ({ name }) => runChild<ExecutorResult>({ script, args: [name, budget, 'bytes'], flags: roomy }),
  })
  for (const scenario of Object.keys(weighed.get(subjects[0]!)?.[0] ?? {})) {
    addRows(report, scenario, timed, weighed)
    addFigures(report, scenario, (name) => {
      const [, rounds = []] = [...timed].find(([subject]) => subject.name === name) ?? []
      return median(rounds.map((round) => round[scenario] ?? NaN))
    })
  }
}

type Cells = ReadonlyMap<ExecutorSubject, readonly ExecutorResult[]>

function addRows(report: Report, scenario: string, timed: Cells, weighed: Cells): void {
  for (const [subject, rounds] of timed) {
    const times = rounds.map((round) => round[scenario] ?? NaN)
    report.row('task at concurrency 10, ns and bytes', {
      subject: subject.name,
      scenario,
      ns: median(times),
      'ns min': Math.min(...times),
      'ns max': Math.max(...times),
      bytes: weighed.get(subject)?.[0]?.[scenario] ?? null,
    })
  }
}

function addFigures(report: Report, scenario: string, ns: (name: string) => number): void {
  for (const name of ours)
    report.figure({ figure: `${name}: ${scenario}`, value: ns(name), unit: 'ns/task', target: { atMost: target } })
  const slower = Math.max(...ours.map(ns))
  const peers = executorSubjects.map(({ name }) => name).filter((name) => name !== bare && !isOurs(name))
  for (const peer of peers) {
    const figure = `${peer} / the slower of ours: ${scenario}`
    report.figure({ figure, value: ns(peer) / slower, unit: 'x', target: { atLeast: 1 } })
  }
}

function isOurs(name: string): boolean {
  return (ours as readonly string[]).includes(name)
}
