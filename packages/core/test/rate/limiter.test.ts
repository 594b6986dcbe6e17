/** The rate limit for everybody together. */
import { createTicket, RateLimiter } from '@spillway/core'
import type { Ticket } from '@spillway/core'
import { describe, expect, it } from 'vitest'

const ticket = (cost = 1): Ticket => createTicket(0, { cost })
const one = ticket()

function admitted(limiter: RateLimiter, times: number, now: number): number {
  let count = 0
  for (let i = 0; i < times; i++) if (limiter.admit(one, now) === undefined) count++
  return count
}

describe('RateLimiter', () => {
  it('lets in a fresh burst of exactly the limit, and then one per interval', () => {
    const limiter = new RateLimiter({ limit: 3, windowMs: 1000 })
    expect(admitted(limiter, 10, 0)).toBe(3)
    expect(limiter.admit(one, 333)?.retryAfterMs).toBeCloseTo(1 / 3, 9)
    expect(admitted(limiter, 10, 334)).toBe(1)
    expect(admitted(limiter, 10, 1000)).toBe(2)
  })

  it('keeps burst and limit apart', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000, burst: 2 })
    expect(admitted(limiter, 10, 0)).toBe(2)
    expect(admitted(limiter, 10, 1000)).toBe(2)
    const patient = new RateLimiter({ limit: 1, windowMs: 1000, burst: 5 })
    expect(admitted(patient, 10, 0)).toBe(5)
    expect(admitted(patient, 10, 2000)).toBe(2)
  })

  it('refuses with its name and the time after which it admits', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000, name: 'login' })
    limiter.admit(ticket(10), 0)
    expect(limiter.admit(ticket(4), 0)).toEqual({ reason: 'rate', limiter: 'login', retryAfterMs: 400 })
    expect(limiter.admit(ticket(4), 399)).toBeDefined()
    expect(limiter.admit(ticket(4), 400)).toBeUndefined()
  })

  it('is exact for windows from 1 ms to a year and limits from 1 to a billion', () => {
    for (const windowMs of [1, 7, 1000, 60_000, 86_400_000, 31_536_000_000]) {
      for (const limit of [1, 2, 3, 7, 1000, 999_983, 1_000_000_000]) {
        for (const start of [0, 0.1, 1.7e12]) {
          const limiter = new RateLimiter({ limit, windowMs })
          expect(limiter.admit(ticket(limit), start), `${limit}/${windowMs}`).toBeUndefined()
          const refusal = limiter.admit(ticket(limit), start)
          const wait = refusal?.retryAfterMs ?? NaN
          // Where the interval is rounded it is so upward, and by less than a millionth.
          expect(wait).toBeGreaterThanOrEqual(windowMs)
          expect(wait).toBeLessThan(windowMs * 1.000001 + 0.0005)
          expect(limiter.admit(ticket(limit), start + wait)).toBeUndefined()
        }
      }
    }
  })

  it('counts from where the clock starts, however large its numbers are', () => {
    const limiter = new RateLimiter({ limit: 3, windowMs: 1000 })
    for (let n = 0; n < 100_000; n++) limiter.admit(one, 1.7e12 + n * 333)
    const exact = new RateLimiter({ limit: 3, windowMs: 1000 })
    for (let n = 0; n < 100_000; n++) exact.admit(one, n * 333)
    const [late] = limiter.describe(one, 1.7e12 + 33_300_000)
    const [early] = exact.describe(one, 33_300_000)
    expect(late?.remaining).toBe(early?.remaining)
    // The clock itself tells 1/4096 ms apart this late.
    expect(late?.resetMs).toBeCloseTo(early?.resetMs ?? NaN, 3)
  })

  it('does not drift over a million intervals of a third of a millisecond', () => {
    const limiter = new RateLimiter({ limit: 3, windowMs: 1, burst: 1 })
    let count = 0
    for (let n = 0; n < 1_000_000; n++) if (limiter.admit(one, n) === undefined) count++
    expect(count).toBe(1_000_000)
    expect(limiter.admit(ticket(1), 999_999)?.retryAfterMs).toBeCloseTo(1 / 3, 6)
  })

  it('gives nothing when the clock goes back, or is no number', () => {
    const limiter = new RateLimiter({ limit: 2, windowMs: 1000 })
    expect(admitted(limiter, 5, 5000)).toBe(2)
    for (const now of [0, -1e9, NaN, Infinity, -Infinity, 4999]) expect(admitted(limiter, 5, now)).toBe(0)
    const refusal = limiter.admit(one, 1000)
    expect(refusal?.retryAfterMs).toBe(4500)
    expect(admitted(limiter, 5, 5500)).toBe(1)
  })

  it('goes on after the clock has run out of ticks', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000 })
    admitted(limiter, 10, 0)
    expect(admitted(limiter, 20, 2 ** 40)).toBe(10)
    expect(admitted(limiter, 20, 2 ** 40 + 100)).toBe(1)
    const busy = new RateLimiter({ limit: 1_000_000_000, windowMs: 1 })
    // 4.5e6 ms are 2^52 ticks of this one.
    busy.admit(ticket(1e9), 4_503_599)
    busy.admit(ticket(1e9), 4_503_600)
    for (const start of [4_503_600 + 4_503_599.5, 2e7]) {
      expect(busy.admit(ticket(1e9), start)).toBeUndefined()
      expect(busy.admit(ticket(1), start)).toBeDefined()
      expect(busy.admit(ticket(1e9), start + 1)).toBeUndefined()
    }
  })

  it('refuses for ever what can never fit, and keeps its state', () => {
    const limiter = new RateLimiter({ limit: 5, windowMs: 1000 })
    for (const cost of [6, Infinity, NaN]) expect(limiter.admit(ticket(cost), 0)?.retryAfterMs).toBe(Infinity)
    expect(admitted(limiter, 10, 0)).toBe(5)
  })

  it('lets a cost of 0 in without taking anything', () => {
    const limiter = new RateLimiter({ limit: 1, windowMs: 1000 })
    limiter.penalty(5, 0)
    expect(limiter.admit(ticket(0), 0)).toBeUndefined()
    expect(limiter.admit(one, 0)?.retryAfterMs).toBe(5000)
  })

  it('weighs parts of units', () => {
    const limiter = new RateLimiter({ limit: 1, windowMs: 1000 })
    for (let i = 0; i < 4; i++) expect(limiter.admit(ticket(0.25), 0)).toBeUndefined()
    expect(limiter.admit(ticket(0.25), 0)?.retryAfterMs).toBe(250)
  })

  it('refuses everything for ever at a limit of 0', () => {
    const limiter = new RateLimiter({ limit: 0, windowMs: 1000 })
    expect(limiter.admit(one, 0)).toEqual({ reason: 'rate', limiter: 'rate', retryAfterMs: Infinity })
    expect(limiter.admit(ticket(0), 1e9)?.retryAfterMs).toBe(Infinity)
    expect(limiter.describe(one, 0)[0]).toMatchObject({ limit: 0, remaining: 0, nextMs: Infinity, resetMs: Infinity })
  })

  it('gives back exactly what revoked work took, and nothing for other outcomes', () => {
    const limiter = new RateLimiter({ limit: 7, windowMs: 1000 })
    limiter.admit(ticket(3), 0)
    const before = limiter.describe(one, 5)
    limiter.admit(ticket(2.3), 5)
    limiter.settle(ticket(2.3), 9, 'revoked')
    expect(limiter.describe(one, 5)).toEqual(before)
    for (const outcome of ['success', 'dropped', 'ignored'] as const) limiter.settle(ticket(3), 9, outcome)
    expect(limiter.describe(one, 5)).toEqual(before)
  })

  it('looks without taking', () => {
    const limiter = new RateLimiter({ limit: 1, windowMs: 1000, blockMs: 5000 })
    for (let i = 0; i < 5; i++) expect(limiter.peek(one, 0)).toBeUndefined()
    limiter.admit(one, 0)
    expect(limiter.peek(one, 0)).toEqual({ reason: 'rate', limiter: 'rate', retryAfterMs: 1000 })
    expect(limiter.peek(one, 1000)).toBeUndefined()
  })

  it('owes after a penalty and gets back with a reward, never beyond a full quota', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000 })
    limiter.penalty(15, 0)
    expect(limiter.admit(one, 0)?.retryAfterMs).toBe(600)
    limiter.reward(7, 0)
    expect(admitted(limiter, 9, 0)).toBe(2)
    limiter.reward(1000, 0)
    expect(admitted(limiter, 20, 0)).toBe(10)
    limiter.penalty(Infinity, 0)
    limiter.reward(Infinity, 0)
    expect(admitted(limiter, 20, 0)).toBe(10)
  })

  it('blocks for a while, whatever is left, and never shortens a block', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000 })
    limiter.block(5000, 0)
    limiter.block(10, 0)
    expect(limiter.admit(one, 1000)).toEqual({ reason: 'blocked', limiter: 'rate', retryAfterMs: 4000 })
    expect(limiter.admit(ticket(0), 1000)?.reason).toBe('blocked')
    expect(limiter.describe(one, 1000)[0]).toMatchObject({ remaining: 0, nextMs: 4000, resetMs: 4000 })
    expect(limiter.isIdle(1000)).toBe(false)
    expect(admitted(limiter, 20, 5000)).toBe(10)
    limiter.block(Infinity, 6000)
    expect(limiter.admit(one, 1e12)?.retryAfterMs).toBe(Infinity)
    limiter.reset()
    expect(admitted(limiter, 20, 1e12)).toBe(10)
  })

  it('promises no earlier instant than the end of block and quota together', () => {
    const limiter = new RateLimiter({ limit: 1, windowMs: 60_000 })
    limiter.admit(one, 0)
    limiter.block(1000, 0)
    const refusal = limiter.admit(one, 0)
    expect(refusal).toMatchObject({ reason: 'blocked', retryAfterMs: 60_000 })
    expect(limiter.admit(one, 60_000)).toBeUndefined()
  })

  it('blocks who exceeds the limit for blockMs, but not who asks for the impossible', () => {
    const limiter = new RateLimiter({ limit: 2, windowMs: 100, blockMs: 10_000 })
    limiter.admit(ticket(3), 0)
    expect(admitted(limiter, 2, 0)).toBe(2)
    expect(limiter.admit(one, 0)).toEqual({ reason: 'rate', limiter: 'rate', retryAfterMs: 10_000 })
    expect(limiter.admit(one, 9999)).toEqual({ reason: 'blocked', limiter: 'rate', retryAfterMs: 1 })
    expect(limiter.admit(one, 10_000)).toBeUndefined()
  })

  it('describes what is left, when there is one more, and when there is all', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000, name: 'a' })
    expect(limiter.describe(one, 0)).toEqual([
      { name: 'a', limit: 10, windowMs: 1000, remaining: 10, nextMs: 0, resetMs: 0 },
    ])
    limiter.admit(ticket(4), 0)
    expect(limiter.describe(one, 50)[0]).toMatchObject({ remaining: 6, nextMs: 50, resetMs: 350 })
    limiter.admit(ticket(6), 50)
    expect(limiter.describe(one, 50)[0]).toMatchObject({ remaining: 0, nextMs: 50, resetMs: 950 })
    limiter.penalty(10, 50)
    expect(limiter.describe(one, 50)[0]).toMatchObject({ remaining: 0, nextMs: 1050, resetMs: 1950 })
  })

  it('says when it may be forgotten', () => {
    const limiter = new RateLimiter({ limit: 1, windowMs: 1000 })
    expect(limiter.isIdle(0)).toBe(true)
    limiter.admit(one, 0)
    expect([limiter.isIdle(999), limiter.isIdle(1000)]).toEqual([false, true])
  })
})

