/** Throughput by limit, forgetting slowly. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { ThroughputTable, limitLevels } from '../../../src/concurrency/limit/throughput-table.ts'

/** A table that has seen 100 ends at each of these rates per ms, level by level. */
function tableOf(...rates: (number | undefined)[]): ThroughputTable {
  const table = new ThroughputTable()
  rates.forEach((rate, level) => {
    if (rate !== undefined) table.record(0, level, 100, 100 / rate)
  })
  return table
}

describe('limitLevels', () => {
  it('starts with the least, ends with the most, and each is about a quarter above the one before', () => {
    expect(limitLevels(2, 20)).toEqual([2, 3, 4, 5, 6, 8, 10, 13, 16, 20])
    expect(limitLevels(7, 7)).toEqual([7])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (a, b) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)]
        const levels = limitLevels(min, max)
        expect([levels[0], levels.at(-1)]).toEqual([min, max])
        expect(levels.length).toBeLessThan(70)
        for (let i = 1; i < levels.length; i++) {
          const [below, at] = [levels[i - 1]!, levels[i]!]
          expect(Number.isInteger(at) && at > below && at <= Math.max(below + 1, Math.round(below * 1.25))).toBe(true)
        }
      }),
    )
  })
})

describe('ThroughputTable', () => {
  it('knows nothing at first and after it was cleared', () => {
    const table = new ThroughputTable()
    expect([table.highest, table.knows(0), table.knows(-1)]).toEqual([-1, false, false])
    table.record(0, 3, 100, 50)
    expect([table.highest, table.knows(3), table.knows(2), table.knows(4)]).toEqual([3, true, false, false])
    table.clear()
    expect([table.highest, table.knows(3)]).toEqual([-1, false])
    table.record(1, 1, 10, 50)
    table.record(1, 3, 10, 50)
    expect([table.knows(1), table.knows(2), table.knows(3)]).toEqual([true, false, true])
    expect(table.rate(3)).toBeCloseTo(0.2, 9)
  })

  it('adds up windows at the same limit, and gives room for error that shrinks with what it has seen', () => {
    const table = new ThroughputTable()
    table.record(0, 1, 20, 10)
    table.record(0, 1, 20, 30)
    expect(table.rate(1)).toBeCloseTo(1, 12)
    const wide = table.rate(1, 1) - table.rate(1, -1)
    table.record(0, 1, 4000, 4000)
    expect(table.rate(1)).toBeCloseTo(1, 12)
    expect(table.rate(1, 1) - table.rate(1, -1)).toBeLessThan(wide / 5)
    expect(table.rate(1, -1e9)).toBe(0)
  })

  it('forgets: after 5 s a figure weighs 1/e, and what it rested on becomes too little to be believed', () => {
    const table = new ThroughputTable()
    table.record(0, 0, 100, 100)
    table.record(0, 1, 30, 10)
    table.record(5000, 0, 100, 50)
    const weight = Math.exp(-1)
    expect(table.rate(0)).toBeCloseTo((100 + 100 * weight) / (50 + 100 * weight), 9)
    expect(table.knows(1)).toBe(true)
    table.record(10_000, 0, 100, 50)
    expect(table.knows(1)).toBe(false)
  })

  it('takes the lowest limit that does 95 % of the best', () => {
    expect(tableOf(1, 2, 3, 3.9, 4, 4).enough(0.95)).toBe(3)
    expect(tableOf(4, 4, 4, 4).enough(0.95)).toBe(0)
    expect(tableOf(1, 2, 3, 4).enough(0.95)).toBe(3)
    expect(tableOf(1, undefined, undefined, 4, 3).enough(0.95)).toBe(3)
  })

  it('takes the highest when it believes in none', () => {
    const table = new ThroughputTable()
    table.record(0, 4, 2, 10)
    expect(table.enough(0.95)).toBe(4)
  })

  it('sees throughput rise when it does at least half of what the limit did, by logarithm', () => {
    const levels = [4, 8, 16]
    expect(tableOf(1, 1.5).rises(1, levels)).toBe(true)
    expect(tableOf(1, 1.3).rises(1, levels)).toBe(false)
    expect(tableOf(1, undefined, 2.1).rises(2, levels)).toBe(true)
    expect(tableOf(1, undefined, 1.9).rises(2, levels)).toBe(false)
    expect(tableOf(1, 1).rises(0, levels)).toBe(false)
  })

  it('is contradicted by a window that surely did less than what is remembered of as many in flight, or of fewer', () => {
    const table = tableOf(1, 2, 3)
    expect(table.contradicts(2, 100, 100)).toBe(true)
    expect(table.contradicts(2, 100, 40)).toBe(false)
    expect(table.contradicts(6, 100, 100)).toBe(true)
    // With so few ends even a third of the rate may be chance.
    expect(table.contradicts(2, 5, 5)).toBe(false)
    // Fewer in flight may well do less.
    expect(table.contradicts(0, 100, 100)).toBe(false)
    expect(new ThroughputTable().contradicts(3, 100, 1e6)).toBe(false)
  })

  it('never names a limit that was not tried, whatever it was told', () => {
    const record = fc.record({
      afterMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
      level: fc.nat(40),
      ends: fc.integer({ min: 1, max: 1e6 }),
      ms: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 50 }), (records) => {
        const table = new ThroughputTable()
        let now = 0
        const tried = new Set<number>()
        for (const { afterMs, level, ends, ms } of records) {
          table.record((now += afterMs), level, ends, ms)
          tried.add(level)
          expect(tried.has(table.enough(0.95))).toBe(true)
          expect(table.highest).toBe(Math.max(...tried))
        }
      }),
    )
  })
})
