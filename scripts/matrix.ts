/**
 * `pnpm matrix [20] [22] ...`: the package suites under every supported Node.js; a missing one is told loudly, and fails in CI. There the one that CI
 * runs its tests with anyway is left out.
 */
import { findNode, runVitest, versions } from './nodes.ts'
import { failures, tally } from './tally.ts'

interface Row {
  readonly node: string
  readonly version: string
  readonly result: 'passed' | 'failed' | 'missing'
  readonly passed: number
  readonly failed: number
  readonly seconds: number
}

async function suite(name: string): Promise<Row> {
  const node = await findNode(name)
  if (node === undefined)
    return { node: name, version: '-', result: 'missing', passed: 0, failed: 0, seconds: 0 } as const
  console.log(`running the package suites under Node.js ${node.version} ...`)
  const started = performance.now()
  const { code, output, report } = await runVitest(node, 'matrix', ['packages/'])
  const seconds = (performance.now() - started) / 1000
  const { passed, failed } = report === undefined ? { passed: 0, failed: 1 } : tally(report)
  const good = code === 0 && failed === 0 && passed > 0
  if (!good) console.log(failed > 0 && report !== undefined ? failures(report) : output)
  return { node: name, version: node.version, result: good ? 'passed' : 'failed', passed, failed, seconds }
}

function print(rows: readonly Row[]): void {
  console.log('\nNode.js     result    passed  failed  seconds')
  for (const { node, version, result, passed, failed, seconds } of rows) {
    const name = version === '-' ? node : version
    console.log(
      `${name.padEnd(12)}${result.padEnd(8)}${passed.toString().padStart(8)}${failed.toString().padStart(8)}${seconds.toFixed(1).padStart(9)}`,
    )
  }
}

const ci = process.env['CI'] === 'true'
const own = `node${process.versions.node.split('.')[0] ?? ''}`
const asked = process.argv.slice(2).map((version) => `node${version.replace(/^(?:node|v)/, '')}`)
const unknown = asked.filter((name) => !versions.includes(name))
if (unknown.length > 0) throw new RangeError(`matrix: ${unknown.join(', ')} is none of ${versions.join(', ')}`)
const rows: Row[] = []
for (const name of asked.length > 0 ? asked : versions) if (!ci || name !== own) rows.push(await suite(name))
print(rows)
if (ci) console.log(`${process.version} is what the step "tests" runs under`)
const missing = rows.filter(({ result }) => result === 'missing').map(({ node }) => node)
if (missing.length > 0)
  console.error(`\nNOT RUN: ${missing.join(', ')} (not installed here; they exist for linux-x64 only)`)
if (rows.some(({ result }) => result === 'failed' || (ci && result === 'missing'))) process.exitCode = 1