describe('RateLimiter.update', () => {
  it('keeps what was left: a larger burst is earned, not granted', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000 })
    limiter.admit(ticket(10), 0)
    limiter.update({ limit: 100 }, 0)
    expect(admitted(limiter, 200, 0)).toBe(0)
    expect(admitted(limiter, 200, 500)).toBe(50)
    expect(admitted(limiter, 200, 2000)).toBe(100)
  })

  it('cuts off what is above a smaller burst', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000 })
    limiter.admit(ticket(2), 0)
    limiter.update({ burst: 3 }, 0)
    expect(admitted(limiter, 20, 0)).toBe(3)
  })

  it('closes at a limit of 0 and opens again without a burst', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000 })
    limiter.update({ limit: 0 }, 0)
    expect(limiter.admit(one, 0)?.retryAfterMs).toBe(Infinity)
    limiter.update({ limit: 10 }, 1000)
    expect(admitted(limiter, 20, 1000)).toBe(0)
    expect(admitted(limiter, 20, 1300)).toBe(3)
  })

  it('changes nothing when the change is wrong', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000 })
    expect(() => limiter.update({ limit: -3 }, 0)).toThrow(RangeError)
    expect(() => limiter.update({ burst: 0 }, 0)).toThrow('rateLimit: option "burst" must be an integer >= 1')
    expect(limiter.describe(one, 0)[0]).toMatchObject({ limit: 10, remaining: 10 })
  })
})

