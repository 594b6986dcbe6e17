import type { Rejection } from '@spillway/core'
import { createRateLimitPolicy, rateLimitHandle } from '@spillway/http'
import type { RateLimitOptions, RateLimitPolicy } from '@spillway/http'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEnvironment, reader, toObject, wallTime } from './support.ts'
import type { FakeEnvironment, FakeRequest } from './support.ts'

function create(
  options: Partial<RateLimitOptions<FakeRequest>> = {},
  environment: FakeEnvironment = createEnvironment(),
): RateLimitPolicy<FakeRequest> {
  return createRateLimitPolicy(reader, environment, { limit: 2, wallTime, ...options })
}

/** Sends a request and returns the headers of its answer, or of its refusal. */
function send(policy: RateLimitPolicy<FakeRequest>, req: FakeRequest = {}): Record<string, string> {
  const ticket = policy.ticket(req)
  const verdict = policy.enter(ticket) as Rejection | undefined
  if (verdict !== undefined) {
    const refusal = policy.refuse(ticket, verdict)
    return { status: String(refusal.status), ...toObject(refusal.headers) }
  }
  policy.leave(ticket, 'success')
  return { status: '200', ...toObject(policy.admitHeaders(ticket)) }
}

describe('createRateLimitPolicy', () => {
  it('gives each address a quota, and tells what is left of it', () => {
    const policy = create()
    expect(send(policy)).toEqual({ status: '200', 'ratelimit-policy': '"rate";q=2;w=60', ratelimit: '"rate";r=1;t=30' })
    expect(send(policy)['ratelimit']).toBe('"rate";r=0;t=30')
    expect(send(policy)).toMatchObject({ status: '429', ratelimit: '"rate";r=0;t=30', 'retry-after': '30' })
    expect(send(policy, { peer: '192.0.2.2' })['status']).toBe('200')
    expect(send(policy, { peer: '::ffff:192.0.2.1' })['status']).toBe('429')
  })

  it('lets in whoever waits as long as Retry-After says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 1e7 }), async (limit, windowMs) => {
        const environment = createEnvironment()
        const policy = create({ limit, windowMs }, environment)
        for (let i = 0; i < limit; i++) send(policy)
        const refused = send(policy)
        expect(refused['status']).toBe('429')
        await environment.clock.advance(Number(refused['retry-after']) * 1000)
        expect(send(policy)['status']).toBe('200')
      }),
      { numRuns: 50 },
    )
  })

  it('names no time for a request that costs more than there ever is', () => {
    expect(send(create({ cost: 3 }))).not.toHaveProperty('retry-after')
  })

  it('calls a ban abnormal usage', () => {
    const policy = create()
    policy.limiter.block('192.0.2.1', 5000, 0)
    const ticket = policy.ticket({})
    const refusal = policy.refuse(ticket, policy.enter(ticket) as Rejection)
    expect(refusal.status).toBe(429)
    expect(refusal.body).toContain('abnormal-usage-detected')
    expect(toObject(refusal.headers)['retry-after']).toBe('5')
  })

  it('counts by what keyGenerator says, prototype names included', () => {
    const policy = create({ limit: 1, keyGenerator: (req) => req.headers?.['user'] })
    for (const user of ['__proto__', 'constructor', '', '\u0000', '\ud800', '\ud801']) {
      expect([user, send(policy, { headers: { user } })['status']]).toEqual([user, '200'])
      expect([user, send(policy, { headers: { user } })['status']]).toEqual([user, '429'])
    }
  })

  it('gives back failed requests when asked to', () => {
    const policy = create({ limit: 1, skipFailedRequests: true })
    for (const status of [500, 404, 0, 200]) {
      const ticket = policy.ticket({})
      expect(policy.enter(ticket)).toBeUndefined()
      policy.leave(ticket, policy.outcome(ticket, status))
    }
    expect(send(policy)['status']).toBe('429')
  })

  it('tells the framework what is left, under the names of express-rate-limit', () => {
    const policy = create({ limit: 10 })
    const ticket = policy.ticket({})
    void policy.enter(ticket)
    expect(policy.info(ticket)).toEqual({
      limit: 10,
      used: 1,
      remaining: 9,
      key: '192.0.2.1',
      resetTime: wallTime(6000),
    })
  })

  it.each([
    [{ limit: -1 }, /^rateLimit: option "limit" must be an integer >= 0/],
    [{ limit: '5' }, /^rateLimit: option "limit"/],
    [{ limit: 5, windowMs: 0 }, /^rateLimit: option "windowMs"/],
    [{ limit: 5, burst: 0 }, /^rateLimit: option "burst"/],
    [{ limit: 5, windowSeconds: 60 }, /^rateLimit: unknown option "windowSeconds"; known are limit, windowMs/],
    [{}, /^rateLimit: option "limit"/],
  ])('refuses %j', (options, message) => {
    expect(() => createRateLimitPolicy(reader, createEnvironment(), options as RateLimitOptions<FakeRequest>)).toThrow(
      message,
    )
  })
})

