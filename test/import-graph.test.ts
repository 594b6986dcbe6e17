/** Imports go down only: the layers of ARCHITECTURE.md, checked against what every source really imports. */
import { describe, expect, it } from 'vitest'

import { imports, sources, target, workspaces } from './workspace.ts'
import type { Workspace } from './workspace.ts'

/** A package may import those on a smaller layer, never one on its own. A new package must find its place here. */
const layers: Readonly<Record<string, number>> = {
  '@spillway/core': 0,
  '@spillway/http': 1,
  '@spillway/node': 2,
  '@spillway/express': 3,
  '@spillway/koa': 3,
  '@spillway/hono': 3,
  '@spillway/nestjs': 3,
  '@spillway/bench': 4,
  '@spillway/demo-kit': 5,
  '@spillway/express-demo': 6,
  '@spillway/koa-demo': 6,
  '@spillway/hono-demo': 6,
  '@spillway/nestjs-demo': 6,
}

const all = workspaces()
const byName = new Map(all.map((workspace) => [workspace.manifest.name, workspace]))

/** `@spillway/core/testing` is the entry `./testing` of `@spillway/core`. */
function split(specifier: string): { name: string; entry: string } {
  const [scope, base, ...rest] = specifier.split('/')
  return { name: `${scope}/${base}`, entry: ['.', ...rest].join('/') }
}

function complaints(workspace: Workspace, judge: (specifier: string, path: string) => string | undefined): string[] {
  return sources(workspace.folder).flatMap(({ path, text }) =>
    imports(text).flatMap((specifier) => {
      const complaint = judge(specifier, path)
      return complaint === undefined ? [] : [`${path} imports "${specifier}": ${complaint}`]
    }),
  )
}

const isOurs = (specifier: string): boolean => specifier.startsWith('@spillway/')
const isRelative = (specifier: string): boolean => specifier.startsWith('.')

describe('import graph', () => {
  it('finds every kind of import and none in comments', () => {
    const text = [
      "/** import { no } from 'comment' */",
      "import { a } from 'one'",
      "import type {\n  b,\n} from 'two'",
      "export * from './three.ts'",
      "import 'four'",
      "export const x = 1\n// import { no } from 'line'",
      "const five = await import('five')",
    ].join('\n')
    expect(imports(text).toSorted()).toEqual(['./three.ts', 'five', 'four', 'one', 'two'])
  })

  it('gives every package of the workspace a layer', () => {
    expect(all.map(({ manifest }) => manifest.name).filter((name) => layers[name] === undefined)).toEqual([])
  })

  describe.each(all)('$folder', (workspace) => {
    const layer = layers[workspace.manifest.name] ?? 0

    it('imports only packages on lower layers', () => {
      const wrong = complaints(workspace, (specifier) => {
        const other = isOurs(specifier) ? split(specifier).name : undefined
        if (other === undefined || other === workspace.manifest.name) return undefined
        return (layers[other] ?? Infinity) < layer ? undefined : `${other} is not below ${workspace.manifest.name}`
      })
      expect(wrong).toEqual([])
    })

    it('enters other packages by their doors only', () => {
      const wrong = complaints(workspace, (specifier, path) => {
        if (isRelative(specifier) && !target(path, specifier).startsWith(`${workspace.folder}/`))
          return 'it leaves the package'
        if (!isOurs(specifier)) return undefined
        const { name, entry } = split(specifier)
        if (name === workspace.manifest.name) return 'inside a package files are imported directly'
        return byName.get(name)?.manifest.exports?.[entry] === undefined ? `${name} exports no "${entry}"` : undefined
      })
      expect(wrong).toEqual([])
    })

    it('declares what it imports', () => {
      const { dependencies = {}, peerDependencies = {} } = workspace.manifest
      const wrong = complaints(workspace, (specifier) => {
        if (isRelative(specifier) || specifier.startsWith('node:')) return undefined
        const name = specifier.startsWith('@') ? split(specifier).name : (specifier.split('/')[0] as string)
        return name in dependencies || name in peerDependencies ? undefined : `${name} is not declared in package.json`
      })
      expect(wrong).toEqual([])
    })
  })
})

describe('runtime-neutral packages', () => {
  it.each(['@spillway/core', '@spillway/http'])('%s depends on nothing outside the workspace', (name) => {
    const { dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = byName.get(name)!.manifest
    const foreign = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
    expect(foreign.filter((dependency) => !isOurs(dependency))).toEqual([])
  })

  it('core imports nothing outside itself', () => {
    const core = byName.get('@spillway/core')!
    expect(complaints(core, (specifier) => (isRelative(specifier) ? undefined : 'it is not in core'))).toEqual([])
  })

  it('http touches Node.js only in its entries for Node.js', () => {
    const wrong = complaints(byName.get('@spillway/http')!, (specifier, path) =>
      specifier.startsWith('node:') && !/^packages\/http\/src\/(?:node|conformance)\//.test(path)
        ? 'only src/node and src/conformance may'
        : undefined,
    )
    expect(wrong).toEqual([])
  })
})
