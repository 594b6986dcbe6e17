/** The Node.js versions of the matrix, and vitest under one of them. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { root } from './packages.ts'

/** Names of the packages that bring them: `tooling/matrix`. */
export const versions: readonly string[] = ['node20', 'node22', 'node24', 'node26']

/** A Node.js that can be started. */
export interface Node {
  readonly name: string
  readonly binary: string
  /** As it calls itself: `v24.21.0`. */
  readonly version: string
}

/** What a program printed, and how it ended. */
export interface Captured {
  readonly code: number
  readonly output: string
}

const vitest = join(root, 'node_modules/vitest/vitest.mjs')

function capture(file: string, args: readonly string[]): Promise<Captured> {
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

/** The Node.js of this name; `undefined` where it is not installed or does not start. */
export async function findNode(name: string): Promise<Node | undefined> {
  const binary = join(root, 'tooling/matrix/node_modules', name, 'bin/node')
  if (!existsSync(binary)) return undefined
  const { code, output } = await capture(binary, ['--version'])
  return code === 0 ? { name, binary, version: output } : undefined
}

/** What vitest said under one Node.js; `report` is its JSON report, if it came so far. */
export interface VitestRun extends Captured {
  readonly report: string | undefined
}

/** Runs the test files that match `filters`; `id` names the report file. */
export async function runVitest(node: Node, id: string, filters: readonly string[]): Promise<VitestRun> {
  const file = join(root, `.reports/${id}-${node.name}.json`)
  mkdirSync(dirname(file), { recursive: true })
  rmSync(file, { force: true })
  // The JSON reporter alone: the others use functions, to tell failures, that Node.js 20 lacks.
  const args = [vitest, 'run', ...filters, '--maxWorkers=2', '--reporter=json', `--outputFile.json=${file}`]
  const captured = await capture(node.binary, args)
  return { ...captured, report: existsSync(file) ? readFileSync(file, 'utf8') : undefined }
}
