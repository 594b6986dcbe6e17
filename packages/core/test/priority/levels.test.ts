/** Levels of importance: what came lately, where to cut, and which cohort a key is in. */
import { LevelHistogram } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cohorts, HashedCohorts } from '../../src/priority/levels.ts'

const hourMs = 3_600_000

function filled(levels: readonly number[], count = 16, history = 1000): LevelHistogram {
  const histogram = new LevelHistogram(count, history)
  for (const level of levels) histogram.add(level)
  return histogram
}

describe('LevelHistogram', () => {
  it.each([
    [0, 16],
    [0.1, 7.5],
    [0.2, 7],
    [0.5, 3.75],
    [0.9, 0.5],
    [1, 0],
    [7, 0],
    [NaN, 16],
    [-1, 16],
  ])('cuts a share of %d at %d', (share, expected) => {
    expect(filled([0, 0, 3, 3, 3, 3, 5, 5, 7, 7]).cut(share)).toBeCloseTo(expected, 9)
  })

  it('keeps everything while nothing came', () => {
    expect(filled([]).cut(0.9)).toBe(16)
  })

  it('remembers so many and no more', () => {
    const histogram = filled([9, 9, 9, 1, 1, 1, 1], 16, 4)
    expect(histogram.size).toBe(4)
    expect(histogram.cut(0.5)).toBe(1.5)
    histogram.add(9)
    expect(histogram.cut(0.25)).toBe(9)
  })

  it('cuts off as much of what came last as was asked for, of the least important', () => {
    const levels = fc.array(fc.nat(15), { minLength: 1, maxLength: 120 })
    fc.assert(
      fc.property(levels, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const cut = filled(all, 16, 50).cut(share)
        const recent = all.slice(-50)
        const at = Math.floor(cut)
        const within = recent.filter((level) => level < at).length
        const part = (cut - at) * recent.filter((level) => level === at).length
        expect(within + part).toBeCloseTo((1 - share) * recent.length, 6)
      }),
      { numRuns: 500 },
    )
  })

  it('names option, value and range when an argument is wrong', () => {
    expect(() => new LevelHistogram(0, 1)).toThrow(/"levels" must be an integer >= 1 and <= 65536, got 0/)
    expect(() => new LevelHistogram(1, 1.5)).toThrow(/"history"/)
  })
})

describe('HashedCohorts', () => {
  const of = (key: string, now: number, seed = 1): number => new HashedCohorts(seededRandom(seed)).of(key, now)

  it('leaves a key in its cohort for an hour, and not for the next', () => {
    const keys = Array.from({ length: 500 }, (_, i) => `user ${i}`)
    for (const key of keys) expect(of(key, hourMs - 1)).toBe(of(key, 0))
    const stay = keys.filter((key) => of(key, hourMs) === of(key, 0)).length
    expect(stay).toBeLessThan(20)
    expect(keys.filter((key) => of(key, 0, 2) === of(key, 0)).length).toBeLessThan(20)
  })

  it('fills all cohorts alike', () => {
    const hashed = new HashedCohorts(seededRandom(1))
    const counts = Array.from({ length: cohorts }, () => 0)
    for (let i = 0; i < 100 * cohorts; i++) counts[hashed.of(`user ${i}`, 0)]!++
    expect(Math.min(...counts)).toBeGreaterThan(60)
    expect(Math.max(...counts)).toBeLessThan(140)
  })

  it('is fair over the hours: everybody is in the first half about half of the time', () => {
    const hashed = new HashedCohorts(seededRandom(1))
    for (let i = 0; i < 50; i++) {
      let first = 0
      for (let hour = 0; hour < 400; hour++) if (hashed.of(`user ${i}`, hour * hourMs) < cohorts / 2) first++
      expect(first).toBeGreaterThan(150)
      expect(first).toBeLessThan(250)
    }
  })

  it('knows a cohort for every key and every instant', () => {
    for (const now of [0, -1, 1e15, NaN, Infinity]) expect(of('', now)).toBeLessThan(cohorts)
  })
})
