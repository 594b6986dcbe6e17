/** Largest remainders. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apportion } from '../../src/share/apportion.ts'

/** By the book, in integers: parts of `seats` in proportion to integer weights. */
function byTheBook(seats: number, weights: readonly number[]): number[] {
  const total = BigInt(weights.reduce((sum, weight) => sum + weight, 0))
  const parts = weights.map((weight, i) => {
    const exact = BigInt(weight) * BigInt(seats)
    return { i, seats: exact / total, remainder: exact % total }
  })
  let left = BigInt(seats) - parts.reduce((sum, part) => sum + part.seats, 0n)
  for (; left > 0n; left--) {
    const best = parts.reduce((a, b) => (b.remainder > a.remainder ? b : a))
    best.seats++
    best.remainder = -1n
  }
  return parts.map((part) => Number(part.seats))
}

describe('apportion', () => {
  it.each([
    [10, [0.5, 0.3, 0.2], [5, 3, 2]],
    [10, [1, 1, 1], [4, 3, 3]],
    [11, [1, 1, 1], [4, 4, 3]],
    [1, [0.4, 0.6], [0, 1]],
    [1, [0.5, 0.5], [1, 0]],
    [0, [0.5, 0.5], [0, 0]],
    [7, [0, 1, 0], [0, 7, 0]],
    [100, [0.29, 0.71], [29, 71]],
    [100, [0.07, 0.93], [7, 93]],
    // A textbook example (votes in thousands), and the paradox of Alabama: a seat more in total, one less for the last.
    [10, [47, 16, 15.8, 12, 6.1, 3.1], [5, 2, 1, 1, 1, 0]],
    [10, [6, 6, 2], [4, 4, 2]],
    [11, [6, 6, 2], [5, 5, 1]],
  ])('hands out %d by %j as %j', (seats, shares, expected) => {
    expect(apportion(seats, shares)).toEqual(expected)
  })

  it('gives everybody no limit of no limit', () => {
    expect(apportion(Infinity, [0.5, 0])).toEqual([Infinity, Infinity])
  })

  it('agrees with the book', () => {
    const weights = fc
      .array(fc.nat(1000), { minLength: 1, maxLength: 20 })
      .filter((all) => all.some((weight) => weight > 0))
    fc.assert(
      fc.property(fc.nat(5000), weights, fc.double({ min: 0.001, max: 1000, noNaN: true }), (seats, all, scale) => {
        expect(apportion(seats, all)).toEqual(byTheBook(seats, all))
        const scaled = apportion(
          seats,
          all.map((weight) => weight * scale),
        )
        expect(scaled).toEqual(byTheBook(seats, all))
      }),
      { numRuns: 1000 },
    )
  })

  it('adds up to all there is, and gives everybody what is due, rounded down or up', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    const shares = fc.array(share, { minLength: 1, maxLength: 256 }).filter((all) => all.some((each) => each > 1e-3))
    fc.assert(
      fc.property(fc.nat(1_000_000), shares, (seats, all) => {
        const given = apportion(seats, all)
        const total = all.reduce((sum, each) => sum + each, 0)
        expect(given.reduce((sum, each) => sum + each, 0)).toBe(seats)
        given.forEach((each, i) => {
          const due = (all[i]! / total) * seats
          expect(each).toBeGreaterThanOrEqual(Math.floor(due))
          expect(each).toBeLessThanOrEqual(Math.ceil(due + 1e-9))
        })
      }),
    )
  })
})