describe('options of rate limiters', () => {
  const make = (options: object) => () => new RateLimiter(options as never)

  it.each([
    [{ limit: -1, windowMs: 1000 }, RangeError, '"limit" must be an integer >= 0 and <= 1125899906842624, got -1'],
    [{ limit: 1.5, windowMs: 1000 }, RangeError, '"limit" must be an integer'],
    [{ limit: '5', windowMs: 1000 }, TypeError, '"limit" must be an integer >= 0 and <= 1125899906842624, got "5"'],
    [{ limit: NaN, windowMs: 1000 }, RangeError, 'got NaN'],
    [{ windowMs: 1000 }, TypeError, '"limit" must be an integer >= 0 and <= 1125899906842624, got undefined'],
    [{ limit: 1, windowMs: 0 }, RangeError, '"windowMs" must be a number >= 1 and <= 31622400000, got 0'],
    [{ limit: 1, windowMs: Infinity }, RangeError, '"windowMs"'],
    [{ limit: 1, windowMs: 1000, burst: 0 }, RangeError, '"burst" must be an integer >= 1'],
    [{ limit: 1, windowMs: 31_536_000_000, burst: 101 }, RangeError, '"burst" must be an integer >= 1 and <= 100'],
    [{ limit: 1, windowMs: 1000, blockMs: -1 }, RangeError, '"blockMs" must be a number >= 0, got -1'],
    [{ limit: 1, windowsMs: 1000 }, TypeError, 'rateLimit: unknown option "windowsMs"'],
  ])('are refused at construction: %o', (options, kind, message) => {
    expect(make(options)).toThrow(kind)
    expect(make(options)).toThrow(message)
  })
})
