/** Mutation testing of packages: changes one thing in the sources at a time, and asks the tests nearby whether they notice. */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

import { root } from './packages.ts'

const usage = `usage: pnpm mutate [--only <path>]... [--tests <glob>]...
  --only   a file or a folder below packages/<name>/src; what is given more than once is mutated in one run (default: packages/core/src)
  --tests  more tests to ask than those at the same path below test/, as packages/core/test/laws/*.test.ts
The report goes to .reports/mutation.`

/** What nobody runs in production, and what takes minutes for each mutant. */
const leftOut = ['!packages/*/src/**/testing/**', '!packages/*/src/conformance/**']

/** The tests of a source: its own files (`gate.test.ts`, `gate-laws.test.ts`), else its folder's; all below of a whole folder. */
function testsNear(path: string): string[] {
  const [head, owner, , ...below] = path.split('/')
  const near = [head, owner, 'test', ...below].join('/')
  if (statSync(join(root, path)).isDirectory()) return [`${near}/**/*.test.ts`]
  const own = near.replace(/\.ts$/, '')
  return existsSync(join(root, `${own}.test.ts`))
    ? [`${own}.test.ts`, `${own}-*.test.ts`]
    : [`${dirname(near)}/*.test.ts`]
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
  const tests = [...new Set([...only.flatMap(testsNear), ...values.tests])].join(',')
  const args = ['run', 'stryker.config.mjs', '--mutate', mutate.join(',')]
  const env = { ...process.env, MUTATE_TESTS: tests }
  process.exitCode = spawnSync('stryker', args, { cwd: root, env, stdio: 'inherit' }).status ?? 1
}
