/** The keyed rate limiter, told of another key and another instant than those it was last asked about; and what it says of bad arguments. */
import { createTicket, KeyedRateLimiter, type KeyedRateLimitOptions, type Ticket } from '@spillway/core'
import { describe, expect, it } from 'vitest'

const of = (key: string, now = 0, cost = 1): Ticket => createTicket(now, { key, cost })
const made = (options: Partial<KeyedRateLimitOptions> = {}): KeyedRateLimiter =>
  new KeyedRateLimiter({ limit: 10, windowMs: 1000, burst: 2, ...options })

/** `a` has taken all it may at 0, and `b` was asked about last. */
function used(options: Partial<KeyedRateLimitOptions> = {}): KeyedRateLimiter {
  const limiter = made(options)
  for (let i = 0; i < 2; i++) limiter.admit(of('a'), 0)
  limiter.admit(of('b'), 0)
  return limiter
}

describe('KeyedRateLimiter, asked about another key or instant than before', () => {
  it('peeks at that', () => {
    const limiter = used()
    expect(limiter.peek(of('a'), 0)).toMatchObject({ reason: 'rate', retryAfterMs: 100 })
    expect(limiter.peek(of('b'), 0)).toBeUndefined()
    expect(limiter.peek(of('a'), 100)).toBeUndefined()
  })

  it('describes that', () => {
    const limiter = used()
    expect(limiter.describe(of('a'), 0)[0]).toMatchObject({ remaining: 0 })
    expect(limiter.describe(of('b'), 0)[0]).toMatchObject({ remaining: 1 })
    expect(limiter.describe(of('a'), 100)[0]).toMatchObject({ remaining: 1 })
  })

  it('takes a penalty from what that key has then', () => {
    const limiter = used()
    limiter.penalty('a', 2, 5000)
    expect(limiter.admit(of('a', 5000), 5000)).toMatchObject({ retryAfterMs: 100 })
    expect(limiter.admit(of('b', 5000), 5000)).toBeUndefined()
  })

  it('changes its rate from what is left to each then', () => {
    const limiter = used()
    limiter.update({ limit: 1 }, 100)
    // One of two is left to `a`, and both to `b`; from now on a unit takes a second.
    expect(['a', 'a', 'b', 'b', 'b'].map((key) => limiter.admit(of(key, 100), 100)?.retryAfterMs)).toEqual([
      undefined,
      1000,
      undefined,
      undefined,
      1000,
    ])
  })
})

describe('KeyedRateLimiter, keys made by a function', () => {
  it('takes a number for its text, and null for no key', () => {
    const keys: unknown[] = [7, '7', null, undefined]
    const by = (ticket: Ticket): string | undefined => keys[ticket.priority] as string | undefined
    const limiter = made({ by })
    limiter.penalty('7', 2, 0)
    const refusals = [0, 1, 2, 3].map((priority) => limiter.admit(createTicket(0, { priority }), 0)?.reason)
    expect(refusals).toEqual(['rate', 'rate', undefined, undefined])
    expect(limiter.size).toBe(1)
    expect(limiter.callbackErrors).toBe(0)
  })

  it('gives back to the key that the function made', () => {
    const limiter = made({ by: (ticket) => ticket.key.toUpperCase() })
    for (let i = 0; i < 2; i++) limiter.admit(of('a'), 0)
    expect(limiter.admit(of('A'), 0)).toBeDefined()
    limiter.settle(of('a'), 0, 'revoked')
    expect(limiter.admit(of('A'), 0)).toBeUndefined()
    expect(limiter.admit(of('A'), 0)).toBeDefined()
  })
})

describe('KeyedRateLimiter, bad arguments', () => {
  const limiter = made()
  it.each([
    ['penalty', 'cost', (): unknown => limiter.penalty('a', -1, 0)],
    ['reward', 'cost', (): unknown => limiter.reward('a', Number.NaN, 0)],
    ['block', 'durationMs', (): unknown => limiter.block('a', -1, 0)],
    ['rateLimit', 'limit', (): unknown => made({ limit: -1 })],
    ['rateLimit', 'maxKeys', (): unknown => made({ maxKeys: 0 })],
    ['rateLimit', 'windowMs', (): unknown => limiter.update({ windowMs: 0 }, 0)],
  ])('says that those of %s are named %s', (owner, option, bad) => {
    expect(bad).toThrow(RangeError)
    expect(bad).toThrow(`${owner}: option "${option}" must be`)
  })

  it.each(['by', 'random'])('says that %s must be a function', (option) => {
    expect(() => made(JSON.parse(`{ "${option}": 5 }`) as object)).toThrow(
      `rateLimit: option "${option}" must be a function`,
    )
  })

  it('knows all its options and no other', () => {
    const random = (): number => 0.5
    expect(made({ name: 'door', blockMs: 5, maxKeys: 10, random, by: (ticket) => ticket.key }).name).toBe('door')
    expect(() => made(JSON.parse('{ "brust": 5 }') as object)).toThrow('rateLimit: unknown option "brust"')
    expect(() => limiter.update(JSON.parse('{ "name": "x" }') as object, 0)).toThrow('rateLimit: unknown option "name"')
    limiter.update({ limit: 10, windowMs: 1000, burst: 2 }, 0)
  })
})
