/** The rate limit per key: who shares with whom, what memory it takes, and that nobody is forgotten. */
import { createTicket, KeyedRateLimiter } from '@spillway/core'
import type { KeyedRateLimitOptions, Ticket } from '@spillway/core'
import { describe, expect, it } from 'vitest'

const of = (key: string, cost = 1): Ticket => createTicket(0, { key, cost })

function admitted(limiter: KeyedRateLimiter, key: string, times: number, now: number): number {
  let count = 0
  for (let i = 0; i < times; i++) if (limiter.admit(of(key), now) === undefined) count++
  return count
}

const make = (options: Partial<KeyedRateLimitOptions> = {}): KeyedRateLimiter =>
  new KeyedRateLimiter({ limit: 3, windowMs: 1000, ...options })

describe('KeyedRateLimiter', () => {
  it('gives each key a quota of its own', () => {
    const limiter = make()
    expect(admitted(limiter, 'a', 10, 0)).toBe(3)
    expect(admitted(limiter, 'b', 10, 0)).toBe(3)
    expect(limiter.admit(of('a'), 500)).toBeUndefined()
    expect(limiter.admit(of('a', 2), 500)?.retryAfterMs).toBeCloseTo(1000 / 1.5 - 500 + 1000 / 3, 6)
    expect(limiter.size).toBe(2)
  })

  it('keeps hostile keys apart', () => {
    const limiter = make()
    const keys = [
      '',
      '\0',
      '\0\0',
      '__proto__',
      'constructor',
      'toString',
      '\ud800',
      '\udc00',
      '\ufffd',
      'x'.repeat(1e5),
    ]
    for (const key of keys) expect(admitted(limiter, key, 5, 0), JSON.stringify(key.slice(0, 9))).toBe(3)
    expect(limiter.size).toBe(keys.length)
  })

  it('reads the key that it is told to, and lets work without one pass', () => {
    const limiter = make({ by: (ticket) => ticket.keys?.['user'] })
    const user = createTicket(0, { key: 'ip', keys: { user: 'u1' } })
    for (let i = 0; i < 3; i++) expect(limiter.admit(user, 0)).toBeUndefined()
    expect(limiter.admit(user, 0)?.reason).toBe('rate')
    for (let i = 0; i < 9; i++) expect(limiter.admit(of('ip'), 0)).toBeUndefined()
    limiter.settle(of('ip'), 0, 'revoked')
    expect(limiter.peek(of('ip'), 0)).toBeUndefined()
    expect(limiter.describe(of('ip'), 0)).toEqual([])
    expect(limiter.size).toBe(1)
  })

  it('lets work pass when the callback throws, and counts it', () => {
    const limiter = make({
      by: () => {
        throw new Error('no')
      },
    })
    for (let i = 0; i < 9; i++) expect(limiter.admit(of('a'), 0)).toBeUndefined()
    expect(limiter.callbackErrors).toBe(9)
  })

  it('gives back exactly what revoked work took', () => {
    const limiter = make()
    limiter.admit(of('a'), 0)
    const before = limiter.describe(of('a'), 5)
    limiter.admit(of('a', 1.7), 5)
    limiter.settle(of('a', 1.7), 7, 'revoked')
    expect(limiter.describe(of('a'), 5)).toEqual(before)
    limiter.settle(of('a'), 7, 'success')
    expect(limiter.describe(of('a'), 5)).toEqual(before)
  })

  it('forgets a key only when it has regained everything, and gives the memory back', () => {
    const limiter = make({ limit: 1, windowMs: 60_000 })
    for (let i = 0; i < 20_000; i++) limiter.admit(of(`key ${i}`), 0)
    const full = limiter.bytes
    for (let i = 0; i < 20_000; i++) limiter.admit(of('busy', 0), 59_999)
    expect(limiter.size).toBe(20_000)
    for (let i = 0; i < 20_000; i++) limiter.admit(of('busy', 0), 60_000)
    expect(limiter.size).toBe(0)
    expect(limiter.bytes).toBeLessThan(full / 7)
  })

  it('blocks a key for a while, and none beside it', () => {
    const limiter = make()
    limiter.block('a', 5000, 0)
    limiter.block('a', 10, 0)
    expect(limiter.admit(of('a'), 1000)).toEqual({ reason: 'blocked', limiter: 'rate', retryAfterMs: 4000 })
    expect(limiter.peek(of('a', 0), 1000)?.reason).toBe('blocked')
    expect(limiter.describe(of('a'), 1000)[0]).toMatchObject({ remaining: 0, nextMs: 4000, resetMs: 4000 })
    expect(admitted(limiter, 'b', 5, 1000)).toBe(3)
    expect(admitted(limiter, 'a', 5, 5000)).toBe(3)
    limiter.block('a', Infinity, 5000)
    expect(limiter.admit(of('a'), 1e12)?.retryAfterMs).toBe(Infinity)
    expect(limiter.reset('a')).toBe(true)
    expect(admitted(limiter, 'a', 5, 1e12)).toBe(3)
  })

  it('lets the memory of blocks go when they have passed', () => {
    const limiter = make()
    const calm = limiter.bytes
    limiter.block('a', 10, -500)
    expect(limiter.bytes).toBeGreaterThan(calm)
    for (let i = 0; i < 20_000; i++) limiter.admit(of('b', 0), i)
    expect(limiter.bytes).toBe(calm)
  })

  it('blocks who exceeds the limit for blockMs', () => {
    const limiter = make({ blockMs: 10_000 })
    expect(admitted(limiter, 'a', 3, 0)).toBe(3)
    expect(limiter.admit(of('a', 9), 0)?.retryAfterMs).toBe(Infinity)
    expect(limiter.admit(of('a'), 0)).toEqual({ reason: 'rate', limiter: 'rate', retryAfterMs: 10_000 })
    expect(limiter.admit(of('a'), 9000)).toEqual({ reason: 'blocked', limiter: 'rate', retryAfterMs: 1000 })
    expect(admitted(limiter, 'a', 9, 10_000)).toBe(3)
  })

  it('takes penalties and gives rewards per key', () => {
    const limiter = make({ limit: 10 })
    limiter.penalty('a', 15, 0)
    expect(limiter.admit(of('a'), 0)?.retryAfterMs).toBe(600)
    expect(limiter.admit(of('b'), 0)).toBeUndefined()
    limiter.reward('a', 7, 0)
    expect(admitted(limiter, 'a', 9, 0)).toBe(2)
    limiter.reward('nobody', 7, 0)
    expect(limiter.reset('a')).toBe(true)
    expect(admitted(limiter, 'a', 20, 0)).toBe(10)
  })

  it('changes the rate of all keys without granting a burst to those it knows', () => {
    const limiter = make({ limit: 10 })
    limiter.penalty('spent', 10, 0)
    limiter.penalty('half', 5, 0)
    limiter.update({ limit: 100 }, 0)
    expect(admitted(limiter, 'spent', 200, 0)).toBe(0)
    expect(admitted(limiter, 'half', 200, 0)).toBe(5)
    expect(admitted(limiter, 'new', 200, 0)).toBe(100)
    expect(admitted(limiter, 'spent', 200, 500)).toBe(50)
    limiter.update({ limit: 0 }, 500)
    expect(limiter.admit(of('another'), 500)?.retryAfterMs).toBe(Infinity)
  })

  it('gives nothing when the clock goes back, also to keys that were forgotten meanwhile', () => {
    const limiter = make({ limit: 1 })
    limiter.admit(of('a'), 0)
    for (let i = 0; i < 5000; i++) limiter.admit(of('other', 0), 1000)
    expect(limiter.admit(of('a'), 500)).toBeUndefined()
    expect(limiter.admit(of('a'), 500)?.retryAfterMs).toBe(1500)
  })

  it('goes on after the clock has run out of ticks', () => {
    const limiter = make()
    limiter.admit(of('old'), 0)
    // 2^52 of its ticks are about 199 days.
    const edge = 2 ** 52 / 2 ** 18
    expect(admitted(limiter, 'a', 9, edge - 1)).toBe(3)
    expect(admitted(limiter, 'a', 9, edge + 1000)).toBe(3)
    expect(admitted(limiter, 'a', 9, edge + 1334)).toBe(1)
  })

  it('names a bad option, its value and its range', () => {
    expect(() => make({ maxKeys: 0 })).toThrow(
      'rateLimit: option "maxKeys" must be an integer >= 1 and <= 268435456, got 0',
    )
    expect(() => make({ by: 'ip' as never })).toThrow(TypeError)
    expect(() => make({ maxKey: 5 } as never)).toThrow('unknown option "maxKey"')
  })
})

