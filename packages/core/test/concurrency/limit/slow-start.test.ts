/** Slow start of a concurrency limit. */
import {
  ConcurrencyLimiter,
  createTicket,
  FixedLimit,
  SettableLimit,
  slowStart,
  slowStartShare,
  type Limit,
  type SlowStartOptions,
} from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'

describe('slowStartShare', () => {
  it('rises in a line from the least share to all', () => {
    const share = (elapsedMs: number): number => slowStartShare(elapsedMs, { durationMs: 1000 })
    expect([-5, 0, 50, 100, 250, 999, 1000, Infinity].map(share)).toEqual([0.1, 0.1, 0.1, 0.1, 0.25, 0.999, 1, 1])
  })

  it('rises as Envoy says: (elapsed / duration) ^ (1 / aggression)', () => {
    const at = (aggression: number): number => slowStartShare(250, { durationMs: 1000, aggression, minShare: 0.01 })
    expect([0.5, 1, 2].map(at)).toEqual([0.0625, 0.25, 0.5])
  })

  it('never falls, and never leaves its bounds', () => {
    const options = fc.record({
      durationMs: fc.integer({ min: 1, max: 1e6 }),
      aggression: fc.double({ min: 0.1, max: 10, noNaN: true }),
      minShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(options, fc.double({ min: -10, max: 2e6 }), fc.nat(1e6), (shape, elapsedMs, later) => {
        const share = slowStartShare(elapsedMs, shape)
        expect(share >= shape.minShare && share <= 1).toBe(true)
        if (elapsedMs >= 0) expect(slowStartShare(elapsedMs + later, shape)).toBeGreaterThanOrEqual(share)
      }),
    )
  })
})

test('lets a share of the limit run at first, and all of it in the end', () => {
  const limit = slowStart(new FixedLimit(40), { durationMs: 1000 })
  const limiter = new ConcurrencyLimiter(limit)
  limit.start(5000)
  expect(limit.value).toBe(4)
  const running = Array.from({ length: 4 }, () => createTicket(5000))
  for (const ticket of running) expect(limiter.admit(ticket, 5000)).toBeUndefined()
  expect(limiter.admit(createTicket(5000), 5000)).toBeDefined()
  limiter.settle(running[0]!, 5500, 'success')
  expect(limit.value).toBe(20)
  limiter.settle(running[1]!, 5600, 'ignored')
  expect(limit.value).toBe(24)
  limiter.settle(running[2]!, 5550, 'dropped')
  expect(limit.value).toBe(24)
  limiter.settle(running[3]!, 6000, 'success')
  expect(limit.value).toBe(40)
})

test('starts with the work that ends first, when nobody said', () => {
  const limit = slowStart(new FixedLimit(100), { durationMs: 1000 })
  expect(limit.value).toBe(10)
  limit.sample(7300, 200, 1, false)
  expect(limit.value).toBe(20)
  limit.sample(7600, 1, 1, false)
  expect(limit.value).toBe(50)
})

test('is told the time by whoever knows it, and starts over when told to', () => {
  const limit = slowStart(new FixedLimit(100), { durationMs: 1000, minShare: 0.2 })
  limit.start(0)
  limit.advance(700)
  expect(limit.value).toBe(70)
  for (const now of [600, NaN, -Infinity]) limit.advance(now)
  expect(limit.value).toBe(70)
  limit.start(2000)
  expect(limit.value).toBe(20)
  limit.advance(2500)
  expect(limit.value).toBe(50)
})

test('always lets one run, so that time goes on', () => {
  const limit = slowStart(new FixedLimit(3), { durationMs: 1000 })
  expect(limit.value).toBe(1)
  limit.lost(10, 10, 1)
  expect(limit.value).toBe(1)
})

test('follows the limit inside, hands on what it is told, and has nothing to share of Infinity', () => {
  const told: unknown[] = []
  const inside: Limit = {
    value: 50,
    sample: (...all) => void told.push(all),
    lost: (...all) => void told.push(all),
  }
  const limit = slowStart(inside, { durationMs: 1000 })
  limit.sample(1, 2, 3, true)
  limit.lost(4, 5, 6)
  expect(told).toEqual([
    [1, 2, 3, true],
    [4, 5, 6],
  ])
  expect(limit.limit).toBe(inside)
  expect(limit.snapshot()).toEqual({ kind: 'SlowStartLimit', limit: 5, share: 0.1 })
  const settable = new SettableLimit(20)
  const scaled = slowStart(settable, { durationMs: 1000, minShare: 0.5 })
  settable.set(60)
  expect(scaled.value).toBe(30)
  scaled.lost(5, 1, 1)
  settable.set(Infinity)
  expect(scaled.value).toBe(Infinity)
})

test('names option, value and range when an option is wrong', () => {
  const make = (options: Partial<SlowStartOptions>) => () =>
    slowStart(new FixedLimit(1), { durationMs: 1000, ...options })
  expect(make({ durationMs: 0 })).toThrow(/slowStart: option "durationMs" must be a number >= 1 and <= 86400000, got 0/)
  expect(make({ aggression: 0 })).toThrow(RangeError)
  expect(make({ minShare: 2 })).toThrow(RangeError)
  expect(make({ minShare: '1' as never })).toThrow(TypeError)
  expect(make({ duration: 5 } as never)).toThrow(/unknown option "duration"/)
})
