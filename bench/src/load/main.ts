/** The generator on the command line. */
import { writeFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import pc from 'picocolors'
import type { LoadClass, LoadOptions, Phase } from './options.ts'
import type { Latency, LoadResult } from './result.ts'
import { type ArrivalKind, arrivalKinds } from './schedule.ts'
import { openLoad } from './start.ts'

interface Flags {
  url: string
  rate: number[]
  seconds: number
  connections: 'fresh' | number
  arrivals: ArrivalKind
  timeoutMs: number
  seed: number
  priorities: LoadClass[]
  tenants: LoadClass[]
  tries: number
  core: number
  json?: string
}

function number(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('not a number >= 0')
  return value
}

function classes(text: string): LoadClass[] {
  return text.split(',').map((part) => {
    const [name = '', share = '1'] = part.split('=')
    return { name, share: number(share) }
  })
}

function parse(argv: readonly string[]): Flags {
  const program = new Command('load')
    .description('Offers open-loop HTTP load and reports served, refused and unanswered requests.')
    .requiredOption('--url <url>', 'where to, http: only')
    .option(
      '--rate <perSecond...>',
      'requests per second; several make phases',
      (v, all: number[]) => [...all, number(v)],
      [],
    )
    .option('--seconds <s>', 'length of each phase', number, 5)
    .option(
      '--connections <fresh|n>',
      'fresh, or kept-alive connections',
      (v) => (v === 'fresh' ? v : number(v)),
      'fresh',
    )
    .addOption(new Option('--arrivals <kind>').choices(arrivalKinds).default('constant'))
    .option('--timeout-ms <ms>', 'a request without an answer by then is unanswered', number, 500)
    .option('--seed <n>', 'seed of everything random', number, 1)
    .option('--priorities <name=share,...>', 'sends x-priority', classes, [])
    .option('--tenants <name=share,...>', 'sends x-tenant', classes, [])
    .option('--tries <n>', 'tries per request', number, 1)
    .option('--core <n>', 'core to run on', number, 1)
    .option('--json <file>', 'writes the whole result')
  return program.parse(argv).opts<Flags>()
}

function show({ p50, p99, max }: Latency): string {
  if (p50 === undefined || p99 === undefined || max === undefined) return '-'
  return `${p50.toFixed(1)} / ${p99.toFixed(1)} / ${max.toFixed(1)}`
}

function report(result: LoadResult): void {
  for (const phase of result.phases) {
    const { offered, served, refused, unanswered, failed, errors } = phase
    console.log(pc.bold(`\n${phase.name}: ${phase.offeredPerSecond.toFixed(0)}/s for ${phase.seconds.toFixed(1)} s`))
    console.log(`  offered ${offered}  served ${served} (${phase.servedPerSecond.toFixed(1)}/s)  refused ${refused}`)
    console.log(`  unanswered ${unanswered}  other status ${failed}  errors ${errors}  tries ${phase.tries}`)
    console.log(`  answered within 250 ms: ${(phase.answeredShare * 100).toFixed(1)} %`)
    console.log(
      `  latency ms p50 / p99 / max: served ${show(phase.servedLatency)}, refused ${show(phase.refusedLatency)}`,
    )
    console.log(`  send lag ms ${show(phase.sendLag)}`)
    for (const [name, counts] of Object.entries({ ...phase.byPriority, ...phase.byTenant })) {
      console.log(`  ${name}: offered ${counts.offered}, served ${counts.served}, refused ${counts.refused}`)
    }
  }
  const lag = Math.max(...result.phases.map((phase) => phase.sendLag.p99 ?? 0))
  if (lag > 20) console.log(pc.red(`\nThe generator itself was late (p99 ${lag.toFixed(0)} ms): it was overloaded.`))
}

const flags = parse(process.argv)
const rates = flags.rate.length > 0 ? flags.rate : [100]
const phases: Phase[] = rates.map((rate) => ({ rate, seconds: flags.seconds }))
const { url, connections, arrivals, timeoutMs, seed, priorities, tenants, core } = flags
const retries = { tries: flags.tries, backoffMs: 0 }
const options: LoadOptions = { url, phases, connections, arrivals, timeoutMs, seed, priorities, tenants, retries }
const load = openLoad({ ...options, core })
process.once('SIGINT', () => load.stop())
const result = await load.result
report(result)
if (flags.json !== undefined) writeFileSync(flags.json, JSON.stringify(result, undefined, 2))
