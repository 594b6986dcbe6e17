/** The rate limiter, told of an instant by something else than an admission; and what it says of bad arguments. */
import { createTicket, RateLimiter, type RateLimitOptions } from '@spillway/core'
import { describe, expect, it } from 'vitest'

const at = (now: number, cost = 1): ReturnType<typeof createTicket> => createTicket(now, { cost })

describe('RateLimiter, when time has passed since it was last asked', () => {
  it('takes a penalty from what there is now, not from what there was then', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000, burst: 2 })
    expect(limiter.admit(at(0), 0)).toBeUndefined()
    limiter.penalty(2, 5000)
    expect(limiter.admit(at(5000), 5000)).toMatchObject({ reason: 'rate', retryAfterMs: 100 })
  })

  it('describes what there is now', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000, burst: 2 })
    for (let i = 0; i < 2; i++) limiter.admit(at(0), 0)
    expect(limiter.describe(at(0), 0)[0]).toMatchObject({ remaining: 0 })
    expect(limiter.describe(at(100), 100)[0]).toMatchObject({ remaining: 1 })
  })

  it('changes its rate from what is left now', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000, burst: 2 })
    for (let i = 0; i < 2; i++) limiter.admit(at(0), 0)
    limiter.update({ limit: 1 }, 200)
    for (let i = 0; i < 2; i++) expect(limiter.admit(at(200), 200)).toBeUndefined()
    expect(limiter.admit(at(200), 200)).toMatchObject({ retryAfterMs: 1000 })
  })

  it('is idle at the instant at which a block ends, and not before', () => {
    const limiter = new RateLimiter({ limit: 10, windowMs: 1000 })
    limiter.block(50, 0)
    expect([49.9, 50].map((now) => limiter.isIdle(now))).toEqual([false, true])
  })
})

describe('RateLimiter, bad arguments', () => {
  const limiter = new RateLimiter({ limit: 10, windowMs: 1000 })
  it.each([
    ['penalty', 'cost', () => limiter.penalty(-1, 0)],
    ['reward', 'cost', () => limiter.reward(Number.NaN, 0)],
    ['block', 'durationMs', () => limiter.block(-1, 0)],
    ['rateLimit', 'limit', () => new RateLimiter({ limit: -1, windowMs: 1000 })],
    ['rateLimit', 'windowMs', () => limiter.update({ windowMs: 0 }, 0)],
  ])('says that those of %s are named %s', (owner, option, bad) => {
    expect(bad).toThrow(RangeError)
    expect(bad).toThrow(`${owner}: option "${option}" must be`)
  })

  it('names itself where an option is unknown', () => {
    expect(
      () => new RateLimiter(JSON.parse('{ "limit": 1, "windowMs": 1000, "brust": 5 }') as RateLimitOptions),
    ).toThrow('rateLimit: unknown option "brust"')
    expect(() => limiter.update({ brust: 5 } as never, 0)).toThrow('rateLimit: unknown option "brust"')
  })
})
