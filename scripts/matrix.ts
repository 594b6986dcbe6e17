/** `pnpm matrix`: the package suites under every supported Node.js; a missing one is told loudly, and fails in CI. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { root } from './packages.ts'
import { failures, tally } from './tally.ts'

const versions = ['node20', 'node22', 'node24', 'node26']
const vitest = join(root, 'node_modules/vitest/vitest.mjs')

interface Row {
  readonly node: string
  readonly version: string
  readonly result: 'passed' | 'failed' | 'missing'
  readonly passed: number
  readonly failed: number
  readonly seconds: number
}

function capture(file: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  // The version under test comes first, so that tests which start `node` start that one.
  const PATH = `${dirname(file)}:${process.env['PATH'] ?? ''}`
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, env: { ...process.env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.once('error', (error) => resolve({ code: 127, output: error.message }))
    child.once('close', (code) => resolve({ code: code ?? 1, output: output.trim() }))
  })
}

async function suite(node: string): Promise<Row> {
  const binary = join(root, 'tooling/matrix/node_modules', node, 'bin/node')
  const missing = { node, version: '-', result: 'missing', passed: 0, failed: 0, seconds: 0 } as const
  if (!existsSync(binary)) return missing
  const { code: starts, output: version } = await capture(binary, ['--version'])
  if (starts !== 0) return missing

  const report = join(root, `.reports/matrix-${node}.json`)
  rmSync(report, { force: true })
  console.log(`running the package suites under Node.js ${version} ...`)
  const started = performance.now()
  // The JSON reporter alone: the others use functions, to tell failures, that Node.js 20 lacks.
  const args = [vitest, 'run', 'packages/', '--reporter=json', `--outputFile.json=${report}`]
  const { code, output } = await capture(binary, args)
  const seconds = (performance.now() - started) / 1000
  const text = existsSync(report) ? readFileSync(report, 'utf8') : undefined
  const { passed, failed } = text === undefined ? { passed: 0, failed: 1 } : tally(text)
  const good = code === 0 && failed === 0 && passed > 0
  if (!good) console.log(failed > 0 && text !== undefined ? failures(text) : output)
  return { node, version, result: good ? 'passed' : 'failed', passed, failed, seconds }
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

mkdirSync(join(root, '.reports'), { recursive: true })
const rows: Row[] = []
for (const node of versions) rows.push(await suite(node))
print(rows)
const missing = rows.filter(({ result }) => result === 'missing').map(({ node }) => node)
if (missing.length > 0)
  console.error(`\nNOT RUN: ${missing.join(', ')} (not installed here; they exist for linux-x64 only)`)
const ci = process.env['CI'] === 'true'
if (rows.some(({ result }) => result === 'failed' || (ci && result === 'missing'))) process.exitCode = 1
