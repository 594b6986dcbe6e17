/** Backoffs: their range, their mean, and what they do at the edges. */
import { decorrelatedJitter, equalJitter, exponentialBackoff, fullJitter, type Backoff } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const makers = { exponentialBackoff, fullJitter, equalJitter, decorrelatedJitter }
const just = (value: number) => () => value
const almostOne = 1 - 2 ** -53

function mean(backoff: Backoff, retry: number, previousMs?: number): number {
  let sum = 0
  for (let i = 0; i < 20_000; i++) sum += backoff(retry, { previousMs })
  return sum / 20_000
}

const options = fc
  .record({
    baseMs: fc.double({ min: 1, max: 1e4, noNaN: true }),
    times: fc.double({ min: 1, max: 1000, noNaN: true }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    chance: fc.double({ min: 0, max: almostOne, noNaN: true }),
  })
  .map(({ baseMs, times, factor, chance }) => ({ baseMs, maxMs: baseMs * times, factor, random: just(chance) }))

const retry = fc.oneof(fc.nat(40), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), fc.constant(2 ** 53))

describe('exponentialBackoff', () => {
  it('doubles from 100 ms to 20 s', () => {
    const backoff = exponentialBackoff()
    expect([0, 1, 2, 3, 7, 8, 100].map((n) => backoff(n))).toEqual([100, 200, 400, 800, 12_800, 20_000, 20_000])
  })

  it('never falls as retries go on', () => {
    fc.assert(
      fc.property(options, retry, retry, (given, a, b) => {
        const backoff = exponentialBackoff(given)
        expect(backoff(Math.min(a, b))).toBeLessThanOrEqual(backoff(Math.max(a, b)))
      }),
    )
  })
})

describe('fullJitter', () => {
  it('is anything from nothing to the exponential delay, half of it on average', () => {
    fc.assert(
      fc.property(options, retry, (given, n) => {
        const delay = fullJitter(given)(n)
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(delay).toBeLessThanOrEqual(exponentialBackoff(given)(n))
      }),
    )
    expect(fullJitter({ random: just(0) })(3)).toBe(0)
    expect(fullJitter({ random: just(0.25) })(3)).toBe(200)
    expect(mean(fullJitter({ random: seededRandom(1) }), 3) / 400).toBeCloseTo(1, 1)
  })
})

describe('equalJitter', () => {
  it('is the upper half of the exponential delay, three quarters of it on average', () => {
    fc.assert(
      fc.property(options, retry, (given, n) => {
        const ceiling = exponentialBackoff(given)(n)
        const delay = equalJitter(given)(n)
        expect(delay).toBeGreaterThanOrEqual(ceiling / 2)
        expect(delay).toBeLessThanOrEqual(ceiling)
      }),
    )
    expect(equalJitter({ random: just(0) })(3)).toBe(400)
    expect(equalJitter({ random: just(0.5) })(3)).toBe(600)
    expect(mean(equalJitter({ random: seededRandom(2) }), 3) / 600).toBeCloseTo(1, 1)
  })
})

describe('decorrelatedJitter', () => {
  it('is anything from the base to three times the delay before, up to the maximum', () => {
    const previous = fc.double({ min: 0, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(options, retry, previous, (given, n, previousMs) => {
        const delay = decorrelatedJitter(given)(n, { previousMs })
        const last = Math.min(given.maxMs, Math.max(given.baseMs, previousMs))
        expect(delay).toBeGreaterThanOrEqual(given.baseMs)
        expect(delay).toBeLessThanOrEqual(Math.min(given.maxMs, last * given.factor))
      }),
    )
    expect(decorrelatedJitter({ random: just(0) })(5, { previousMs: 1000 })).toBe(100)
    expect(decorrelatedJitter({ random: just(0.5) })(5, { previousMs: 1000 })).toBe(1550)
    expect(decorrelatedJitter({ random: just(0.9) })(5, { previousMs: 19_000 })).toBe(20_000)
    expect(mean(decorrelatedJitter({ random: seededRandom(3) }), 0, 1000) / 1550).toBeCloseTo(1, 1)
  })

  it('starts over from the base without a delay before, whatever number the retry has', () => {
    const backoff = decorrelatedJitter({ random: just(0.5) })
    expect([backoff(0), backoff(9), backoff(9, { previousMs: NaN })]).toEqual([200, 200, 200])
  })
})

describe.each(Object.entries(makers))('%s', (name, make) => {
  it('begins when the target said, and spreads after it as it would have without', () => {
    const atLeast = fc.double({ min: 0, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(options, retry, atLeast, (given, n, atLeastMs) => {
        const backoff = make(given)
        expect(backoff(n, { atLeastMs })).toBe(atLeastMs + backoff(n))
      }),
    )
    expect(make()(0, { atLeastMs: Infinity })).toBe(Infinity)
  })

  it('is a finite number >= 0 for any number of a retry and any hint', () => {
    const odd = [NaN, Infinity, -Infinity, -1, 0.5, 2 ** 53, Number.MAX_VALUE]
    for (const factor of [1, 2, 10])
      for (const chance of [0, 0.5, almostOne])
        for (const n of odd)
          for (const previousMs of [...odd, undefined]) {
            const delay = make({ factor, random: just(chance) })(n, { previousMs, atLeastMs: NaN })
            expect(delay >= 0 && delay <= 20_000, `${factor} ${chance} ${n} ${previousMs}: ${delay}`).toBe(true)
          }
    expect(make({ random: just(0.5) })(0, { atLeastMs: -5 })).toBe(make({ random: just(0.5) })(0))
  })

  it('takes a base above the usual maximum', () => {
    expect(make({ baseMs: 60_000, random: just(almostOne) })(50)).toBeCloseTo(60_000, 6)
  })

  it('names option, value and range when an option is wrong', () => {
    expect(() => make({ baseMs: 0 })).toThrow(`${name}: option "baseMs" must be a number >= 1 and <= 86400000, got 0`)
    expect(() => make({ baseMs: 500, maxMs: 499 })).toThrow(/"maxMs" must be a number >= 500/)
    expect(() => make({ factor: 0.5 })).toThrow(/"factor"/)
    expect(() => make({ random: 4 as never })).toThrow(/"random" must be a function/)
    expect(() => make({ capMs: 1 } as object)).toThrow(/unknown option "capMs"/)
  })
})
