/** The published packages and their entries, as the packaging scripts see them. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = dirname(dirname(fileURLToPath(import.meta.url)))

export interface Entry {
  /** As users import it: `@spillway/core/testing`. */
  readonly specifier: string
  /** `index` or the subpath with dashes: names files. */
  readonly id: string
  /** The emitted declarations, below the package. */
  readonly types: string
}

export interface PublishedPackage {
  readonly name: string
  /** Below the root. */
  readonly folder: string
  readonly entries: readonly Entry[]
}

export function publishedPackages(): PublishedPackage[] {
  return globSync('packages/*', { cwd: root })
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .toSorted()
    .flatMap((folder) => {
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
      if (manifest.private === true) return []
      const entries = Object.entries<Record<string, string>>(manifest.publishConfig.exports).map(
        ([path, { types }]) => ({
          specifier: manifest.name + path.slice(1),
          id: path === '.' ? 'index' : path.slice(2).replaceAll('/', '-'),
          types: types ?? '',
        }),
      )
      return [{ name: manifest.name, folder, entries }]
    })
}
