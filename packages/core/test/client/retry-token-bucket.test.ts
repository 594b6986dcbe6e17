/** The retry budget as in the AWS SDKs. */
import { RetryTokenBucket, type Outcome, type TryKind } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const outcomes = ['success', 'dropped', 'ignored', 'revoked'] as const

describe('RetryTokenBucket', () => {
  it('lets a full bucket of retries start, half as many after timeouts, and then none', () => {
    const [plain, timeouts] = [new RetryTokenBucket(), new RetryTokenBucket()]
    expect(plain.available()).toBe(100)
    for (let i = 0; i < 100; i++) expect(plain.start('retry')).toBe(true)
    for (let i = 0; i < 50; i++) expect(timeouts.start('timeout-retry')).toBe(true)
    expect([plain, timeouts].map((bucket) => bucket.tokens)).toEqual([0, 0])
    expect([plain, timeouts].map((bucket) => bucket.start('retry'))).toEqual([false, false])
    expect(plain.start('hedge')).toBe(false)
  })

  // What a try leaves of 100 tokens out of 500: the cost is taken at its start.
  it.each<[TryKind, Outcome, number]>([
    ['first', 'success', 101],
    ['first', 'dropped', 100],
    ['first', 'ignored', 100],
    ['first', 'revoked', 100],
    ['retry', 'success', 100],
    ['retry', 'dropped', 95],
    ['retry', 'ignored', 95],
    ['retry', 'revoked', 100],
    ['timeout-retry', 'success', 100],
    ['timeout-retry', 'dropped', 90],
    ['timeout-retry', 'revoked', 100],
    ['hedge', 'success', 100],
    ['hedge', 'dropped', 95],
  ])('after a %s that ends as %s has %d of 100', (kind, outcome, left) => {
    const bucket = new RetryTokenBucket()
    for (let i = 0; i < 80; i++) bucket.start('retry')
    expect(bucket.tokens).toBe(100)
    bucket.start(kind)
    bucket.end(kind, outcome)
    expect(bucket.tokens).toBe(left)
  })

  it('follows a plain account of tokens, for every order of starts and ends', () => {
    const step = fc.record({
      kind: fc.constantFrom<TryKind>('first', 'retry', 'timeout-retry', 'hedge'),
      ends: fc.boolean(),
      pick: fc.nat(100),
      outcome: fc.constantFrom(...outcomes),
    })
    const rule = fc.record({ capacity: fc.integer({ min: 1, max: 60 }), successGain: fc.nat(3) })
    fc.assert(
      fc.property(rule, fc.array(step, { maxLength: 120 }), (options, steps) => {
        const bucket = new RetryTokenBucket(options)
        const running: TryKind[] = []
        const cost = { first: 0, retry: 5, 'timeout-retry': 10, hedge: 5 }
        let tokens = options.capacity
        for (const { kind, ends, pick, outcome } of steps) {
          const ending = ends ? running.splice(pick % Math.max(1, running.length), 1)[0] : undefined
          if (ending !== undefined) {
            bucket.end(ending, outcome)
            const gained = ending === 'first' && outcome === 'success' ? options.successGain : cost[ending]
            if (outcome === 'success' || outcome === 'revoked') tokens = Math.min(options.capacity, tokens + gained)
          } else {
            expect(bucket.available()).toBe(Math.floor(tokens / 5))
            const started = bucket.start(kind)
            expect(started).toBe(tokens >= cost[kind])
            if (!started) continue
            tokens -= cost[kind]
            running.push(kind)
          }
          expect(bucket.tokens).toBe(tokens)
        }
      }),
    )
  })

  it('brings back no more than was spent, however often ends are told', () => {
    const bucket = new RetryTokenBucket({ capacity: 20 })
    bucket.start('timeout-retry')
    bucket.start('retry')
    bucket.end('retry', 'dropped')
    for (let i = 0; i < 5; i++) bucket.end('timeout-retry', 'success')
    expect(bucket.tokens).toBe(15)
  })

  it('fills a larger capacity by successes, and cuts to a smaller one at once', () => {
    const bucket = new RetryTokenBucket({ capacity: 10 })
    bucket.update({ capacity: 100 })
    expect(bucket.tokens).toBe(10)
    expect(bucket.isIdle()).toBe(false)
    for (let i = 0; i < 200; i++) bucket.end('first', 'success')
    expect(bucket.tokens).toBe(100)
    expect(bucket.isIdle()).toBe(true)
    bucket.update({ capacity: 7, retryCost: 2 })
    expect(bucket.available()).toBe(3)
    expect(() => bucket.update({ capacity: 50, retryCost: -1 })).toThrow(/RetryTokenBucket: option "retryCost"/)
    expect(bucket.available()).toBe(3)
  })

  it('lets retries that cost nothing start without end', () => {
    const bucket = new RetryTokenBucket({ capacity: 1, retryCost: 0 })
    expect(bucket.available()).toBe(Number.MAX_SAFE_INTEGER)
    for (let i = 0; i < 1000; i++) expect(bucket.start('retry')).toBe(true)
  })

  it('names option, value and range when an option is wrong', () => {
    const make = (options: object) => () => new RetryTokenBucket(options)
    expect(make({ capacity: 0 })).toThrow(/RetryTokenBucket: option "capacity" must be a number >= 1 and <= 1000000000/)
    expect(make({ timeoutRetryCost: NaN })).toThrow(RangeError)
    expect(make({ cost: 1 })).toThrow(/unknown option "cost"/)
  })
})
