/** A limiter for some of the work only. */
import { ConcurrencyLimiter, createTicket, FixedLimit, when } from '@spillway/core'
import { expect, test } from 'vitest'
import { Budget, Recorder } from '../support/limiters.ts'

test('asks and settles only what the predicate picks', () => {
  const log: string[] = []
  const limiter = when((ticket) => ticket.key === 'x', new Recorder('a', log))
  for (const key of ['x', 'y']) {
    limiter.admit(createTicket(0, { key }), 0)
    limiter.settle(createTicket(0, { key }), 0, 'success')
  }
  expect(log).toEqual(['a admit', 'a success'])
})

test('admits and counts when the predicate throws', () => {
  const log: string[] = []
  const limiter = when(
    () => {
      throw new Error('broken')
    },
    new Recorder('a', log),
  )
  expect(limiter.admit(createTicket(0), 0)).toBeUndefined()
  limiter.settle(createTicket(0), 0, 'success')
  expect(limiter.describe(createTicket(0), 0)).toEqual([])
  expect(limiter.failures).toBe(3)
  expect(log).toEqual([])
})

test('describes and is idle as its limiter does and is', () => {
  const inner = new ConcurrencyLimiter(new FixedLimit(1))
  const limiter = when(() => true, inner)
  expect(limiter.name).toBe('concurrency')
  expect(limiter.describe(createTicket(0), 0)).toEqual([])
  expect(limiter.isIdle(0)).toBe(true)
  limiter.admit(createTicket(0), 0)
  expect(limiter.isIdle(0)).toBe(false)
  expect(when(() => true, new Budget(1)).isIdle(0)).toBe(false)
  const quota = { name: 'q', limit: 1, windowMs: 1, remaining: 1, nextMs: 0, resetMs: 0 }
  expect(
    when(() => true, Object.assign(new Recorder('a'), { describe: () => [quota] })).describe(createTicket(0), 0),
  ).toEqual([quota])
})

test('takes only a function for a predicate', () => {
  expect(() => when(true as never, new Recorder('a'))).toThrow(/when: option "predicate" must be a function, got true/)
})
