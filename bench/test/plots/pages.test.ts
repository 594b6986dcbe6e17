/** The guide and its pictures: every page has one, made by the command that it names; every picture has its page. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { describe, expect, it } from 'vitest'

import { plots } from '../../src/plots/plots.ts'

const guide = fileURLToPath(new URL('../../../docs/guide/', import.meta.url))
const pages = readdirSync(guide)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => name.slice(0, -'.md'.length))
const pictures = readdirSync(join(guide, 'plots'))

/** The picture of the index. */
const ofIndex = 'choosing'

const read = (path: string): string => readFileSync(join(guide, path), 'utf8')

describe('the pictures of the guide', () => {
  it('are those of its pages, and are made by plots of the same names', () => {
    const named = [...pages, ofIndex].toSorted()
    expect(pictures.map((file) => file.replace(/\.svg$/, '')).toSorted()).toEqual(named)
    expect(plots.map(({ name }) => name).toSorted()).toEqual(named)
  })

  it.each(pages)('of %s stands at the top, with what it shows and the command that made it', (name) => {
    const [title, purpose, picture, caption = ''] = read(`${name}.md`).split('\n\n')
    expect(title).toMatch(/^# /)
    expect(purpose).toMatch(/\w/)
    expect(picture).toMatch(new RegExp(`^!\\[[^\\]]{20,}\\]\\(plots/${name}\\.svg\\)$`))
    expect(caption).toMatch(/^<sub>[\s\S]+<\/sub>$/)
    expect(caption).toContain(`(\`pnpm bench:plots --only ${name}\`)`)
  })

  it.each(pictures)('%s is small enough for a page, and says what is to be seen', (file) => {
    expect(statSync(join(guide, 'plots', file)).size).toBeLessThan(60_000)
    const svg = read(`plots/${file}`)
    expect(svg).toMatch(/font-weight="bold"[^>]*>[^<]{10,}</)
    expect(svg).not.toContain('NaN')
    expect(svg).not.toContain('undefined')
  })

  it('are linked from the index, page by page', () => {
    expect(existsSync(join(guide, 'README.md'))).toBe(true)
    const index = read('README.md')
    expect(index).toContain(`(plots/${ofIndex}.svg)`)
    expect(index).toContain(`(\`pnpm bench:plots --only ${ofIndex}\`)`)
    expect(pages.filter((name) => !index.includes(`(${name}.md)`))).toEqual([])
  })
})
