/** Packs the package of the working directory as it would be published and judges the tarball (publint, attw). */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What every published package must contain, and what none may. */
const required = [
  'package/LICENSE',
  'package/README.md',
  'package/dist/index.js',
  'package/dist/index.d.ts',
  'package/src/index.ts',
]
const forbidden = /(?:^|\/)(?:test|node_modules|\.turbo)\/|\.tsbuildinfo$/

function call(file: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`$ ${file} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`)
  return stdout
}

const scratch = mkdtempSync(join(tmpdir(), 'spillway-pack-'))
try {
  const tarball = join(scratch, 'package.tgz')
  call('pnpm', 'pack', '--out', tarball)
  const files = call('tar', '-tzf', tarball).trim().split('\n')
  const missing = required.filter((file) => !files.includes(file))
  const stray = files.filter((file) => forbidden.test(file))
  if (missing.length > 0) throw new Error(`the tarball lacks ${missing.join(', ')}`)
  if (stray.length > 0) throw new Error(`the tarball must not contain ${stray.join(', ')}`)
  call('publint', 'run', tarball, '--strict')
  call('attw', tarball, '--profile', 'esm-only')
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true })
}
