/** The code fences of the READMEs as modules, so that what a reader copies is what the tests execute. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** One ```ts fence. */
export interface Snippet {
  /** The README below the root. */
  readonly readme: string
  /** Line of the fence in it, from 1. */
  readonly line: number
  readonly code: string
  /** Marked ```ts no-run: it never ends (a server), so it is only compiled. */
  readonly runs: boolean
  /** The module's address: a file that does not exist, beside files that may import the same packages. */
  readonly id: string
}

export function snippets(): Snippet[] {
  // Not globSync: vitest.config.ts loads this file under Node.js 20 as well.
  const packages = readdirSync(join(root, 'packages')).toSorted()
  const guides = ['docs/guide', 'docs/migration'].filter((folder) => existsSync(join(root, folder)))
  const pages = guides.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  return [
    'README.md',
    ...packages.map((name) => `packages/${name}/README.md`),
    ...pages.filter((page) => page.endsWith('.md')).toSorted(),
  ]
    .filter((readme) => existsSync(join(root, readme)))
    .flatMap((readme) => fences(readme, readFileSync(join(root, readme), 'utf8')))
}

/** The root's README and the guide may show every package, so their snippets see what the benches see, which is all of them. */
function home(readme: string): string {
  return readme.startsWith('packages/') ? dirname(readme) : 'bench'
}

export function fences(readme: string, text: string): Snippet[] {
  return [...text.matchAll(/^```(?:ts|typescript)\b([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length
    const runs = !(match[1] ?? '').includes('no-run')
    return {
      readme,
      line,
      code: match[2] ?? '',
      runs,
      id: join(root, home(readme), `${basename(readme)}.line-${line}.snippet.ts`),
    }
  })
}

function find(id: string): Snippet | undefined {
  return id.endsWith('.snippet.ts') ? snippets().find((snippet) => snippet.id === id) : undefined
}

/** The part of a vite plugin that is used here. */
export interface SnippetPlugin {
  readonly name: string
  readonly enforce: 'pre'
  resolveId(id: string): string | undefined
  load(id: string): string | undefined
}

/** Serves the snippets under their ids. */
export function snippetModules(): SnippetPlugin {
  return {
    name: 'spillway:snippets',
    enforce: 'pre',
    resolveId: (id) => find(id)?.id,
    load: (id) => find(id)?.code,
  }
}
