/** What a key costs in memory, and what growing and forgetting cost in time, beside the peers. */
import { interleave, median } from '../report/index.ts'
import type { Report } from '../report/index.ts'
import { runChild } from './child.ts'
import type { Effort } from './decisions.ts'
import type { MemoryResult } from './memory-cell.ts'
import { named } from './subjects.ts'

const subjects = [named.keyed, named.flexible, named.express]

/** Measures ours and the peers, each in a process of its own. */
export async function measureMemory(report: Report, effort: Effort): Promise<void> {
  const results = await interleave({
    subjects,
    rounds: Math.min(3, effort.rounds),
    label: (name) => `memory: ${name}`,
    progress: report.progress,
    run: (name) =>
      runChild<MemoryResult>({ script: 'memory-cell.ts', args: [name, String(effort.keys), String(effort.windowMs)] }),
  })
  for (const [subject, rounds] of results) {
    report.row(`memory at ${effort.keys} keys`, {
      subject,
      'bytes/key': median(rounds.map((round) => round.bytesPerKey)),
      'after expiry': median(rounds.map((round) => round.bytesPerKeyAfterExpiry)),
      'insert all, ms': median(rounds.map((round) => round.insertMs)),
      'worst insert, ms': median(rounds.map((round) => round.worstInsertMs)),
    })
  }
  const ours = results.get(named.keyed) ?? []
  const worst = (read: (round: MemoryResult) => number): number => Math.max(...ours.map(read))
  report.figure({
    figure: `memory per key at ${effort.keys} keys, worst of the rounds`,
    value: worst((round) => round.bytesPerKey),
    unit: 'bytes/key',
    target: { atMost: 48 },
  })
  report.figure({
    figure: 'left of it after expiry',
    value: worst((round) => round.bytesPerKeyAfterExpiry),
    unit: 'bytes/key',
    target: { atMost: 4 },
  })
  report.figure({
    figure: 'worst pause of an insert',
    value: median(ours.map((round) => round.worstInsertMs)),
    unit: 'ms',
    target: { atMost: 2 },
  })
}
