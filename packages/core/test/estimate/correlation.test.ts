/** The running correlation beside one that is computed from all pairs each time. */
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { RunningCorrelation } from '../../src/estimate/correlation.ts'

type Pair = readonly [x: number, y: number]

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Two passes over all pairs; population variance. */
function naive(pairs: readonly Pair[]): { correlation: number; variationX: number; variationY: number } {
  const x = mean(pairs.map((pair) => pair[0]))
  const y = mean(pairs.map((pair) => pair[1]))
  const xx = mean(pairs.map((pair) => (pair[0] - x) ** 2))
  const yy = mean(pairs.map((pair) => (pair[1] - y) ** 2))
  const xy = mean(pairs.map((pair) => (pair[0] - x) * (pair[1] - y)))
  return { correlation: xy / Math.sqrt(xx * yy), variationX: Math.sqrt(xx) / x, variationY: Math.sqrt(yy) / y }
}

/** Compares after each pair, once there are enough. */
function compare(capacity: number, least: number, pairs: readonly Pair[], digits: number): void {
  const running = new RunningCorrelation(capacity, least)
  for (const [i, [x, y]] of pairs.entries()) {
    running.add(x, y)
    const last = pairs.slice(Math.max(0, i + 1 - capacity), i + 1)
    expect(running.size).toBe(last.length)
    if (last.length < least) {
      expect([running.correlation, running.variationX, running.variationY]).toEqual([0, 0, 0])
      continue
    }
    const expected = naive(last)
    expect(running.variationX).toBeCloseTo(expected.variationX, digits)
    expect(running.variationY).toBeCloseTo(expected.variationY, digits)
    // At the very edge of what counts as standing still either answer is right.
    const edge = Math.min(expected.variationX, expected.variationY)
    if (Math.abs(edge - 0.01) > 1e-6)
      expect(running.correlation).toBeCloseTo(edge < 0.01 ? 0 : expected.correlation, digits)
  }
}

describe('RunningCorrelation', () => {
  it.each([
    ['rise together', [1, 2, 3, 4], [10, 20, 30, 40], 1],
    ['move against each other', [1, 2, 3, 4], [40, 30, 20, 10], -1],
    ['have nothing to do with each other', [1, 2, 1, 2], [5, 5, 6, 6], 0],
  ])('is 1, -1 or 0 for measures that %s', (_how, xs, ys, expected) => {
    const running = new RunningCorrelation(50, 4)
    for (const [i, x] of xs.entries()) running.add(x, ys[i]!)
    expect(running.correlation).toBeCloseTo(expected, 12)
  })

  it('is that of all remembered pairs, at every step', () => {
    const number = fc.oneof(fc.double({ min: 0.1, max: 1e4, noNaN: true }), fc.integer({ min: 1, max: 30 }))
    const capacity = fc.integer({ min: 2, max: 20 })
    fc.assert(
      fc.property(capacity, fc.array(fc.tuple(number, number), { maxLength: 80 }), (n, pairs) =>
        compare(n, Math.min(n, 3), pairs, 6),
      ),
      { numRuns: 300 },
    )
  })

  it.each([20, 20_000, 200_000])('does not lose small differences between large numbers in %d pairs', (count) => {
    const random = seededRandom(7)
    const running = new RunningCorrelation(50, 10)
    const last: Pair[] = []
    for (let i = 0; i < count; i++) {
      const pair = [1e9 + random(), 1e-3 * (1 + random())] as const
      running.add(pair[0], pair[1])
      last.push(pair)
      if (last.length > 50) last.shift()
    }
    const expected = naive(last)
    expect(running.variationX / expected.variationX).toBeCloseTo(1, 6)
    expect(running.variationY / expected.variationY).toBeCloseTo(1, 12)
  })

  it('is right again as soon as an outlier has left that dwarfed the rest', () => {
    const random = seededRandom(3)
    const pairs = Array.from({ length: 300 }, (_, i): Pair =>
      i % 37 === 5 ? [1e150, 1e120] : [1 + random(), 1 + random()],
    )
    const running = new RunningCorrelation(10, 5)
    for (const [i, [x, y]] of pairs.entries()) {
      running.add(x, y)
      const last = pairs.slice(Math.max(0, i - 9), i + 1)
      if (last.length < 10 || last.some(([each]) => each > 2)) continue
      expect(running.correlation).toBeCloseTo(naive(last).correlation, 9)
    }
  })

  it('is 0 where a measure stands still', () => {
    const running = new RunningCorrelation(50, 10)
    for (let i = 0; i < 200; i++) running.add(20, 1 + (i % 7))
    expect(running.variationX).toBe(0)
    expect(running.correlation).toBe(0)
    expect(running.variationY).toBeGreaterThan(0.1)
  })

  it('says nothing that is no number, and nothing outside -1..1, whatever it is told', () => {
    const any = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE))
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.array(fc.tuple(any, any), { maxLength: 60 }), (n, pairs) => {
        const running = new RunningCorrelation(n, 2)
        for (const [x, y] of pairs) {
          running.add(x, y)
          expect(Math.abs(running.correlation)).toBeLessThanOrEqual(1)
          expect(running.variationX).toBeGreaterThanOrEqual(0)
          expect(running.variationY).toBeGreaterThanOrEqual(0)
        }
        for (let i = 1; i <= 2 * n; i++) running.add(i, 2 * i)
        expect(running.correlation).toBeCloseTo(1, 9)
      }),
    )
  })
})
