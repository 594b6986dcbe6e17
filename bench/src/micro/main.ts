/** `pnpm bench:micro`: what a decision, a task, each part of the core and a key cost in one process, beside the peers. */
import { Command, Option } from 'commander'
import { createReport } from '../report/index.ts'
import type { Report } from '../report/index.ts'
import { measureDecisions } from './decisions.ts'
import type { Effort } from './decisions.ts'
import { measureExecutor } from './executor.ts'
import { measureMemory } from './memory.ts'
import { measurePrimitives } from './primitives.ts'

const families: Readonly<Record<string, (report: Report, effort: Effort) => Promise<void>>> = {
  decisions: measureDecisions,
  executor: measureExecutor,
  primitives: measurePrimitives,
  memory: measureMemory,
}

const program = new Command('bench:micro')
  .description(
    'Cost (ns, bytes) of a decision, of a task through an executor and of each part of the core, and memory per key; with peers in the same run.',
  )
  .option('--quick', 'fewer rounds and keys: half a minute instead of several')
  .addOption(new Option('--only <family>', 'only this one').choices(Object.keys(families)))
  .option('--json <file>', 'write figures, rows and the machine to this file')
  .parse()

const { quick, only, json } = program.opts<{ quick?: true; only?: string; json?: string }>()
const effort: Effort =
  quick === true
    ? { rounds: 1, operations: 200_000, keys: 100_000, windowMs: 2_000 }
    : { rounds: 5, operations: 1_000_000, keys: 1_000_000, windowMs: 10_000 }

const report = createReport({ name: 'bench:micro' })
for (const [family, measure] of Object.entries(families)) {
  if (only === undefined || only === family) await measure(report, effort)
}
report.finish({ jsonFile: json })
