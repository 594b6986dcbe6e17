/** Runs the suite of packages/nestjs a second time, on the NestJS 11 of tooling/nest11. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const importers = `${join(root, 'packages/nestjs')}/`
const tooling = join(root, 'tooling/nest11/package.json')

/** The part of a vite plugin that is used here. */
interface Nest11Plugin {
  readonly name: string
  readonly enforce: 'pre'
  resolveId(
    this: { resolve(id: string, importer: string, options: { skipSelf: boolean }): Promise<unknown> },
    id: string,
    importer: string | undefined,
  ): Promise<unknown> | undefined
}

/** Resolves what the package and its tests import of NestJS to the packages of tooling/nest11; those find their own peers. */
export function nest11(): Nest11Plugin {
  return {
    name: 'spillway:nest11',
    enforce: 'pre',
    resolveId(id, importer) {
      if (!id.startsWith('@nestjs/') || importer?.startsWith(importers) !== true) return undefined
      return this.resolve(id, tooling, { skipSelf: true })
    },
  }
}
