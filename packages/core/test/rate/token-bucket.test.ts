/** The token bucket and its limiter. */
import { createTicket, TokenBucket, TokenBucketLimiter } from '@spillway/core'
import { describe, expect, it } from 'vitest'

describe('TokenBucket', () => {
  it('lets a limit of 0 spend its burst and nothing more', () => {
    const bucket = new TokenBucket({ limit: 0, windowMs: 1000, burst: 1 })
    expect([bucket.take(1, 0), bucket.take(1, 1e9)]).toEqual([true, false])
    expect(bucket.waitMs(1, 1e9)).toBe(Infinity)
    expect(bucket.reserve(1, 1e9, Infinity).ok).toBe(false)
  })

  it('loses nothing to rounding over a long run', () => {
    const bucket = new TokenBucket({ limit: 100, windowMs: 1000 })
    let admitted = 0
    for (let now = 0; now < 3_600_000; now += 2) if (bucket.take(1, now)) admitted++
    expect(admitted).toBe(100 + Math.floor(3_599_998 / 10))
  })

  it('keeps the tokens there are when rate or burst change', () => {
    const bucket = new TokenBucket({ limit: 10, windowMs: 1000 })
    bucket.take(4, 0)
    bucket.setLimit(3, 7000, 0)
    expect(bucket.tokens(0)).toBe(6)
    bucket.setBurst(20, 0)
    expect(bucket.tokens(0)).toBe(6)
    bucket.setBurst(5, 0)
    expect(bucket.tokens(0)).toBe(5)
    expect(bucket.rate).toEqual({ limit: 3, windowMs: 7000, burst: 5 })
  })

  it('admits after exactly the time that it says', () => {
    const bucket = new TokenBucket({ limit: 3, windowMs: 1000 })
    bucket.take(3, 17.25)
    const waitMs = bucket.waitMs(2, 17.25)
    expect(bucket.take(2, 17.25 + waitMs - 0.001)).toBe(false)
    expect(bucket.take(2, 17.25 + waitMs)).toBe(true)
  })

  it('survives a jump of the clock beyond all ticks', () => {
    const bucket = new TokenBucket({ limit: 10, windowMs: 1000 })
    bucket.take(10, 0)
    expect(bucket.take(10, 1e15)).toBe(true)
    expect(bucket.take(1, 1e15)).toBe(false)
    expect(bucket.take(1, 1e15 + 100)).toBe(true)
  })

  it('names a bad option, its value and its range', () => {
    expect(() => new TokenBucket({ limit: -1, windowMs: 1000 })).toThrow(
      'tokenBucket: option "limit" must be an integer >= 0 and <= 1125899906842624, got -1',
    )
    const bucket = new TokenBucket({ limit: 1, windowMs: 1000 })
    expect(() => bucket.setBurst(0, 0)).toThrow('tokenBucket: option "burst" must be an integer >= 1')
  })
})

describe('TokenBucketLimiter', () => {
  const ticket = (cost: number) => createTicket(0, { cost })

  it('refuses with the time that is missing, and takes nothing', () => {
    const limiter = new TokenBucketLimiter({ limit: 10, windowMs: 1000, burst: 2, name: 'api' })
    expect(limiter.admit(ticket(2), 0)).toBeUndefined()
    expect(limiter.admit(ticket(1), 0)).toEqual({ reason: 'rate', limiter: 'api', retryAfterMs: 100 })
    expect(limiter.peek(ticket(2), 0)).toEqual({ reason: 'rate', limiter: 'api', retryAfterMs: 200 })
    expect(limiter.admit(ticket(3), 0)?.retryAfterMs).toBe(Infinity)
    expect(limiter.admit(ticket(0), 0)).toBeUndefined()
    expect(limiter.admit(ticket(2), 200)).toBeUndefined()
  })

  it('gives back what revoked work took, and shares the bucket with reservations', () => {
    const limiter = new TokenBucketLimiter({ limit: 10, windowMs: 1000 })
    limiter.admit(ticket(7), 0)
    limiter.settle(ticket(7), 0, 'revoked')
    expect(limiter.bucket.tokens(0)).toBe(10)
    limiter.bucket.reserve(12, 0, Infinity)
    limiter.bucket.reserve(10, 0, Infinity)
    expect(limiter.describe(ticket(1), 0)).toEqual([
      { name: 'rate', limit: 10, windowMs: 1000, remaining: 0, nextMs: 100, resetMs: 1000 },
    ])
  })

  it('lets a burst that nobody named follow the limit, and keeps one that was', () => {
    const follows = new TokenBucketLimiter({ limit: 10, windowMs: 1000 })
    follows.update({ limit: 20 }, 0)
    expect(follows.bucket.rate.burst).toBe(20)
    // Tokens are earned, not granted.
    expect(follows.bucket.tokens(0)).toBe(10)
    expect(follows.bucket.tokens(200)).toBe(14)
    follows.update({ burst: 5, windowMs: 2000 }, 200)
    follows.update({ limit: 40 }, 200)
    expect(follows.bucket.rate).toEqual({ limit: 40, windowMs: 2000, burst: 5 })
    expect(() => follows.update({ burst: 0 }, 200)).toThrow('tokenBucket: option "burst" must be an integer >= 1')
    expect(follows.bucket.rate.burst).toBe(5)
  })

  it('changes limit and burst at once where one alone would not do', () => {
    const limiter = new TokenBucketLimiter({ limit: 1000, windowMs: 1000, burst: 1000 })
    limiter.update({ limit: 1, windowMs: 31_536_000_000, burst: 100 }, 0)
    expect(limiter.bucket.tokens(0)).toBe(100)
  })

  it('may be forgotten while it is full, reservations included', () => {
    const limiter = new TokenBucketLimiter({ limit: 10, windowMs: 1000 })
    expect(limiter.isIdle(0)).toBe(true)
    const promise = limiter.bucket.reserve(1, 0, Infinity)
    expect([limiter.isIdle(99), limiter.isIdle(100)]).toEqual([false, true])
    limiter.bucket.cancel(promise, 0)
    expect(limiter.isIdle(0)).toBe(true)
  })

  it('promises a time that is long enough also when its clock has gone back, or tells none', () => {
    const limiter = new TokenBucketLimiter({ limit: 10, windowMs: 1000 })
    limiter.admit(ticket(10), 5000)
    expect(limiter.peek(ticket(1), 1000)?.retryAfterMs).toBe(4100)
    expect(limiter.peek(ticket(1), NaN)?.retryAfterMs).toBe(100)
    expect(limiter.admit(ticket(1), 5100)).toBeUndefined()
  })
})
