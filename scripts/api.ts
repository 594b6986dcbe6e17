/** Writes the API report of every package entry, or compares it with the committed one (`--check`). */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'

import { publishedPackages, root } from './packages.ts'
import type { PublishedPackage } from './packages.ts'

/** The declarations that `file` reaches through relative imports, itself first. */
function reachable(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !existsSync(file)) return seen
  seen.add(file)
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g)) {
    reachable(join(dirname(file), (specifier ?? '').replace(/\.(?:js|ts)$/, '.d.ts')), seen)
  }
  return seen
}

/** Comments are not API: without them the report changes only when a user's code might notice. */
function bare(text: string): string {
  return text
    .replaceAll(/^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*\n/gm, '')
    .replaceAll(/^\/\/# sourceMappingURL=.*$/gm, '')
    .trim()
}

/** One text per entry; what an earlier entry of the package has shown already is only named. */
function reports({ folder, entries }: PublishedPackage): Map<string, string> {
  const dist = join(root, folder, 'dist')
  const shown = new Map<string, string>()
  const result = new Map<string, string>()
  for (const { id, specifier, types } of entries) {
    const files = [...reachable(join(root, folder, types))].map((file) => ({ file, path: relative(dist, file) }))
    if (files.length === 0) throw new Error(`${specifier} is not built: run "pnpm build" first`)
    const parts = files.map(({ file, path }) => {
      const before = shown.get(path)
      if (before === undefined) shown.set(path, id)
      return before === undefined
        ? `// ${path}\n${bare(readFileSync(file, 'utf8'))}\n`
        : `// ${path}: see ${before}.api.d.ts\n`
    })
    const head = `// The public API of ${specifier}, as emitted. Written by "pnpm api"; do not edit.\n`
    result.set(`${folder}/api/${id}.api.d.ts`, [head, ...parts].join('\n'))
  }
  return result
}

/** Prints how `expected` differs from the committed report; returns whether it does. */
function differs(path: string, expected: string): boolean {
  const committed = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
  if (committed === expected) return false
  const scratch = mkdtempSync(join(tmpdir(), 'spillway-api-'))
  writeFileSync(join(scratch, 'built'), expected)
  const args = [
    'diff',
    '--no-index',
    '--no-color',
    '-U1',
    existsSync(join(root, path)) ? path : '/dev/null',
    join(scratch, 'built'),
  ]
  const { stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  console.log(`${path} no longer tells the API that the sources emit:\n${stdout.split('\n').slice(4).join('\n')}`)
  rmSync(scratch, { recursive: true })
  return true
}

const check = process.argv.includes('--check')
let stale = 0
let total = 0
for (const pkg of publishedPackages()) {
  for (const [path, text] of reports(pkg)) {
    total++
    if (check) stale += differs(path, text) ? 1 : 0
    else {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  }
}
if (check && stale > 0) {
  console.log(
    `${stale} of ${total} API reports are stale. If the change is meant: "pnpm api", commit, and add a changeset.`,
  )
  process.exitCode = 1
} else console.log(`${total} API reports ${check ? 'are current' : 'written'}`)
