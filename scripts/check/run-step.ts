/** Runs one step of `pnpm check`; its output is kept and shown only where it failed. */
import { spawn } from 'node:child_process'

import { root } from '../packages.ts'

export interface Step {
  readonly name: string
  /** What the step promises, for the summary line. */
  readonly purpose: string
  /** Commands of node_modules/.bin, one after the other, without a shell; or a function that throws what is wrong. */
  readonly does: readonly string[] | (() => void)
  /** Shows the output while it runs: for the steps that take long. */
  readonly live?: boolean
}

export interface StepResult {
  readonly name: string
  readonly passed: boolean
  readonly ms: number
  readonly output: string
}

export async function runStep({ name, does, live = false }: Step): Promise<StepResult> {
  const started = performance.now()
  const outcome = typeof does === 'function' ? attempt(does) : await runAll(does, live)
  return { name, ms: performance.now() - started, ...outcome }
}

function attempt(does: () => void): { passed: boolean; output: string } {
  try {
    does()
    return { passed: true, output: '' }
  } catch (error) {
    return { passed: false, output: error instanceof Error ? error.message : String(error) }
  }
}

async function runAll(commands: readonly string[], live: boolean): Promise<{ passed: boolean; output: string }> {
  let output = ''
  for (const command of commands) {
    const result = await runCommand(command, live)
    output += result.output
    if (result.code !== 0) return { passed: false, output: `${output}\n$ ${command}: exit code ${result.code}` }
  }
  return { passed: true, output }
}

function runCommand(command: string, live: boolean): Promise<{ code: number; output: string }> {
  const [file = '', ...args] = command.split(' ')
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.once('error', (error) => resolve({ code: 127, output: error.message }))
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
