/** What the repository's own tests need to know of it: its packages, their sources and what these import. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The fields of a package.json that the tests read. */
interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>> | string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** A package of the workspace that has sources. */
export interface Workspace {
  /** Below the root: `packages/core`. */
  readonly folder: string
  readonly manifest: Manifest
}

export interface SourceFile {
  /** Below the root: `packages/core/src/gate.ts`. */
  readonly path: string
  readonly text: string
}

export function workspaces(): Workspace[] {
  return globSync(['packages/*', 'apps/*', 'bench'], { cwd: root })
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }))
    .toSorted((a, b) => a.folder.localeCompare(b.folder))
}

export function sources(folder: string): SourceFile[] {
  return globSync(`${folder}/src/**/*.ts`, { cwd: root })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

/** The module specifiers that a source imports, re-exports or loads lazily; those in comments do not count. */
export function imports(text: string): string[] {
  const code = text.replaceAll(/^[ \t]*\/\*[\s\S]*?\*\//gm, '').replaceAll(/^[ \t]*\/\/.*$/gm, '')
  const statements = code.matchAll(/^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm)
  const bare = code.matchAll(/^import\s*['"]([^'"]+)['"]/gm)
  const lazy = code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)
  return [...statements, ...bare, ...lazy].map((match) => match[1] as string)
}

/** Where a relative import of `from` leads, below the root. */
export function target(from: string, specifier: string): string {
  return relative(root, join(root, dirname(from), specifier))
}
