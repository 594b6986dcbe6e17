/** Child processes that pass signals on, leave nothing behind and can be read while they are shown. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Something a person can act on; its message is shown without a stack. */
export class Problem extends Error {}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a command with this terminal and resolves to its exit code (128 + n after signal n, as shells do).
 * @param {string} file
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<number>}
 */
export function run(file, args, options) {
  return watch(spawn(file, args, { ...options, stdio: 'inherit' }), file)
}

/**
 * Runs a command, shows what it prints unless quiet, and resolves to its exit code and the end of its output.
 * @param {string} file
 * @param {string[]} args
 * @param {{ quiet?: boolean, cwd?: string }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function tee(file, args, { quiet = false, ...options }) {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-20_000)
      if (!quiet) process.stderr.write(text)
    })
  }
  return { code: await watch(child, file), output }
}

/**
 * Resolves to the exit code. This process stays until the child has gone, so the prompt never returns too early.
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} file
 * @returns {Promise<number>}
 */
function watch(child, file) {
  return new Promise((resolve, reject) => {
    const forget = passSignals(child)
    child.once('error', (error) => {
      forget()
      reject(new Problem(`could not start ${file}: ${reason(error)}.`))
    })
    child.once('close', (code, signal) => {
      forget()
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}

/**
 * Passes on what is sent to this process alone. A terminal's Ctrl-C reaches the child by itself, and npm sends it to us
 * once more: the child must see one, for many programs take the second as "do not clean up".
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} stops passing
 */
function passSignals(child) {
  const pass = SIGNALS.map((signal) => {
    let last = -Infinity
    const listener = () => {
      const now = performance.now()
      const again = now - last < 1000
      last = now
      if (!again && !(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal)
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  return () => pass.forEach((stop) => stop())
}

/** @param {NodeJS.ErrnoException} error */
function reason(error) {
  if (error.code === 'ENOENT') return 'it is not installed'
  if (error.code === 'EACCES') return 'it may not be executed'
  return error.code ?? error.message
}
