/** Ratios of the HTTP bench. */
import { expect, test } from 'vitest'
import { cpuRatio, type Pair, throughputRatio } from '../../src/http/pairs.ts'

function pair(bare: number, variant: number): Pair {
  const window = (perSecond: number): Pair['bare'] => ({
    perSecond,
    cpuUs: 1e6 / perSecond,
    clientCores: 0.5,
    statuses: { 200: 1 },
  })
  return { bare: window(bare), variant: window(variant) }
}

test('ratios are taken pair by pair, so that a machine that slows down for both changes nothing', () => {
  const pairs = [pair(1000, 900), pair(500, 450), pair(100, 90)]
  expect(throughputRatio(pairs).middle).toBeCloseTo(0.9)
  expect(cpuRatio(pairs).middle).toBeCloseTo(0.9)
})

test('the spread leaves out the outermost tenths', () => {
  const pairs = Array.from({ length: 11 }, (_, index) => pair(1, index))
  expect(throughputRatio(pairs)).toEqual({ middle: 5, low: 1, high: 9 })
})

test('there is no ratio of nothing', () => {
  expect(throughputRatio([]).middle).toBeNaN()
})
