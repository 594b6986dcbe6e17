import { SettableLimit } from '@spillway/core'
import type { Rejection, Verdict } from '@spillway/core'
import { createConcurrencyPolicy } from '@spillway/http'
import type { ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http'
import { describe, expect, it } from 'vitest'
import { createEnvironment, reader, toObject } from './support.ts'
import type { FakeEnvironment, FakeRequest } from './support.ts'

const create = (
  options: Partial<ConcurrencyLimitOptions<FakeRequest>> = {},
  environment: FakeEnvironment = createEnvironment(),
): ConcurrencyLimitPolicy<FakeRequest> => createConcurrencyPolicy(reader, environment, { limit: 1, ...options })

describe('createConcurrencyPolicy', () => {
  it('refuses what is more than may run, until something has ended', () => {
    const policy = create()
    const [first, second] = [policy.ticket({}), policy.ticket({})]
    expect(policy.enter(first)).toBeUndefined()
    const refusal = policy.refuse(second, policy.enter(second) as Rejection)
    expect(refusal.status).toBe(503)
    expect(toObject(refusal.headers)['retry-after']).toBe('1')
    policy.leave(first, 'success')
    expect(policy.limiter.inflight).toBe(0)
    expect(policy.enter(policy.ticket({}))).toBeUndefined()
  })

  it('lets some wait, in order, and no longer than they may', async () => {
    const environment = createEnvironment()
    const policy = create({ maxQueue: 2, maxWaitMs: 500 }, environment)
    const tickets = Array.from({ length: 4 }, () => policy.ticket({}))
    const verdicts = tickets.map((ticket) => policy.enter(ticket))
    expect(verdicts[0]).toBeUndefined()
    expect(verdicts[3]).toMatchObject({ reason: 'queue-full' })
    expect(policy.waiting()).toBe(2)
    policy.leave(tickets[0] as (typeof tickets)[0], 'success')
    expect(await verdicts[1]).toBeUndefined()
    await environment.clock.advance(600)
    expect(await verdicts[2]).toMatchObject({ reason: 'queue-timeout' })
    expect(policy.waiting()).toBe(0)
  })

  it('forgets who left while waiting', async () => {
    const policy = create({ maxQueue: 1 })
    const [first, second] = [policy.ticket({}), policy.ticket({})]
    void policy.enter(first)
    const verdict: Promise<Verdict> | Verdict = policy.enter(second)
    policy.cancel(second)
    expect(await verdict).toMatchObject({ reason: 'cancelled' })
    expect(policy.refuse(second, (await verdict) as Rejection)).toMatchObject({ status: 499, body: '' })
    policy.leave(first, 'ignored')
    expect([policy.limiter.inflight, policy.waiting()]).toEqual([0, 0])
  })

  it('tells how much there is only to whom it is asked to', () => {
    const ask = (options: Partial<ConcurrencyLimitOptions<FakeRequest>>): Record<string, string> => {
      const policy = create({ limit: 5, ...options })
      const ticket = policy.ticket({})
      void policy.enter(ticket)
      return toObject(policy.admitHeaders(ticket))
    }
    expect(ask({})).toEqual({})
    expect(ask({ standardHeaders: 'draft-10', name: 'places' })).toEqual({
      'ratelimit-policy': '"places";q=5;qu="concurrent-requests"',
      ratelimit: '"places";r=4',
    })
  })

  it('takes a limit that changes', () => {
    const limit = new SettableLimit(1)
    const policy = create({ limit })
    void policy.enter(policy.ticket({}))
    expect(policy.enter(policy.ticket({}))).toBeDefined()
    limit.set(2)
    expect(policy.enter(policy.ticket({}))).toBeUndefined()
  })

  it.each([
    [{ limit: 0 }, /^concurrencyLimit: option "limit" must be an integer >= 1/],
    [{ limit: {} }, /^concurrencyLimit: option "limit"/],
    [{ limit: 1, maxQueue: -1 }, /^concurrencyLimit: option "maxQueue"/],
    [{ limit: 1, maxWaitMs: 0 }, /^concurrencyLimit: option "maxWaitMs"/],
    [{ limit: 1, keyGenerator: () => '' }, /^concurrencyLimit: unknown option "keyGenerator"/],
  ])('refuses %j', (options, message) => {
    const given = options as unknown as ConcurrencyLimitOptions<FakeRequest>
    expect(() => createConcurrencyPolicy(reader, createEnvironment(), given)).toThrow(message)
  })
})
