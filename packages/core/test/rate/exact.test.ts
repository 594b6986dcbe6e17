/** Exact comparison of products, against whole numbers of any size. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ceilRatio, compareProducts, floorRatio } from '../../src/rate/exact.ts'

const whole = fc.oneof(fc.nat(20), fc.bigInt({ min: 0n, max: 2n ** 53n }).map(Number))
const positive = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.bigInt({ min: 1n, max: 2n ** 53n }).map(Number))

it('compares products as whole numbers of any size do', () => {
  fc.assert(
    fc.property(whole, whole, whole, whole, (a, b, c, d) => {
      const sign = (x: bigint): number => (x > 0n ? 1 : x < 0n ? -1 : 0)
      expect(Math.sign(compareProducts(a, b, c, d)) + 0).toBe(sign(BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d)))
    }),
    { numRuns: 1000, examples: [[2 ** 53 - 1, 2 ** 53 - 1, 2 ** 53 - 3, 2 ** 53 - 1]] },
  )
})

it('tells products apart that doubles do not', () => {
  fc.assert(
    fc.property(whole, fc.nat(2), (a, n) => {
      // a * a - n * n and a * a.
      if (a + n < 2 ** 53 && n <= a) expect(Math.sign(compareProducts(a + n, a - n, a, a)) + 0).toBe(n === 0 ? 0 : -1)
    }),
    { numRuns: 1000 },
  )
})

it('divides products rounding down, and up', () => {
  fc.assert(
    fc.property(whole, positive, positive, (a, b, c) => {
      const product = BigInt(a) * BigInt(b)
      const ratio = product / BigInt(c)
      if (ratio >= 2n ** 52n) return
      expect(BigInt(floorRatio(a, b, c))).toBe(ratio)
      expect(BigInt(ceilRatio(a, b, c))).toBe(ratio * BigInt(c) === product ? ratio : ratio + 1n)
    }),
    { numRuns: 2000 },
  )
})

it('ends for ratios that doubles do not count', () => {
  expect(floorRatio(2 ** 53, 2 ** 53, 1)).toBe(2 ** 106)
  expect(ceilRatio(2 ** 53, 2 ** 53, 3)).toBeCloseTo(2 ** 106 / 3, -20)
})
