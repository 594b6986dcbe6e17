/** Type-checks the code fences of the READMEs: writes them where their imports resolve, compiles, removes them. */
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { snippets } from '../../test/snippets.ts'
import { root } from '../packages.ts'

const all = snippets()
const config = join(root, 'tsconfig.snippets.json')
/** A snippet shows one idea: what it does not use it may still name, and it must stay a module. */
const own = {
  extends: './tsconfig.check.json',
  compilerOptions: { moduleDetection: 'force' },
  include: [],
  files: all.map(({ id }) => relative(root, id)),
}

try {
  // The blank lines make a compiler's line the line in the README.
  for (const { id, line, code } of all) writeFileSync(id, '\n'.repeat(line) + code)
  writeFileSync(config, JSON.stringify(own))
  const { status, stdout } =
    all.length === 0 ? { status: 0, stdout: '' } : spawnSync('tsc', ['-p', config], { cwd: root, encoding: 'utf8' })
  let text = stdout
  for (const { id, readme } of all) text = text.replaceAll(relative(root, id), readme)
  if (text !== '') console.log(text)
  process.exitCode = status ?? 1
} finally {
  for (const { id } of all) rmSync(id, { force: true })
  rmSync(config, { force: true })
}
