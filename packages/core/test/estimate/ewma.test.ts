/** Means that forget, against the weighted mean of everything. */
import { Ewma, TimeEwma } from '@spillway/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const samples = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 })

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  const sum = values.reduce((all, value, i) => all + value * weights[i]!, 0)
  return sum / weights.reduce((all, weight) => all + weight, 0)
}

test('is the mean in which each sample counts less than the one after it', () => {
  fc.assert(
    fc.property(samples, fc.double({ min: 0.001, max: 1, noNaN: true }), (values, weight) => {
      const ewma = new Ewma({ weight })
      for (const value of values) ewma.add(value)
      const weights = values.map((_, i) => (1 - weight) ** (values.length - 1 - i))
      expect(ewma.value).toBeCloseTo(weightedMean(values, weights), 5)
    }),
  )
})

test('is the plain mean at first: no sample has more than its share', () => {
  const ewma = new Ewma({ weight: 0.01 })
  expect(ewma.value).toBeNaN()
  ewma.add(100)
  expect(ewma.value).toBe(100)
  ewma.add(0)
  expect(ewma.value).toBeCloseTo(49.75, 2)
  ewma.reset()
  expect(ewma.value).toBeNaN()
})

test('weighs samples by their age, at whatever pace they come', () => {
  const gaps = fc.array(fc.record({ value: fc.integer({ min: -1000, max: 1000 }), gap: fc.nat(500) }), { minLength: 1 })
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 1000 }), fc.integer(), (events, timeConstantMs, startAt) => {
      const ewma = new TimeEwma({ timeConstantMs })
      let now = startAt
      const times: number[] = []
      for (const { value, gap } of events) {
        now += gap
        times.push(now)
        ewma.add(value, now)
      }
      const weights = times.map((at) => Math.exp((at - now) / timeConstantMs))
      expect(ewma.value).toBeCloseTo(
        weightedMean(
          events.map(({ value }) => value),
          weights,
        ),
        6,
      )
    }),
  )
})

test('has only the newest sample left after a long pause, and stands still when the clock goes back', () => {
  const ewma = new TimeEwma({ timeConstantMs: 10 })
  ewma.add(5, 1000)
  ewma.add(7, 1e9)
  expect(ewma.value).toBe(7)
  ewma.add(9, 500)
  expect(ewma.value).toBe(8)
  ewma.add(2, 1e9)
  expect(ewma.value).toBe(6)
})

test('ignores what is not finite', () => {
  const byCount = new Ewma({ weight: 0.5 })
  const byTime = new TimeEwma({ timeConstantMs: 1 })
  for (const bad of [NaN, Infinity, -Infinity]) {
    byCount.add(bad)
    byTime.add(bad, 0)
    byTime.add(1, bad)
  }
  expect([byCount.value, byTime.value]).toEqual([NaN, NaN])
  byCount.add(3)
  byTime.add(3, 0)
  byTime.add(NaN, 1)
  expect([byCount.value, byTime.value]).toEqual([3, 3])
})

test.each([
  [() => new Ewma({ weight: 0 }), RangeError],
  [() => new Ewma({ weight: 1.1 }), RangeError],
  [() => new Ewma({ weight: NaN }), RangeError],
  [() => new Ewma({ weight: '1' } as never), TypeError],
  [() => new Ewma({ weight: 1, tau: 1 } as never), TypeError],
  [() => new TimeEwma({ timeConstantMs: 0 }), RangeError],
  [() => new TimeEwma({ timeConstantMs: Infinity }), RangeError],
  [() => new TimeEwma({} as never), TypeError],
])('does not accept %s', (make, type) => {
  expect(make).toThrow(type)
})
