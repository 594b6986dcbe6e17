/** The steps of `pnpm check`, cheap ones first. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { root } from '../packages.ts'
import type { Step } from './run-step.ts'

/** A registry's address in the lockfile would break installs behind another registry. */
function lockfileHasNoAddresses(): void {
  const lines = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8').split('\n')
  const wrong = lines.flatMap((line, i) =>
    /https?:\/\//.test(line) ? [`pnpm-lock.yaml:${i + 1}: ${line.trim()}`] : [],
  )
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
}

export const steps: readonly Step[] = [
  { name: 'lockfile', purpose: 'pnpm-lock.yaml names no registry address', does: lockfileHasNoAddresses },
  { name: 'sherif', purpose: 'the package.json files agree with each other', does: ['sherif'] },
  { name: 'format', purpose: 'oxfmt would change nothing', does: ['oxfmt --check'] },
  { name: 'lint', purpose: 'the conventions that a linter can check', does: ['oxlint --format=unix'] },
  { name: 'build', purpose: 'every package compiles on its own', does: ['turbo run build'] },
  { name: 'types', purpose: 'tests, bench, apps and scripts compile too', does: ['tsc -p tsconfig.check.json'] },
  {
    name: 'snippets',
    purpose: 'the code in the READMEs has the right types',
    does: ['node scripts/check/snippet-types.ts'],
  },
  { name: 'api', purpose: 'packages/*/api tells the API that the sources emit', does: ['node scripts/api.ts --check'] },
  {
    name: 'package',
    purpose: 'what would be published is sound (publint, attw)',
    does: ['turbo run check:package --continue'],
  },
  {
    name: 'require',
    purpose: 'each entry can be imported and required',
    does: ['node scripts/check/require-entries.mjs'],
  },
  { name: 'sizes', purpose: 'each entry stays within its budget (.size-limit.json)', does: ['size-limit'] },
  { name: 'knip', purpose: 'no unused file, export or dependency', does: ['knip'] },
  { name: 'tests', purpose: 'every test', does: ['node scripts/run.mjs test'], live: true },
  {
    name: 'matrix',
    purpose: 'the package suites under Node.js 20, 22, 24, 26',
    does: ['node scripts/matrix.ts'],
    live: true,
  },
]
