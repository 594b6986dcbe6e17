/** `pnpm conformance`: which adapter keeps which promise, on which framework, runtime and version of Node.js. */
import { globSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { findNode, runVitest, versions } from './nodes.ts'
import type { Node } from './nodes.ts'
import { root } from './packages.ts'

const help = `pnpm conformance [--node 24,26] [--only koa] [--cases] [--json FILE]

Runs the conformance suite of @spillway/http with every adapter, on real sockets, and prints a table.
  --node   versions of Node.js, of ${versions.map((name) => name.replace('node', '')).join(', ')}; default all
  --only   adapters whose package contains this text
  --cases  a row for each promise instead of one for each adapter
  --json   also writes every single result to a file`

/** One promise, kept or broken by one adapter under one Node.js. */
interface Result {
  readonly node: string
  /** Framework, runtime and version: the name of the suite. */
  readonly adapter: string
  readonly promise: string
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly why?: string
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
      readonly failureMessages: readonly string[] | null
    }[]
  }[]
}

function readOptions(): { nodes: readonly string[]; only: string; cases: boolean; json: string | undefined } {
  const { values } = parseArgs({
    options: {
      node: { type: 'string' },
      only: { type: 'string', default: '' },
      cases: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    process.exit(0)
  }
  const nodes = values.node?.split(',').map((version) => `node${version.replace(/^(?:node|v)/, '')}`) ?? versions
  const unknown = nodes.filter((name) => !versions.includes(name))
  if (unknown.length > 0) throw new RangeError(`--node: ${unknown.join(', ')} is none of ${versions.join(', ')}`)
  return { nodes, only: values.only, cases: values.cases, json: values.json }
}

async function resultsUnder(node: Node, only: string): Promise<Result[]> {
  console.log(`running the conformance suite under Node.js ${node.version} ...`)
  const { output, report } = await runVitest(
    node,
    'conformance',
    globSync(`packages/*${only}*/test/**/conformance*.test.ts`, { cwd: root }),
  )
  if (report === undefined) throw new Error(`vitest gave no report under ${node.version}:\n${output}`)
  return (JSON.parse(report) as Report).testResults.flatMap(({ name, message, assertionResults }) => {
    const broken = { node: node.version, adapter: name, promise: 'the suite can be loaded', status: 'failed' } as const
    if (assertionResults.length === 0) return [{ ...broken, why: message ?? '' }]
    return assertionResults.map(({ ancestorTitles, title, status, failureMessages }) => ({
      node: node.version,
      adapter: ancestorTitles.join(' '),
      promise: title,
      status: status === 'passed' || status === 'failed' ? status : ('skipped' as const),
      ...(status === 'failed' && { why: failureMessages?.join('\n') ?? '' }),
    }))
  })
}

function pick<Key extends 'node' | 'adapter' | 'promise'>(results: readonly Result[], key: Key): string[] {
  return [...new Set(results.map((result) => result[key]))]
}

/** `36` when all passed, else `35/36`; with what was left out. */
function cell(results: readonly Result[]): string {
  const count = (status: Result['status']): number => results.filter((result) => result.status === status).length
  const [passed, skipped] = [count('passed'), count('skipped')]
  const ran = results.length - skipped
  if (results.length === 0) return '-'
  return `${passed === ran ? passed : `${passed}/${ran} FAILED`}${skipped > 0 ? ` (${skipped} n/a)` : ''}`
}

function print(results: readonly Result[], rowKey: 'adapter' | 'promise', columnKey: 'node' | 'adapter'): void {
  const columns = pick(results, columnKey)
  const rows = pick(results, rowKey).map((row) => [
    row,
    ...columns.map((column) => cell(results.filter((each) => each[rowKey] === row && each[columnKey] === column))),
  ])
  const table = [['', ...columns], ...rows]
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)))
  for (const row of table) console.log(row.map((text, i) => text.padEnd(widths[i]!)).join('  '))
}

const { nodes, only, cases, json } = readOptions()
const results: Result[] = []
const missing: string[] = []
for (const name of nodes) {
  const node = await findNode(name)
  if (node === undefined) missing.push(name)
  else results.push(...(await resultsUnder(node, only)))
}
console.log()
print(results, cases ? 'promise' : 'adapter', cases ? 'adapter' : 'node')
const failed = results.filter(({ status }) => status === 'failed')
for (const { node, adapter, promise, why } of failed) console.log(`\nFAILED ${adapter}, ${node}: ${promise}\n${why}`)
console.log(`\n${results.filter(({ status }) => status === 'passed').length} promises kept, ${failed.length} broken`)
if (missing.length > 0) console.error(`NOT RUN: ${missing.join(', ')} (not installed here)`)
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ results, missing }, undefined, 1)}\n`)
if (failed.length > 0 || results.length === 0 || (missing.length > 0 && process.env['CI'] === 'true'))
  process.exitCode = 1
