/** `pnpm bench:micro`: what a decision and a key cost in one process, beside the peers. */
import { Command } from 'commander'
import { createReport } from '../report/index.ts'
import { measureDecisions } from './decisions.ts'
import type { Effort } from './decisions.ts'
import { measureMemory } from './memory.ts'

const program = new Command('bench:micro')
  .description(
    'Decision cost (ns, bytes) and memory per key of rate and concurrency limits, with peers in the same run.',
  )
  .option('--quick', 'fewer rounds and keys: half a minute instead of several')
  .option('--only <family>', 'decisions or memory')
  .option('--json <file>', 'write figures, rows and the machine to this file')
  .parse()

const { quick, only, json } = program.opts<{ quick?: true; only?: string; json?: string }>()
const effort: Effort =
  quick === true
    ? { rounds: 1, operations: 200_000, keys: 100_000, windowMs: 2_000 }
    : { rounds: 5, operations: 1_000_000, keys: 1_000_000, windowMs: 10_000 }

const report = createReport({ name: 'bench:micro' })
if (only !== 'memory') await measureDecisions(report, effort)
if (only !== 'decisions') await measureMemory(report, effort)
report.finish({ jsonFile: json })
