/** The concurrency limiter: counts, samples and refusals. */
import {
  ConcurrencyLimiter,
  FixedLimit,
  SettableLimit,
  concurrencyRetryAfterMs,
  createTicket,
  type Limit,
} from '@spillway/core'
import { expect, test } from 'vitest'

class Recorder implements Limit {
  value = 2
  readonly samples: unknown[][] = []
  sample(...sample: unknown[]): void {
    this.samples.push(sample)
  }
}

test('admits as many as the limit allows and refuses the next', () => {
  const limiter = new ConcurrencyLimiter(new FixedLimit(2), { name: 'pool' })
  const ticket = createTicket(0)
  expect(limiter.admit(ticket, 0)).toBeUndefined()
  expect(limiter.admit(ticket, 0)).toBeUndefined()
  expect(limiter.admit(ticket, 0)).toEqual({
    reason: 'concurrency',
    limiter: 'pool',
    retryAfterMs: concurrencyRetryAfterMs,
  })
  expect(limiter.inflight).toBe(2)
})

test('refuses with one frozen object, always the same', () => {
  const limiter = new ConcurrencyLimiter(new FixedLimit(1), { retryAfterMs: 50 })
  const ticket = createTicket(0)
  limiter.admit(ticket, 0)
  const refusal = limiter.admit(ticket, 0)
  expect(refusal).toEqual({ reason: 'concurrency', limiter: 'concurrency', retryAfterMs: 50 })
  expect(Object.isFrozen(refusal)).toBe(true)
  expect(limiter.admit(ticket, 1)).toBe(refusal)
})

test('samples success and dropped with the time since the work was let in and all that ran', () => {
  const limit = new Recorder()
  const limiter = new ConcurrencyLimiter(limit)
  const ticket = createTicket(0)
  limiter.admit(ticket, 0)
  limiter.admit(ticket, 0)
  ticket.startedAt = 10
  limiter.settle(ticket, 30, 'success')
  limiter.settle(ticket, 35, 'dropped')
  expect(limit.samples).toEqual([
    [30, 20, 2, false],
    [35, 25, 1, true],
  ])
})

test('learns nothing from what was ignored or revoked', () => {
  const limit = new Recorder()
  const limiter = new ConcurrencyLimiter(limit)
  const ticket = createTicket(0)
  limiter.admit(ticket, 0)
  limiter.admit(ticket, 0)
  limiter.settle(ticket, 1, 'ignored')
  limiter.settle(ticket, 1, 'revoked')
  expect(limit.samples).toEqual([])
  expect(limiter.inflight).toBe(0)
})

test('rounds a fractional limit down', () => {
  const limit = new Recorder()
  limit.value = 1.999
  const limiter = new ConcurrencyLimiter(limit)
  const ticket = createTicket(0)
  expect(limiter.admit(ticket, 0)).toBeUndefined()
  expect(limiter.admit(ticket, 0)).toBeDefined()
})

test('never counts below zero and never samples a settle too many', () => {
  const limit = new Recorder()
  const limiter = new ConcurrencyLimiter(limit)
  limiter.settle(createTicket(0), 1, 'success')
  expect(limiter.inflight).toBe(0)
  expect(limit.samples).toEqual([])
})

test('lets nobody in after the limit was lowered until fewer run than may', () => {
  const limit = new SettableLimit(3)
  const limiter = new ConcurrencyLimiter(limit)
  const ticket = createTicket(0)
  for (let i = 0; i < 3; i++) limiter.admit(ticket, 0)
  limit.set(2)
  limiter.settle(ticket, 1, 'success')
  expect(limiter.admit(ticket, 1)).toBeDefined()
  limiter.settle(ticket, 1, 'success')
  expect(limiter.admit(ticket, 1)).toBeUndefined()
})

test('takes another limit while work runs', () => {
  const limiter = new ConcurrencyLimiter(new FixedLimit(1))
  const ticket = createTicket(0)
  limiter.admit(ticket, 0)
  const limit = new FixedLimit(2)
  limiter.setLimit(limit)
  expect(limiter.limit).toBe(limit)
  expect(limiter.admit(ticket, 0)).toBeUndefined()
  expect(limiter.admit(ticket, 0)).toBeDefined()
})

test('is idle when nothing is in flight', () => {
  const limiter = new ConcurrencyLimiter(new FixedLimit(1))
  const ticket = createTicket(0)
  expect(limiter.isIdle(0)).toBe(true)
  limiter.admit(ticket, 0)
  expect(limiter.isIdle(0)).toBe(false)
  limiter.settle(ticket, 0, 'ignored')
  expect(limiter.isIdle(0)).toBe(true)
})

test('takes Infinity for no limit', () => {
  const limiter = new ConcurrencyLimiter(new FixedLimit(Infinity))
  const ticket = createTicket(0)
  for (let i = 0; i < 10_000; i++) expect(limiter.admit(ticket, 0)).toBeUndefined()
})

test('names option, value and range when an option is wrong', () => {
  expect(() => new FixedLimit(0)).toThrow(/FixedLimit: option "value" must be an integer >= 1, got 0/)
  expect(() => new FixedLimit(1.5)).toThrow(RangeError)
  expect(() => new SettableLimit(Number.NaN)).toThrow(RangeError)
  expect(() => new SettableLimit(1).set(-1)).toThrow(RangeError)
  expect(() => new ConcurrencyLimiter(new FixedLimit(1), { retryAfterMs: 0 })).toThrow(/"retryAfterMs"/)
  expect(() => new ConcurrencyLimiter(new FixedLimit(1), { nam: 'x' } as object)).toThrow(/unknown option "nam"/)
})
