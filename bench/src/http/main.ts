/** What a middleware costs each framework per request, what a refusal costs, and the peers of each framework in the same run. */
import { Command, InvalidArgumentError } from 'commander'
import { pinSelf } from '../load/index.ts'
import { createReport, interleave, median, type Report } from '../report/index.ts'
import { cpuRatio, type Pair, type Ratio, throughputRatio } from './pairs.ts'
import { openSide, type Window } from './side.ts'
import { bareOf, familyNames, familyOf, findVariant, rivals, variantNames } from './families/index.ts'

interface Flags {
  only?: string[]
  variants?: string[]
  rounds?: number
  pairs?: number
  seconds: number
  quick?: boolean
  json?: string
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('not a number > 0')
  return value
}

function parse(argv: readonly string[]): Flags {
  return new Command('bench:http')
    .description('Compares each framework with and without a middleware, window beside window.')
    .option('--only <families>', `comma-separated, of ${familyNames.join(', ')}; default all`, (text) =>
      text.split(','),
    )
    .option('--variants <names>', 'comma-separated', (text) => text.split(','))
    .option('--rounds <n>', 'rounds, each with new processes (default 5)', positive)
    .option('--pairs <n>', 'pairs of windows per variant and round (default 6)', positive)
    .option('--seconds <s>', 'length of a window', positive, 0.6)
    .option('--quick', 'one round of three pairs: a smoke test, not a figure')
    .option('--json <file>', 'writes figures, rows and machine')
    .addHelpText('after', `\nVariants:\n${variantNames.map((name) => `  ${name}\n`).join('')}`)
    .parse(argv)
    .opts<Flags>()
}

/** Starts both servers, then measures them in turns; no pairs when the variant is not there. */
async function measurePairs(name: string, pairs: number, seconds: number): Promise<Pair[]> {
  const variantSide = await openSide(name)
  if (variantSide === undefined) return []
  const bareSide = await openSide(bareOf(name))
  if (bareSide === undefined) throw new Error(`http: ${bareOf(name)} does not start`)
  const measured: Pair[] = []
  for (let pair = 0; pair < pairs; pair++) {
    // Each side stands first as often as second.
    const bareFirst = pair % 2 === 0
    const first = await (bareFirst ? bareSide : variantSide).measure(seconds)
    const second = await (bareFirst ? variantSide : bareSide).measure(seconds)
    measured.push(bareFirst ? { bare: first, variant: second } : { bare: second, variant: first })
  }
  await Promise.all([bareSide.close(), variantSide.close()])
  return measured
}

function spread({ low, high }: Ratio): string {
  return `${low.toFixed(2)}-${high.toFixed(2)}`
}

function statusOf(windows: readonly Window[]): string {
  return [...new Set(windows.flatMap(({ statuses }) => Object.keys(statuses)))].join(' ')
}

function tell(name: string, pairs: readonly Pair[], report: Report): void {
  if (pairs.length === 0) return
  const throughput = throughputRatio(pairs)
  const cpu = cpuRatio(pairs)
  const clientCores = median(pairs.map(({ variant }) => variant.clientCores))
  report.row(`each beside bare ${familyOf(name)} (keep-alive, closed loop)`, {
    variant: name,
    pairs: pairs.length,
    'req/s ratio': throughput.middle,
    '80 % of pairs': spread(throughput),
    'CPU ratio': cpu.middle,
    '80 %': spread(cpu),
    'bare us': median(pairs.map(({ bare: window }) => window.cpuUs)),
    us: median(pairs.map(({ variant }) => variant.cpuUs)),
    'bare/s': Math.round(median(pairs.map(({ bare: window }) => window.perSecond))),
    '/s': Math.round(median(pairs.map(({ variant }) => variant.perSecond))),
    'client cores': clientCores,
    status: statusOf(pairs.map(({ variant }) => variant)),
  })
  const least = leastOf(name)
  if (least === undefined) return
  // Where the client is the bottleneck, req/s are the client's; the server's CPU per request tells what a core could do.
  const byCpu = clientCores > clientBound
  const figure = `${byCpu ? 'requests per CPU second' : 'req/s'} over bare: ${name}`
  report.figure({ figure, value: byCpu ? cpu.middle : throughput.middle, unit: 'ratio', target: { atLeast: least } })
}

/** Above so many cores the client was busy with little else. */
const clientBound = 0.85

/** What is promised of a variant; nothing of the peers. */
function leastOf(name: string): number | undefined {
  if (!name.includes('spillway')) return undefined
  if (!name.includes('refusing')) return 0.97
  if (name.endsWith('in front')) return 8
  return familyOf(name) === 'express' ? 1.3 : 0.9
}

/** How much of the CPU time per request of a peer ours takes, each as a ratio to the framework alone in the windows beside it. */
function compare(results: ReadonlyMap<string, readonly Pair[]>, report: Report): void {
  for (const { ours, theirs } of rivals) {
    const [mine, other] = [results.get(ours) ?? [], results.get(theirs) ?? []]
    if (mine.length === 0 || other.length === 0) continue
    const value = cpuRatio(mine).middle / cpuRatio(other).middle
    const figure = `requests per CPU second: ${ours}, over ${theirs.slice(theirs.indexOf(':') + 2)}`
    report.figure({ figure, value, unit: 'ratio', target: { atLeast: 1 } })
  }
}

function chosen({ only, variants }: Flags): readonly string[] {
  const unknown = only?.filter((family) => !familyNames.includes(family)) ?? []
  if (unknown.length > 0) throw new RangeError(`--only: ${unknown.join(', ')} is none of ${familyNames.join(', ')}`)
  return variants ?? variantNames.filter((name) => only?.includes(familyOf(name)) ?? true)
}

async function main(): Promise<void> {
  const flags = parse(process.argv)
  const quick = flags.quick === true
  const names = chosen(flags)
  for (const name of names) findVariant(name)
  const report = createReport({ name: 'http' })
  pinSelf(1)
  const results = await interleave({
    subjects: names,
    rounds: flags.rounds ?? (quick ? 1 : 5),
    run: (name) => measurePairs(name, flags.pairs ?? (quick ? 3 : 6), flags.seconds),
    label: (name) => name,
    progress: report.progress,
  })
  const all = new Map([...results].map(([name, rounds]) => [name, rounds.flat()]))
  for (const [name, pairs] of all) tell(name, pairs, report)
  compare(all, report)
  report.finish({ jsonFile: flags.json })
}

await main()
