/** The median of the last few. */
import fc from 'fast-check'
import { expect, it } from 'vitest'

import { MedianOf } from '../../src/estimate/median-of.ts'

it('says the value itself until there are enough, then the median', () => {
  const median = new MedianOf(5)
  expect([9, 1, 8, 2, 7, 3, 100, 100].map((value) => median.add(value))).toEqual([9, 1, 8, 2, 7, 3, 7, 7])
})

it('is the middle of the last values in order', () => {
  const size = fc.constantFrom(1, 3, 5, 7)
  fc.assert(
    fc.property(size, fc.array(fc.double({ noNaN: true }), { maxLength: 40 }), (n, values) => {
      const median = new MedianOf(n)
      for (const [i, value] of values.entries()) {
        const last = values.slice(Math.max(0, i + 1 - n), i + 1)
        const expected = last.length < n ? value : last.toSorted((a, b) => a - b)[(n - 1) / 2]
        // Not toBe, which tells 0 from -0.
        expect(median.add(value) === expected).toBe(true)
      }
    }),
  )
})
