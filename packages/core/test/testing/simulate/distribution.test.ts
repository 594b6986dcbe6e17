/** Distributions, shapes of load and seeded chance. */
import { distribution, load, seededRandom, type Distribution } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const cases: Record<string, Distribution> = {
  fixed: distribution.fixed(5),
  uniform: distribution.uniform(2, 8),
  exponential: distribution.exponential(4, 1),
  'bounded Pareto': distribution.pareto({ shape: 1.5, minMs: 1, maxMs: 100 }),
  mixture: distribution.mixture([
    [9, distribution.fixed(1)],
    [1, distribution.exponential(50)],
  ]),
}

describe('distribution', () => {
  for (const [name, given] of Object.entries(cases)) {
    it(`samples of ${name} have the mean that it tells`, () => {
      const random = seededRandom(3)
      let sum = 0
      for (let i = 0; i < 200_000; i++) sum += given.sample(random)
      expect(sum / 200_000 / given.meanMs).toBeCloseTo(1, 1)
    })
  }

  it('keeps a bounded Pareto within its bounds', () => {
    const pareto = distribution.pareto({ shape: 1.2, minMs: 2, maxMs: 40 })
    expect(pareto.sample(() => 0)).toBeCloseTo(2)
    expect(pareto.sample(() => 0.999_999_999_9)).toBeLessThanOrEqual(40)
  })

  it('refuses a shape whose mean has another formula', () => {
    expect(() => distribution.pareto({ shape: 1, minMs: 1, maxMs: 2 })).toThrow(RangeError)
  })
})

describe('load', () => {
  it('steps at its time, which belongs to what comes after', () => {
    const step = load.step(100, 0.5, 2)
    expect([step(99.9), step(100)]).toEqual([0.5, 2])
  })

  it('peaks from its begin, inclusive, to its end, exclusive', () => {
    const spike = load.spike({ base: 1, peak: 5, fromMs: 10, untilMs: 20 })
    expect([9, 10, 19.9, 20].map(spike)).toEqual([1, 5, 5, 1])
  })

  it('bursts again and again', () => {
    const bursts = load.bursts({ high: 3, low: 0, onMs: 10, offMs: 30 })
    expect([0, 9, 10, 39, 40].map(bursts)).toEqual([3, 3, 0, 0, 3])
  })
})

describe('seededRandom', () => {
  it('repeats itself and spreads evenly', () => {
    const [a, b] = [seededRandom(9), seededRandom(9)]
    const buckets = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 10_000; i++) {
      const x = a()
      expect(x).toBe(b())
      buckets[Math.floor(x * 10)] = (buckets[Math.floor(x * 10)] ?? 0) + 1
    }
    expect(Math.min(...buckets)).toBeGreaterThan(900)
    expect(Math.max(...buckets)).toBeLessThan(1100)
  })
})
