/** What one operation of each part of the core costs, in time and in memory. */
import { interleave, median } from '../report/index.ts'
import type { Report } from '../report/index.ts'
import { roomy, runChild } from './child.ts'
import type { Effort } from './decisions.ts'
import type { PrimitiveResult } from './primitives-cell.ts'
import { primitives } from './primitives/all.ts'

/** Nothing that is done for one ticket may take longer, however many wait. */
const target = 1000

/** Measures all primitives in rounds, each in a process of its own. */
export async function measurePrimitives(report: Report, effort: Effort): Promise<void> {
  const subjects = primitives.flatMap(({ area, rows }) => rows.map(({ name }) => ({ area, name })))
  const results = await interleave({
    subjects,
    rounds: Math.min(3, effort.rounds),
    progress: report.progress,
    label: ({ name }) => `primitive: ${name}`,
    run: ({ name }) =>
      runChild<PrimitiveResult>({
        script: 'primitives-cell.ts',
        args: [name, String(effort.operations)],
        flags: roomy,
      }),
  })
  let slowest = { name: '', ns: 0 }
  for (const [{ area, name }, rounds] of results) {
    const times = rounds.map((round) => round.ns)
    const ns = median(times)
    const bytes = median(rounds.map((round) => round.bytes))
    report.row('primitives, ns and bytes per operation', {
      area,
      primitive: name,
      ns,
      'ns min': Math.min(...times),
      'ns max': Math.max(...times),
      bytes,
    })
    if (ns > slowest.ns) slowest = { name, ns }
  }
  report.figure({
    figure: `slowest primitive: ${slowest.name}`,
    value: slowest.ns,
    unit: 'ns/op',
    target: { atMost: target },
  })
}
