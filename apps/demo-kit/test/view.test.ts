import pc from 'picocolors'
import { describe, expect, test } from 'vitest'
import { plainHead, plainLine } from '../src/run/plain.ts'
import { type Board, view } from '../src/run/view.ts'
import { board, sideBoard } from './fixtures.ts'

const colours = pc.createColors(false)
const collapsed: Partial<Board> = {
  stretch: 'overload',
  times: 4,
  atSeconds: 20,
  unprotected: sideBoard({ offered: 200, unanswered: 200 }, 80),
  protected: {
    ...sideBoard({ offered: 200, served: 50, refused: 150, answeredIn250: 200 }, 80),
    reasons: { 'queue-full': 600 },
  },
}

describe('view', () => {
  test.each([
    [80, 24],
    [100, 30],
    [72, 23],
    [200, 60],
    [30, 10],
  ])('fits a terminal of %i x %i', (columns, rows) => {
    for (const shown of [board({}), board(collapsed)]) {
      const lines = view(shown, { columns, rows, colours })
      expect(lines.length).toBeLessThanOrEqual(rows)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
      if (rows >= 23) expect(lines.at(-1)).toContain('Ctrl-C')
    }
  })

  test('shows the one line, and both twins beside each other', () => {
    const lines = view(board(collapsed), { columns: 100, rows: 30, colours })
    const find = (text: string): string => lines.find((line) => line.includes(text)) ?? ''
    expect(find('app.use(overloadControl')).toContain('without that line')
    expect(find('goodput')).toMatch(/goodput +0\/s .*│ goodput +200\/s/)
    expect(find('unanswered')).toMatch(/unanswered +800\/s .*│ unanswered +0\/s/)
    expect(find('refused')).toMatch(/refused +0\/s .*│ refused +600\/s/)
    expect(find('queue full')).toMatch(/│ +queue full 600/)
  })

  test('says what is seen in plain sentences', () => {
    const text = view(board(collapsed), { columns: 120, rows: 30, colours }).join(' ').replace(/\s+/g, ' ')
    expect(text).toContain('The unprotected twin answered none of its last 800 clients.')
    expect(text).toContain('served 200 of its last 800 clients, and told 600 at once to come back later')
  })

  test('draws something before anything has happened', () => {
    const empty = board({ unprotected: sideBoard({}, 0), protected: sideBoard({}, 0), capacity: 0 })
    expect(() => view(empty, { columns: 80, rows: 24, colours })).not.toThrow()
  })
})

describe('plain lines', () => {
  test('stand below their heads and carry no control characters', () => {
    const [, head = ''] = plainHead().split('\n')
    const line = plainLine(board(collapsed))
    expect(line.length).toBe(head.length)
    expect(line.indexOf('|')).toBe(head.indexOf('|'))
    // oxlint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u001F]/)
  })
})
