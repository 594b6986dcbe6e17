/** Quantiles without the values, beside quantiles of the values. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { WindowQuantile, leastValue, mostValue } from '../../src/estimate/window-quantile.ts'

const of = (values: readonly number[]): WindowQuantile => {
  const window = new WindowQuantile()
  for (const value of values) window.add(value)
  return window
}

/** The value of nearest rank. */
const naive = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1]!

const value = fc.oneof(
  fc.double({ min: leastValue, max: mostValue, noNaN: true }),
  fc.double({ min: 1, max: 1000, noNaN: true }),
  // Equally often in each decade, edges of buckets among them.
  fc.double({ min: -3, max: 7, noNaN: true }).map((exponent) => 10 ** exponent),
  fc.integer({ min: 0, max: 1162 }).map((bucket) => Math.min(mostValue, leastValue * 1.02 ** bucket)),
)

describe('WindowQuantile', () => {
  it('is within 1 % of the value of nearest rank', () => {
    const q = fc.oneof(fc.constantFrom(0, 0.5, 0.9, 1), fc.double({ min: 0, max: 1, noNaN: true }))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), q, (values, at) => {
        const expected = naive(values, at)
        expect(Math.abs(of(values).quantile(at) - expected)).toBeLessThanOrEqual(0.01 * expected)
      }),
      { numRuns: 500 },
    )
  })

  it('is exact where all values are equal', () => {
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 50 }), (each, times) => {
        expect(of(Array.from({ length: times }, () => each)).quantile(0.5)).toBe(each)
      }),
    )
  })

  it('never leaves the range of its values, and does not sink where q rises', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), (values) => {
        const window = of(values)
        let before = Math.min(...values)
        for (let q = 0; q <= 1; q += 0.05) {
          const found = window.quantile(q)
          expect(found).toBeGreaterThanOrEqual(before)
          before = found
        }
        expect(before).toBeLessThanOrEqual(Math.max(...values))
      }),
    )
  })

  it('knows how many values it has and the smallest', () => {
    const window = of([7, 3, 5])
    expect(window.size).toBe(3)
    expect(window.min).toBe(3)
  })

  it('is as new after clear, whatever was in it', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 30 }),
        fc.array(value, { minLength: 1, maxLength: 30 }),
        (old, values) => {
          const window = of(old)
          window.clear()
          expect([window.size, window.min, window.quantile(0.5)]).toEqual([0, Infinity, 0])
          for (const each of values) window.add(each)
          for (const q of [0, 0.3, 0.9, 1]) expect(window.quantile(q)).toBe(of(values).quantile(q))
        },
      ),
    )
  })

  it.each([
    [-5, leastValue],
    [0, leastValue],
    [Number.NaN, leastValue],
    [Number.MIN_VALUE, leastValue],
    [1e9, mostValue],
    [Infinity, mostValue],
  ])('counts %d as %d', (given, counted) => {
    expect(of([given]).quantile(0.5)).toBe(counted)
    expect(of([given, 1, 1]).quantile(0.5)).toBeCloseTo(1, 1)
  })
})