describe('KeyedRateLimiter beyond its bound', () => {
  it('does not unblock a client when others flood it with keys', () => {
    const limiter = make({ maxKeys: 100, limit: 5, windowMs: 60_000 })
    expect(admitted(limiter, 'client', 10, 0)).toBe(5)
    for (let i = 0; i < 10_000; i++) limiter.admit(of(`flood ${i}`), i / 1000)
    expect(admitted(limiter, 'client', 10, 11)).toBe(0)
    expect(limiter.size).toBe(100)
  })

  it('limits those who come while it is full as well, and keeps its memory bounded', () => {
    const limiter = make({ maxKeys: 100, limit: 5, windowMs: 60_000 })
    for (let i = 0; i < 100; i++) limiter.admit(of(`first ${i}`), 0)
    expect(admitted(limiter, 'late', 10, 0)).toBe(5)
    const bytes = limiter.bytes
    for (let i = 0; i < 50_000; i++) limiter.admit(of(`flood ${i}`), 0)
    expect(limiter.bytes).toBe(bytes)
    expect(admitted(limiter, 'late', 10, 0)).toBe(0)
    expect(admitted(limiter, 'late', 10, 12_000)).toBe(1)
  })

  it('does not unblock the blocked either', () => {
    const limiter = make({ maxKeys: 10 })
    for (let i = 0; i < 50; i++) limiter.block(`bad ${i}`, 60_000, 0)
    for (let i = 0; i < 50; i++) expect(limiter.admit(of(`bad ${i}`), 59_999)?.reason).toBe('blocked')
    expect(limiter.reset('bad 49')).toBe(false)
    for (let i = 0; i < 50; i++) expect(limiter.admit(of(`bad ${i}`), 60_000)).toBeUndefined()
  })

  it('leaves what was taken there, even by revoked work: too strict rather than too lax', () => {
    const limiter = make({ maxKeys: 1 })
    limiter.admit(of('first'), 0)
    limiter.admit(of('second', 2), 0)
    limiter.settle(of('second', 2), 0, 'revoked')
    limiter.reward('second', 2, 0)
    expect(limiter.reset('second')).toBe(false)
    expect(admitted(limiter, 'second', 9, 0)).toBe(1)
    limiter.penalty('second', 3, 0)
    expect(admitted(limiter, 'second', 9, 1001)).toBe(0)
    expect(admitted(limiter, 'second', 9, 2001)).toBe(3)
  })

  it('is exact again as soon as there is room', () => {
    const limiter = make({ maxKeys: 2 })
    for (const key of ['a', 'b', 'c']) limiter.penalty(key, 3, 0)
    expect(admitted(limiter, 'c', 9, 1000)).toBe(3)
    limiter.settle(of('c'), 1000, 'revoked')
    expect(admitted(limiter, 'c', 9, 1000)).toBe(1)
  })
})
