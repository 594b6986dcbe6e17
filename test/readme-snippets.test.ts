/** Every ```ts fence of the READMEs is executed, or at least compiled where it never ends. */
import { stripTypeScriptTypes } from 'node:module'

import { describe, expect, it } from 'vitest'

import { fences, snippets } from './snippets.ts'

describe('snippets of the READMEs', () => {
  it('are found with their line, and whether they run', () => {
    const text = 'Title\n\n```ts\nconst a = 1\n```\n\n```sh\nls\n```\n\n```ts no-run\nlisten()\n```\n'
    expect(fences('packages/core/README.md', text)).toMatchObject([
      { line: 3, code: 'const a = 1\n', runs: true },
      { line: 11, code: 'listen()\n', runs: false },
    ])
  })

  it.each(snippets())('$readme:$line', async ({ id, code, runs }) => {
    // Throws where the snippet is no valid TypeScript; a warning that the function is experimental is expected.
    expect(stripTypeScriptTypes(code)).toBeTypeOf('string')
    if (runs) await import(/* @vite-ignore */ id)
  })
})
