/** Costs in whole parts. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Units } from '../../src/rate/units.ts'

describe('Units', () => {
  it('counts decimal costs as what they say', () => {
    const units = new Units(10)
    for (let n = 1; n < 100_000; n += 211) {
      for (const digits of [1, 2, 3, 4, 5, 6]) {
        const cost = n / 10 ** digits
        expect(units.need(cost), `${cost}`).toBe(n * 10 ** (6 - digits))
      }
    }
    expect(units.need(0.07) * 100).toBe(units.need(7))
  })

  it('rounds other costs up, by less than a part, and nothing to nothing', () => {
    const limits = fc.constantFrom(1, 12, 4_503_599_627, 4_503_599_628, 2 ** 50)
    fc.assert(
      fc.property(limits, fc.double({ min: 0, max: 1, noNaN: true }), (limit, share) => {
        const units = new Units(limit)
        const cost = share * limit
        const parts = cost * units.perUnit
        const need = units.need(cost)
        expect(Number.isSafeInteger(need)).toBe(true)
        expect(need).toBeGreaterThanOrEqual(parts * (1 - 2 ** -50))
        expect(need).toBeLessThanOrEqual(Math.ceil(parts))
        expect(need === 0).toBe(cost === 0)
      }),
      { numRuns: 1000, examples: [[12, Number.MIN_VALUE]] },
    )
  })

  it('counts in millionths while the limit allows, and never beyond 2^52 parts', () => {
    expect([1, 4_503_599_627, 4_503_599_628, 2 ** 50].map((limit) => new Units(limit).perUnit)).toEqual([
      1e6, 1e6, 1e5, 1,
    ])
    expect(new Units(2 ** 50).limit).toBe(2 ** 50)
    expect(new Units(2 ** 50).need(2 ** 50 - 1)).toBe(2 ** 50 - 1)
  })

  it('has no place for anything at a limit of 0, nor for what is no cost', () => {
    const units = new Units(0)
    expect(units.need(0) <= units.limit).toBe(false)
    expect([NaN, Infinity, -1, -0].map((cost) => units.need(cost))).toEqual([Infinity, Infinity, 0, 0])
  })

  it('carries no more over than was left, whatever the limits', () => {
    const limits = fc.oneof(fc.nat(20), fc.integer({ min: 1, max: 2 ** 50 }))
    fc.assert(
      fc.property(limits, limits, fc.double({ min: 0, max: 1.5, noNaN: true }), (before, after, share) => {
        const [from, to] = [new Units(before), new Units(after)]
        const used = Math.floor(share * before * from.perUnit)
        const left = Math.max(0, before - used / from.perUnit)
        const carried = to.carry(used, from)
        expect((to.limit - carried) / to.perUnit).toBeLessThanOrEqual(left * (1 + 2 ** -50))
        expect(to.whole(to.limit - carried)).toBeLessThanOrEqual(Math.min(from.whole(from.limit - used), after))
        expect(to.carry(carried, to)).toBe(Math.max(carried, to.limit === -1 ? -1 : 0))
      }),
      { numRuns: 1000 },
    )
  })
})
