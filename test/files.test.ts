/** Every file says what it is and stays small; every published package brings what npm and a reader expect. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { root, sources, workspaces } from './workspace.ts'

const all = workspaces()
const published = all.filter(({ manifest }) => manifest.private !== true)

describe('sources', () => {
  const files = all.flatMap(({ folder }) => sources(folder))

  it('begin with a caption of one sentence', () => {
    const wrong = files.filter(({ text }) => !/^(?:#!.*\n)?\/\*\* [^\n]*[.?!:](?: \*\/)?\n/.test(text))
    expect(wrong.map(({ path }) => path)).toEqual([])
  })

  it('have at most 250 lines', () => {
    const long = files.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    expect(long.filter(({ lines }) => lines > 250)).toEqual([])
  })

  it('have names in kebab-case', () => {
    const wrong = files.filter(
      ({ path }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)*\.ts$/.test(path.split('/').at(-1) ?? ''),
    )
    expect(wrong.map(({ path }) => path)).toEqual([])
  })
})

describe('published packages', () => {
  it('are found', () => {
    expect(published.map(({ manifest }) => manifest.name)).toContain('@spillway/core')
  })

  it.each(published)('$folder has a README, a LICENSE and a committed API report', ({ folder }) => {
    const missing = ['README.md', 'LICENSE', 'api/index.api.d.ts'].filter(
      (file) => !existsSync(join(root, folder, file)),
    )
    expect(missing).toEqual([])
  })

  it.each(published)(
    '$folder publishes the entries that it has in the workspace, without the source condition',
    ({ folder }) => {
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
      for (const [entry, { '@spillway/source': source, ...shipped }] of Object.entries<Record<string, string>>(
        manifest.exports,
      )) {
        expect(manifest.publishConfig.exports[entry], entry).toEqual(shipped)
        expect(existsSync(join(root, folder, source ?? '')), `${entry}: ${source}`).toBe(true)
        expect(shipped['default'], entry).toBe(source?.replace('./src/', './dist/').replace(/\.ts$/, '.js'))
      }
      expect(Object.keys(manifest.publishConfig.exports)).toEqual(Object.keys(manifest.exports))
    },
  )
})
