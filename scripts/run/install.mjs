/** Installs the packages from the frozen lockfile, and only when something changed since the last time. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { explain } from './explain.mjs'
import { Problem, ROOT, tee } from './process.mjs'

/** Inside node_modules, so that removing node_modules removes it too. */
const STAMP = join(ROOT, 'node_modules/.spillway-install.json')
/** Here the workspace brings its own Node.js (the root's optional dependency); elsewhere the machine's one is used. */
const BRINGS_NODE = process.platform === 'linux' && process.arch === 'x64'

/**
 * @param {{ file: string }} pnpm
 * @param {{ matrix: boolean }} options `matrix`: with the other Node.js versions (400 MB), which only one task needs
 */
export async function install(pnpm, { matrix }) {
  if (!BRINGS_NODE) requireRecentNode()
  const hash = await fingerprint()
  const stamp = await readStamp()
  if (stamp?.hash === hash && (stamp.matrix || !matrix)) return

  console.error(`spillway: installing the packages${matrix ? ' and the Node.js versions of the matrix' : ''} ...`)
  const started = Date.now()
  const filter = matrix ? [] : ['--filter', '!@spillway/matrix']
  const args = [
    'install',
    '--frozen-lockfile',
    '--config.confirmModulesPurge=false',
    '--reporter=append-only',
    ...filter,
  ]
  const { code, output } = await tee(pnpm.file, args, { cwd: ROOT })
  if (code !== 0) throw new Problem(explain('could not install the packages', output))
  if (BRINGS_NODE) await requireOwnNode()
  await writeFile(STAMP, JSON.stringify({ hash, matrix }))
  console.error(`spillway: installed in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}

/** Everything that an install depends on: the lockfile, the workspace file and each package.json. */
async function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...(await manifests())]) {
    hash.update(`\0${file}\0`).update(await readFile(join(ROOT, file)))
  }
  return hash.digest('hex')
}

async function manifests() {
  const folders = ['.', 'bench']
  for (const parent of ['packages', 'apps', 'tooling']) {
    for (const name of await readdir(join(ROOT, parent))) folders.push(join(parent, name))
  }
  return folders.map((folder) => join(folder, 'package.json')).filter((file) => existsSync(join(ROOT, file)))
}

async function readStamp() {
  try {
    return JSON.parse(await readFile(STAMP, 'utf8'))
  } catch {
    return undefined
  }
}

function requireRecentNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return
  throw new Problem(
    `on ${process.platform}-${process.arch} the tools run under your own Node.js, which must be 22.18 or newer; this is ` +
      `${process.version}. (On linux-x64 the workspace brings its own Node.js.)`,
  )
}

/** Its binary is built against glibc: on Alpine and the like it installs but does not start. */
async function requireOwnNode() {
  const { code } = await tee(join(ROOT, 'node_modules/.bin/node'), ['--version'], { quiet: true })
  if (code === 0) return
  throw new Problem('the Node.js that the workspace brings does not start here; it needs a Linux with glibc.')
}
