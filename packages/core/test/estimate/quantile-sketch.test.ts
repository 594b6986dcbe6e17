/** Quantiles, against a sorted array. */
import { QuantileSketch } from '@spillway/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { random } from './random.ts'

const sample = fc.oneof(
  fc.double({ min: 0.001, max: 3_600_000, noNaN: true }),
  fc.double({ min: -6, max: 15, noNaN: true }).map((n) => Math.min(3_600_000, Math.max(0.001, Math.exp(n)))),
  fc.constantFrom(0, 0.001, 1, 1000, 3_600_000),
)
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 0.95, 0.99, 0.999, 1))

test('comes within its relative error of the sample that holds the rank', () => {
  const errors = fc.constantFrom(0.001, 0.01, 0.05, 0.2)
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 300 }), share, errors, (samples, q, relativeError) => {
      const sketch = new QuantileSketch({ relativeError })
      for (const one of samples) sketch.add(one)
      const truth = samples.toSorted((a, b) => a - b)[Math.floor(q * (samples.length - 1))]!
      expect(Math.abs(sketch.quantile(q) - truth)).toBeLessThanOrEqual(truth * relativeError * (1 + 1e-6) + 1e-12)
      expect(sketch.count()).toBe(samples.length)
    }),
    { numRuns: 200 },
  )
})

test('says of two merged sketches what one would say that counted all', () => {
  const many = fc.array(sample, { maxLength: 100 })
  fc.assert(
    fc.property(many, many, share, (left, right, q) => {
      const [a, b, both] = [new QuantileSketch(), new QuantileSketch(), new QuantileSketch()]
      for (const one of left) a.add(one)
      for (const one of right) b.add(one)
      for (const one of [...left, ...right]) both.add(one)
      a.merge(b)
      expect([a.quantile(q), a.count()]).toEqual([both.quantile(q), both.count()])
    }),
  )
})

test('weighs samples by their age, if it is told to forget', () => {
  const next = random(3)
  const sketch = new QuantileSketch({ timeConstantMs: 1000 })
  // Slow for a long time, then fast: after one time constant 37 % of the weight is left of the slow ones.
  for (let at = 0; at < 20_000; at++) sketch.add(100 + next(), at)
  for (let at = 20_000; at < 21_000; at++) sketch.add(10 + next(), at)
  expect(sketch.count(21_000)).toBeCloseTo(1000, -1)
  expect(sketch.quantile(0.62)).toBeLessThan(12)
  expect(sketch.quantile(0.64)).toBeGreaterThan(90)
  for (let at = 21_000; at < 30_000; at++) sketch.add(10 + next(), at)
  expect(sketch.quantile(0.999)).toBeLessThan(12)
})

test('forgets for ever without losing its precision', () => {
  const sketch = new QuantileSketch({ timeConstantMs: 1 })
  for (let at = 0; at < 5000; at++) sketch.add(at % 2 === 0 ? 1 : 2, at)
  expect(sketch.count(4999)).toBeCloseTo(1 / (1 - Math.exp(-1)), 6)
  expect(sketch.quantile(1)).toBeCloseTo(2, 1)
  sketch.add(7, 1e9)
  expect([sketch.count(1e9), sketch.quantile(0)]).toEqual([1, expect.closeTo(7, 0)])
  expect(sketch.count(1e12)).toBe(0)
})

test('merges what others saw at another time by its age', () => {
  const options = { timeConstantMs: 100 }
  for (const [mine, theirs] of [
    [0, 50],
    [50, 0],
    [0, 1e6],
    [1e6, 0],
  ] as const) {
    const a = new QuantileSketch(options)
    const b = new QuantileSketch(options)
    a.add(1, mine)
    b.add(100, theirs)
    a.merge(b)
    const now = Math.max(mine, theirs)
    expect(a.count(now)).toBeCloseTo(1 + Math.exp(-Math.abs(mine - theirs) / 100), 9)
  }
  const empty = new QuantileSketch(options)
  empty.merge(new QuantileSketch(options))
  expect(empty.quantile(0.5)).toBeNaN()
})

test('clips what is outside of its range, and ignores what is no measurement', () => {
  const sketch = new QuantileSketch({ min: 1, max: 1000 })
  for (const bad of [NaN, Infinity, -Infinity, -1]) sketch.add(bad)
  expect([sketch.count(), sketch.quantile(0.5)]).toEqual([0, NaN])
  sketch.add(0.5)
  expect(sketch.quantile(1)).toBe(0)
  sketch.add(1e9)
  expect(sketch.quantile(1)).toBeGreaterThan(990)
  expect(sketch.quantile(1)).toBeLessThan(1010)
  sketch.reset()
  expect(sketch.count()).toBe(0)
  const forgetful = new QuantileSketch({ timeConstantMs: 1 })
  forgetful.add(1, NaN)
  expect(forgetful.count(0)).toBe(0)
})

test.each([
  [() => new QuantileSketch({ relativeError: 0 }), RangeError],
  [() => new QuantileSketch({ relativeError: 0.6 }), RangeError],
  [() => new QuantileSketch({ min: 0 }), RangeError],
  [() => new QuantileSketch({ min: 10, max: 10 }), RangeError],
  [() => new QuantileSketch({ relativeError: 0.0001, min: 1e-300, max: 1e300 }), /buckets/],
  [() => new QuantileSketch({ timeConstantMs: 0 }), RangeError],
  [() => new QuantileSketch({ alpha: 1 } as never), TypeError],
  [() => new QuantileSketch().quantile(1.5), RangeError],
  [() => new QuantileSketch().quantile(NaN), RangeError],
  [() => new QuantileSketch().merge(new QuantileSketch({ max: 10 })), TypeError],
  [() => new QuantileSketch().merge(new QuantileSketch({ relativeError: 0.02 })), TypeError],
  [() => new QuantileSketch().merge(new QuantileSketch({ timeConstantMs: 5 })), TypeError],
] as ReadonlyArray<[() => unknown, ErrorConstructor | RegExp]>)('does not accept %s', (make, type) => {
  expect(make).toThrow(type)
})
