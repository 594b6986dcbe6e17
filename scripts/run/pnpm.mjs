/** Finds the pinned pnpm: on the PATH, cached in `.tools/`, or fetched there once. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { explain } from './explain.mjs'
import { Problem, ROOT, tee } from './process.mjs'

const TOOLS = join(ROOT, '.tools')
const CACHED = join(TOOLS, 'node_modules/.bin')

/**
 * @returns {Promise<{ file: string, path: string[] }>} the command, and what must join the PATH for tools that call it
 */
export async function findPnpm() {
  const pin = await pinned()
  if ((await version('pnpm')) === pin) return { file: 'pnpm', path: [] }
  const file = join(CACHED, 'pnpm')
  if ((await version(file)) !== pin) await fetchPnpm(pin)
  return { file, path: [CACHED] }
}

/** The version that package.json pins, so that it stands in one place. */
async function pinned() {
  const { packageManager } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  return packageManager.replace('pnpm@', '')
}

/** @param {string} file */
async function version(file) {
  try {
    const { code, output } = await tee(file, ['--version'], { cwd: ROOT, quiet: true })
    return code === 0 ? output.trim() : undefined
  } catch {
    return undefined
  }
}

/** @param {string} pin */
async function fetchPnpm(pin) {
  console.error(`spillway: fetching pnpm ${pin} into .tools/ (once, about 5 seconds) ...`)
  const args = ['install', '--prefix', TOOLS, '--no-audit', '--no-fund', '--no-save', `pnpm@${pin}`]
  const { code, output } = await tee('npm', args, { cwd: ROOT, quiet: true })
  if (code !== 0) throw new Problem(explain(`could not fetch pnpm ${pin}`, output))
}
