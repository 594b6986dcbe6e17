/** Runs a script of this folder in a process of its own and reads its last line as JSON. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Flags for a child that weighs what is allocated: nothing may be collected while bytes are counted. */
export const roomy: readonly string[] = ['--min-semi-space-size=512', '--max-semi-space-size=512']

/** What a child process is given. */
export interface ChildOptions {
  readonly script: string
  readonly args: readonly string[]
  /** Flags for node itself. */
  readonly flags?: readonly string[]
}

/** Starts it, waits for it, and returns what it printed. Fails with its errors when it fails. */
export function runChild<T>({ script, args, flags = [] }: ChildOptions): Promise<T> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@spillway/source', '--expose-gc', ...flags, path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(`${script} ${args.join(' ')} ended with ${code}`))
      resolve(JSON.parse(output.trim().split('\n').at(-1) ?? '') as T)
    })
  })
}
