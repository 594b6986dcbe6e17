/** Pictures made of panels: what is drawn, named, and left out. */
import { describe, expect, it } from 'vitest'

import { compact } from '../../src/chart/compact.ts'
import { pictureSpec, toSvg, type Panel, type Picture } from '../../src/chart/index.ts'
import { textWidth, wrap } from '../../src/chart/letters.ts'

const x = { title: 'seconds', domain: [0, 2] } as const

const line: Panel = {
  title: 'A line',
  mark: 'line',
  x,
  y: { title: 'per second' },
  series: [
    {
      name: 'ours',
      points: [
        [0, 1],
        [1, 3],
        [2, null],
      ],
    },
    {
      name: 'possible',
      dashed: true,
      points: [
        [0, 2],
        [2, 2],
      ],
    },
  ],
  spans: [{ from: 1, to: 2, label: 'twice the load' }],
  rules: [{ at: 2, label: 'the limit' }],
}

const draw = (panels: readonly Panel[], more: Partial<Picture> = {}): Promise<string> =>
  toSvg(pictureSpec({ title: 'What is to be seen', subtitle: 'the experiment', panels, ...more }))

/** How often something stands in a text. */
const count = (text: string, part: string): number => text.split(part).length - 1

describe('a picture', () => {
  it('says what it shows, which axes and series there are, and what was different when', async () => {
    const svg = await draw([line])
    for (const text of ['What is to be seen', 'the experiment', 'A line', 'seconds', 'per second'])
      expect(svg).toContain(`>${text}<`)
    for (const text of ['ours', 'possible', 'twice the load']) expect(count(svg, `>${text}<`)).toBe(1)
    expect(svg).toContain('stroke-dasharray="5,4"')
  })

  it('names a series once, and the axis below the last of several charts', async () => {
    const svg = await draw([line, { ...line, title: 'Another' }])
    expect(count(svg, '>ours<')).toBe(1)
    expect(count(svg, '>seconds<')).toBe(1)
    expect(count(svg, '>per second<')).toBe(2)
  })

  it('gives one name one colour in all of its charts', async () => {
    const other: Panel = { ...line, series: line.series.toReversed(), title: 'Turned around' }
    const svg = await draw([line, other])
    const strokes = [...svg.matchAll(/<path d="M[^"]{8,}" stroke="(#\w+)" stroke-width="2.25"/g)].map((m) => m[1])
    expect(strokes).toHaveLength(4)
    expect(new Set(strokes).size).toBe(2)
  })

  it('needs no legend where there is one series', async () => {
    const svg = await draw([{ ...line, series: line.series.slice(0, 1) }])
    expect(svg).not.toContain('>ours<')
  })

  it('leaves out the points between which a step does not change', async () => {
    const points = Array.from({ length: 100 }, (_, i) => [i / 50, i < 50 ? 1 : 2] as const)
    const panel: Panel = { ...line, mark: 'step', series: [{ name: 'ours', points }] }
    const many: Panel = { ...panel, mark: 'line' }
    expect((await draw([panel])).length).toBeLessThan((await draw([many])).length - 500)
  })

  it('puts bars beside each other or on top, with names that fit below them', async () => {
    const names = ['the first of two names that are too long', 'the second of two names that are too long']
    const bars: Panel = {
      title: 'Bars',
      mark: 'bar',
      x: { title: '' },
      y: { title: 'share', kind: 'share' },
      values: true,
      series: [
        { name: 'a', points: names.map((name) => [name, 0.25]) },
        { name: 'b', points: names.map((name) => [name, 0.75]) },
      ],
    }
    const svg = await draw([bars], { columns: 2 })
    expect(count(svg, '>25 %<')).toBe(2)
    expect(count(svg, '>75 %<')).toBe(2)
    for (const name of names) expect(svg.includes(`>${name}<`)).toBe(false)
    const stacked = await draw([{ ...bars, mark: 'stacked-bar', values: false }])
    expect(stacked).toContain('>a<')
  })

  it('is white below, so that it can be read on a dark page', async () => {
    expect(await draw([line])).toContain('fill="#ffffff"')
  })

  it('is the same text whatever was drawn before', async () => {
    const first = await draw([line])
    await draw([line, line, line])
    expect((await draw([line])) === first).toBe(true)
  })

  it('joins dots into one path', async () => {
    const points = Array.from({ length: 300 }, (_, i) => [i / 150, i % 7] as const)
    const svg = await draw([{ ...line, mark: 'dot', series: [{ name: 'ours', points }] }])
    expect(svg).toContain('stroke-linecap="round"')
    expect(svg.length).toBeLessThan(16_000)
  })
})

describe('compact', () => {
  it('rounds numbers in tags, not in texts', () => {
    expect(compact('<svg><path d="M1.23456,0.5L-0.00001,2e3"/><text>0.12345</text></svg>')).toBe(
      '<svg><path d="M1.23,0.5L0,2e3"/><text>0.12345</text></svg>',
    )
  })

  it('says the font once, and leaves out what is empty', () => {
    const text = '<text font-family="A, &quot;B&quot;" aria-hidden="true">x</text>'
    expect(compact(`<svg><g><g></g></g>${text}${text}</svg>`)).toBe(
      '<svg font-family="A, &quot;B&quot;"><text>x</text><text>x</text></svg>',
    )
  })
})

describe('texts', () => {
  it('are wider with more and with wider letters', () => {
    expect(textWidth('ill', 10)).toBeLessThan(textWidth('www', 10))
    expect(textWidth('word', 20)).toBeCloseTo(2 * textWidth('word', 10))
    expect(textWidth('word', 10, true)).toBeGreaterThan(textWidth('word', 10))
  })

  it('break at spaces, and keep words whole', () => {
    expect(wrap('one two three', 1000, 12)).toEqual(['one two three'])
    expect(wrap('one two three', 50, 12)).toEqual(['one two', 'three'])
    expect(wrap('indivisible', 10, 12)).toEqual(['indivisible'])
  })
})
