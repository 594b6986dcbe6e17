/** Deadlines. */
import { createTicket, DeadlineLimiter, type DeadlineLimiterOptions } from '@spillway/core'
import { expect, test } from 'vitest'

const admits = (options: DeadlineLimiterOptions, deadline: number): boolean =>
  new DeadlineLimiter(options).admit(createTicket(0, { deadline }), 100) === undefined

test('refuses what is late, for good', () => {
  expect(new DeadlineLimiter().admit(createTicket(0, { deadline: 100 }), 100)).toEqual({
    reason: 'deadline',
    limiter: 'deadline',
    retryAfterMs: Infinity,
  })
  expect(admits({}, 99)).toBe(false)
  expect(admits({}, 100.001)).toBe(true)
})

test('admits what has no deadline', () => {
  expect(admits({ minRemainingMs: 1000, estimateMs: () => Infinity }, Infinity)).toBe(true)
})

test('refuses what leaves less time than the work needs; exactly enough is enough', () => {
  expect(admits({ minRemainingMs: 50 }, 149)).toBe(false)
  expect(admits({ minRemainingMs: 50 }, 150)).toBe(true)
})

test('takes the larger of the fixed time and the estimate', () => {
  expect(admits({ minRemainingMs: 50, estimateMs: () => 80 }, 170)).toBe(false)
  expect(admits({ minRemainingMs: 50, estimateMs: () => 80 }, 180)).toBe(true)
  expect(admits({ minRemainingMs: 50, estimateMs: () => 10 }, 120)).toBe(false)
})

test('counts an estimate that throws and goes without it', () => {
  const limiter = new DeadlineLimiter({
    estimateMs: () => {
      throw new Error('broken')
    },
  })
  expect(limiter.admit(createTicket(0, { deadline: 1 }), 0)).toBeUndefined()
  expect(limiter.failures).toBe(1)
  limiter.settle()
  expect(limiter.isIdle()).toBe(true)
})

test('names option, value and range when an option is wrong', () => {
  expect(() => new DeadlineLimiter({ minRemainingMs: -1 })).toThrow(/DeadlineLimiter: option "minRemainingMs"/)
  expect(() => new DeadlineLimiter({ estimateMs: 5 as never })).toThrow(/"estimateMs" must be a function, got 5/)
  expect(() => new DeadlineLimiter({ min: 5 } as never)).toThrow(/unknown option "min"/)
})