describe('several limits', () => {
  const limits = [
    { name: 'address', limit: 3, windowMs: 60_000 },
    { name: 'account', limit: 1, windowMs: 3_600_000, keyGenerator: (req: FakeRequest) => req.headers?.['x-account'] },
  ]
  const login = (account?: string): FakeRequest => (account === undefined ? {} : { headers: { 'x-account': account } })

  it('are decided as one: what one of them refuses costs nothing in the others', () => {
    const policy = create({ limit: undefined, limits } as object)
    expect(send(policy, login('ada'))).toMatchObject({
      status: '200',
      'ratelimit-policy': '"address";q=3;w=60, "account";q=1;w=3600',
      ratelimit: '"address";r=2;t=20, "account";r=0;t=3600',
    })
    for (let i = 0; i < 5; i++) expect(send(policy, login('ada'))).toMatchObject({ status: '429' })
    expect(send(policy, login('bob'))).toMatchObject({
      status: '200',
      ratelimit: '"address";r=1;t=20, "account";r=0;t=3600',
    })
  })

  it('do not concern requests for which there is no key', () => {
    const policy = create({ limit: undefined, limits } as object)
    expect(send(policy, login())['ratelimit']).toBe('"address";r=2;t=20')
    const fails = create({
      limit: undefined,
      limits: [limits[0], { ...limits[1], keyGenerator: () => expect.fail('a fault of the user') }],
    } as object)
    expect(send(fails, login('ada'))['ratelimit']).toBe('"address";r=2;t=20')
    expect(fails.callbackFailures).toBe(1)
  })

  it('name the one that refuses in the problem document', () => {
    const policy = create({ limit: undefined, limits } as object)
    send(policy, login('ada'))
    const ticket = policy.ticket(login('ada'))
    const { body } = policy.refuse(ticket, policy.enter(ticket) as Rejection)
    expect(JSON.parse(body)).toMatchObject({ 'violated-policies': ['account'] })
  })

  it('are told apart by name while they run', () => {
    const environment = createEnvironment()
    const policy = create({ limit: undefined, limits } as object, environment)
    const handle = rateLimitHandle(policy, environment.clock)
    send(policy, login('ada'))
    expect(handle.snapshot()).toMatchObject({ name: 'rate', keys: 2 })
    expect(handle.resetKey('ada', 'account')).toBe(true)
    expect(send(policy, login('ada'))).toMatchObject({ status: '200' })
    handle.update({ name: 'account', limit: 0 })
    expect(send(policy, login('bob'))).toMatchObject({ status: '429' })
    expect(() => handle.update({ name: 'nobody', limit: 1 })).toThrow(
      'there is no limit "nobody"; there are address, account',
    )
  })

  it.each([
    [{ limit: 1, limits }, 'exclude each other'],
    [{ limits: [] }, 'option "limits" must be a list of 1 to 16 limits'],
    [{ limits: [limits[0], limits[0]] }, 'a name of its own'],
    [{ limits: [{ limit: 1 }] }, 'must give each limit a name'],
    [{ limits: [null] }, 'must give each limit a name'],
    [{ limits: [{ name: 'a', limit: -1 }] }, 'option "limit"'],
    [{ limits: [{ name: 'a', limit: 1, windowSeconds: 1 }] }, 'unknown option "windowSeconds"'],
    [{ limits: [{ name: 'a', limit: 1, keyGenerator: 'ip' }] }, 'option "keyGenerator"'],
    [{}, 'option "limit"'],
  ])('are checked: %j', (options, message) => {
    expect(() => create({ limit: undefined, ...options } as object)).toThrow(message)
  })
})
