/** Mutation testing of packages: changes one thing in the sources at a time, and asks the tests nearby whether they notice. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

import { root } from './packages.ts'

const usage = `usage: pnpm mutate [--only <path>]... [--tests <glob>]...
  --only   a file or a folder below packages/<name>/src; what is given more than once is mutated in one run (default: packages/core/src)
  --tests  more tests to ask than those at the same path below test/, as packages/core/test/laws/*.test.ts
The report goes to .reports/mutation.`

/** What nobody runs in production, and what takes minutes for each mutant. */
const leftOut = ['!packages/*/src/**/testing/**', '!packages/*/src/conformance/**']

/** The tests of a source: its folder's, and all below where a whole folder is mutated. */
function testsNear(path: string): string[] {
  const [head, owner, , ...below] = path.split('/')
  const tests = `${head}/${owner}/test`
  if (statSync(join(root, path)).isDirectory()) return [`${[tests, ...below].join('/')}/**/*.test.ts`]
  const own = [tests, ...below].join('/').replace(/\.ts$/, '.test.ts')
  return [own, ...siblings(dirname(own))]
}

function siblings(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.test.ts') ? [`${folder}/${name}`] : []))
}

function isSource(path: string): boolean {
  return /^packages\/[^/]+\/src(\/|$)/.test(path) && existsSync(join(root, path))
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: ['packages/core/src'] },
    tests: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
})
const only = values.only.map((path) => path.replace(/\/$/, ''))
const wrong = only.find((path) => !isSource(path))

if (values.help || wrong !== undefined) {
  console.log(wrong === undefined ? usage : `"${wrong}" is no source of a package.\n${usage}`)
  process.exitCode = values.help ? 0 : 1
} else {
  const mutate = [...only.map((path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`)), ...leftOut]
  const tests = new Set([...only.flatMap(testsNear), ...values.tests])
  const args = ['run', 'stryker.config.mjs', '--mutate', mutate.join(','), '--testFiles', [...tests].join(',')]
  process.exitCode = spawnSync('stryker', args, { cwd: root, stdio: 'inherit' }).status ?? 1
}
