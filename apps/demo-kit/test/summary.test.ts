import type { LoadResult } from '@spillway/bench/load'
import { describe, expect, test } from 'vitest'
import { compare, outcomeOf, summary, verdict } from '../src/run/summary.ts'
import { phase } from './fixtures.ts'

function result(phases: LoadResult['phases']): LoadResult {
  return { startedAtEpochMs: 0, phases, slices: [], core: 0, generatorCpu: 0.1, staleConnections: 0 }
}

const lost = phase({ offered: 800, served: 8, unanswered: 790, errors: 2, answeredIn250: 4 })
const kept = phase({ offered: 800, served: 200, refused: 600, answeredIn250: 799 })

describe('outcomeOf', () => {
  test('sums up all stretches of a name, and nothing else', () => {
    const { offered, served, unanswered } = outcomeOf(
      { phases: [lost, phase({ name: 'calm', offered: 7 }), lost] },
      'overload',
    )
    expect({ offered, served, unanswered }).toEqual({ offered: 1600, served: 16, unanswered: 1584 })
  })

  test('tells of checkouts only where there is something else, too', () => {
    const counts = { ...kept, offered: 10, served: 9 }
    const one = { '/checkout': counts }
    expect(outcomeOf({ phases: [phase({ byPath: one })] }, 'overload').checkoutShare).toBeUndefined()
    const more = { ...one, '/search': counts }
    expect(outcomeOf({ phases: [phase({ byPath: more })] }, 'overload').checkoutShare).toBe(0.9)
  })
})

describe('verdict', () => {
  const outcomes = (phases: LoadResult['phases']) => outcomeOf({ phases }, 'overload')

  test('names the ratio', () => {
    expect(verdict(compare(outcomes([lost]), outcomes([kept])))).toContain('served 25 times as many clients')
  })

  test('does not divide by nobody', () => {
    const text = verdict(compare(outcomes([phase({ offered: 800, unanswered: 800 })]), outcomes([kept])))
    expect(text).toBe('The protected twin served 200 clients in time; the unprotected one served nobody.')
  })

  test('does not boast where there was no overload', () => {
    expect(verdict(compare(outcomes([kept]), outcomes([kept])))).toContain('no overload')
    expect(verdict(compare(outcomes([kept]), outcomes([lost])))).toContain('fewer clients')
  })
})

describe('summary', () => {
  test('shows both twins in one table', () => {
    const text = summary({ unprotected: result([lost]), protected: result([kept]), load: 4 }).join('\n')
    expect(text).toMatch(/served in time +8 +200\n/)
    expect(text).toMatch(/no answer +792 +0\n/)
    expect(text).toMatch(/answered within 250 ms +< 1 % +99\.8 %\n/)
    expect(text).not.toContain('Trust the ratios only')
  })

  test('says so when the clients themselves were late', () => {
    const late = { ...kept, sendLag: { count: 1, p50: 1, p99: 400, max: 500 } }
    expect(summary({ unprotected: result([lost]), protected: result([late]), load: 4 }).join('\n')).toContain(
      'Trust the ratios only',
    )
  })
})
