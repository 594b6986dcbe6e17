/** Links between the documents of the repository: files, headings and the symbols that they name exist. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

import { describe, expect, it } from 'vitest'

import { root } from './workspace.ts'

/** One link of a document. */
interface Link {
  readonly text: string
  readonly target: string
}

const skipped = new Set(['node_modules', 'dist', 'coverage', '.git', '.tools', '.turbo', '.reports', 'CHANGELOG.md'])

function documents(folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !skipped.has(name))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name)
      if (entry.isDirectory()) return documents(path)
      return entry.name.endsWith('.md') ? [path] : []
    })
    .toSorted()
}

/** Code and comments are not what a reader can click on. */
function prose(text: string): string {
  return text.replaceAll(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1[ \t]*$/gm, '').replaceAll(/<!--[\s\S]*?-->/g, '')
}

function linksOf(text: string): Link[] {
  const inline = /\[((?:`[^`]*`|!?\[[^\]]*\]\([^)]*\)|[^\]`])*)\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g
  const written = prose(text)
  // A whole link text in code is a symbol; all other code is not for clicking.
  const outsideCode = written.replaceAll(/(\[`[^`\n]*`\]\()|`[^`\n]*`/g, (_code, symbol?: string) => symbol ?? '')
  const found = [...outsideCode.matchAll(inline)].flatMap(([, label = '', target = '']) => [
    { text: label, target },
    ...linksOf(label),
  ])
  const references = [...written.matchAll(/^ {0,3}\[([^\]]+)\]:\s*<?([^\s>]+)/gm)]
  const html = [...written.matchAll(/<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)="([^"\s]+)/g)]
  return [
    ...found,
    ...references.map(([, label = '', target = '']) => ({ text: label, target })),
    ...html.map(([, target = '']) => ({ text: '', target })),
  ]
}

/** The anchors of a document, as GitHub makes them of its headings. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>()
  const anchors = [...prose(text).matchAll(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)].map(([, heading = '']) => {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    const slug = plain
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
  return new Set(anchors)
}

/** The names in a link such as [`PacedGate.enter`](packages/core/src/pace/gate.ts). */
function symbolsIn(text: string): string[] {
  const [, symbol = ''] = /^`([A-Za-z_$][\w$.]*)(?:\(\))?`$/.exec(text) ?? []
  return symbol === '' ? [] : symbol.split('.')
}

/** What is wrong with a link of `document`; nothing where it leads somewhere. */
function complaint(document: string, { text, target }: Link): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined
  const [path = '', anchor] = decodeURI(target).split('#')
  const to = path === '' ? document : posix.join(dirname(document), path)
  if (path.startsWith('/') || to.startsWith('..')) return `${target} leaves the repository`
  if (!existsSync(join(root, to))) return `${target} does not exist`
  if (statSync(join(root, to)).isDirectory()) return anchor === undefined ? undefined : `${target} is a folder`
  if (to.endsWith('.md')) {
    const exists = anchor === undefined || anchorsOf(readFileSync(join(root, to), 'utf8')).has(anchor)
    return exists ? undefined : `${target} has no such heading`
  }
  if (anchor !== undefined) return `${target} names a line, which will move: name the symbol instead`
  const missing = to.endsWith('.ts') ? symbolsIn(text).filter((name) => !mentions(to, name)) : []
  return missing.length === 0 ? undefined : `${target} has no ${missing.join(', ')}`
}

function mentions(path: string, name: string): boolean {
  return new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(readFileSync(join(root, path), 'utf8'))
}

describe('links in documents', () => {
  it('are found in every form, but not in code or comments', () => {
    const text = [
      '[one](a.md) and [`two`](b.ts "title") and ![three](c.png)',
      '[![four](d.svg)](e.md#x)',
      '`[no](no.md)` <!-- [no](no.md) -->',
      '```md\n[no](no.md)\n```',
      '[five]: f.md',
      '<a href="g.md"><img src="h.png"></a>',
    ].join('\n')
    const targets = linksOf(text).map(({ target }) => target)
    expect(targets.toSorted()).toEqual(['a.md', 'b.ts', 'c.png', 'd.svg', 'e.md#x', 'f.md', 'g.md', 'h.png'])
  })

  it('meet headings under the names that GitHub gives them', () => {
    const text = '# A `b.c()` d\n## [Link](x.md), and more!\n## Twice\n## Twice\n```\n# no\n```\n'
    expect([...anchorsOf(text)]).toEqual(['a-bc-d', 'link-and-more', 'twice', 'twice-1'])
  })

  it('are told apart by what is wrong with them', () => {
    const ofGate = (text: string, target: string): string | undefined => complaint('packages/x.md', { text, target })
    expect(ofGate('', 'https://example.com/missing')).toBeUndefined()
    expect(ofGate('`Guard.enter`', 'core/src/gate.ts')).toBeUndefined()
    expect(ofGate('`Guard.jump`', 'core/src/gate.ts')).toBe('core/src/gate.ts has no jump')
    expect(ofGate('', 'core/src/gate.ts#L3')).toContain('names a line')
    expect(ofGate('', 'core/missing.ts')).toBe('core/missing.ts does not exist')
    expect(ofGate('', '../../outside.md')).toContain('leaves the repository')
    expect(ofGate('', '../CONTRIBUTING.md#no-such')).toContain('no such heading')
  })

  it.each(documents())('of %s lead somewhere', (document) => {
    const links = linksOf(readFileSync(join(root, document), 'utf8'))
    expect(links.map((link) => complaint(document, link)).filter((wrong) => wrong !== undefined)).toEqual([])
  })
})
