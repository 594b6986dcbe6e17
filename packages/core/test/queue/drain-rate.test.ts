/** How fast a queue empties: the mean of the gaps between hand-overs, and what is promised by it. */
import { expect, test } from 'vitest'
import { DrainRate } from '../../src/queue/drain-rate.ts'

/** One that was handed over to at these times, without a pause. */
function after(...times: number[]): DrainRate {
  const rate = new DrainRate()
  for (const at of times) rate.handedOver(at)
  return rate
}

test('promises a second until two hand-overs followed each other', () => {
  expect(after().estimateMs(5)).toBe(1000)
  expect(after(0).estimateMs(5)).toBe(1000)
  const rate = after(0)
  rate.emptied()
  rate.handedOver(70)
  expect(rate.estimateMs(5)).toBe(1000)
})

test('takes the first gap as it is, from the instant 0 too', () => {
  expect(after(0, 10).estimateMs(5)).toBe(50)
})

test('takes a tenth of each later gap, whether it is shorter or longer', () => {
  expect(after(0, 10, 30).estimateMs(1)).toBeCloseTo(11, 9)
  expect(after(0, 10, 10).estimateMs(1)).toBeCloseTo(9, 9)
  // A gap of 0 is known to be 0.
  expect(after(5, 5).estimateMs(100)).toBe(1)
  expect(after(5, 5, 105).estimateMs(1)).toBeCloseTo(10, 9)
})

test('promises from a millisecond to a minute', () => {
  expect(after(0, 0.01).estimateMs(1)).toBe(1)
  expect(after(0, 1000).estimateMs(61)).toBe(60_000)
})
