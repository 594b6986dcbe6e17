/** All or nothing. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  FixedLimit,
  keyed,
  when,
  type Limiter,
  type Quota,
  type Rejection,
} from '@spillway/core'
import { expect, test } from 'vitest'
import { Budget, Recorder, Spaced } from '../support/limiters.ts'

const no: Rejection = { reason: 'pressure', limiter: 'c', retryAfterMs: 1 }

test('asks in order and settles in the reverse order', () => {
  const log: string[] = []
  const limiter = all(new Recorder('a', log), new Recorder('b', log))
  expect(limiter.admit(createTicket(0), 0)).toBeUndefined()
  limiter.settle(createTicket(0), 1, 'success')
  expect(log).toEqual(['a admit', 'b admit', 'b success', 'a success'])
})

test('answers with the first refusal and revokes whoever said yes before it, last first', () => {
  const log: string[] = []
  const limiter = all(
    new Recorder('a', log),
    new Recorder('b', log),
    new Recorder('c', log, no),
    new Recorder('d', log),
  )
  expect(limiter.admit(createTicket(0), 0)).toBe(no)
  expect(log).toEqual(['a admit', 'b admit', 'c admit', 'b revoked', 'a revoked'])
})

test('admits everything when it has no limiters', () => {
  const limiter = all()
  expect(limiter.admit(createTicket(0), 0)).toBeUndefined()
  limiter.settle(createTicket(0), 0, 'success')
  expect(limiter.isIdle(0)).toBe(true)
})

test('gives back tokens when a later limiter refuses', () => {
  const rate = new Budget(5)
  const limiter = all(rate, new ConcurrencyLimiter(new FixedLimit(1)))
  limiter.admit(createTicket(0), 0)
  expect(rate.left).toBe(4)
  limiter.admit(createTicket(0, { cost: 3 }), 0)
  expect(rate.left).toBe(4)
})

test('is named after its limiters', () => {
  expect(all(new Recorder('a'), new Recorder('b')).name).toBe('a+b')
})

test('is idle when all of it says so, and never with a limiter that cannot tell', () => {
  const spaced = new Spaced(10)
  const limiter = all(spaced, new ConcurrencyLimiter(new FixedLimit(1)))
  expect(limiter.isIdle(0)).toBe(true)
  spaced.admit(createTicket(0), 0)
  expect(limiter.isIdle(9)).toBe(false)
  expect(limiter.isIdle(10)).toBe(true)
  expect(all(new Budget(1)).isIdle(0)).toBe(false)
})

test('describes the quotas of those limiters that can', () => {
  const quota = (name: string): Quota => ({ name, limit: 1, windowMs: 1, remaining: 1, nextMs: 0, resetMs: 0 })
  const described = (name: string): Limiter => Object.assign(new Recorder(name), { describe: () => [quota(name)] })
  expect(all(described('a'), new Recorder('b'), described('c')).describe(createTicket(0), 0)).toEqual([
    quota('a'),
    quota('c'),
  ])
})

test('lets one decision span policies with different keys, all or nothing', () => {
  const perIp = keyed(() => new ConcurrencyLimiter(new FixedLimit(2), { name: 'ip' }), { by: (t) => t.keys?.['ip'] })
  const perUser = keyed(() => new ConcurrencyLimiter(new FixedLimit(1), { name: 'user' }), {
    by: (t) => t.keys?.['user'],
  })
  const limiter = all(
    perIp,
    when((t) => t.keys?.['user'] !== undefined, perUser),
  )
  const from = (ip: string, user?: string) => createTicket(0, { keys: user === undefined ? { ip } : { ip, user } })
  const first = from('1.1.1.1', 'ann')
  expect(limiter.admit(first, 0)).toBeUndefined()
  // Refused for the user: nothing of the address is used up, however often she tries.
  for (let i = 0; i < 5; i++) expect(limiter.admit(from('1.1.1.1', 'ann'), 0)?.limiter).toBe('user')
  expect(limiter.admit(from('1.1.1.1', 'bob'), 0)).toBeUndefined()
  expect(limiter.admit(from('1.1.1.1'), 0)?.limiter).toBe('ip')
  expect(limiter.admit(from('2.2.2.2', 'ann'), 0)?.limiter).toBe('user')
  limiter.settle(first, 1, 'success')
  expect(limiter.admit(from('2.2.2.2', 'ann'), 1)).toBeUndefined()
})
