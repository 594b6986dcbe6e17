import type { Gate, Quota } from '@spillway/core'
import { createHttpPolicy } from '@spillway/http'
import type { HttpOptions, HttpPolicy, HttpTicket } from '@spillway/http'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEnvironment, quota, reader, rejection, toObject, wallTime } from './support.ts'
import type { FakeRequest } from './support.ts'

const open: Gate = { enter: () => undefined, leave() {}, cancel() {} }
const environment = createEnvironment()

function create(options: HttpOptions<FakeRequest> = {}, quotas?: readonly Quota[]): HttpPolicy<FakeRequest> {
  return createHttpPolicy(reader, {
    gate: open,
    clock: environment.clock,
    random: () => 0,
    wallTime,
    ...(quotas && { quotas: { describe: () => quotas } }),
    ...options,
  })
}

const ticket = (options: HttpOptions<FakeRequest>, req: FakeRequest = {}): HttpTicket<FakeRequest> =>
  create(options).ticket(req)
const fails = (): never => {
  throw new Error('mine')
}

describe('the key', () => {
  it('is the address of the peer unless told otherwise', () => {
    expect(ticket({}).key).toBe('192.0.2.1')
    expect(ticket({}, { peer: '2001:db8:1:2345::1' }).key).toBe('2001:db8:1:2300::/56')
    expect(ticket({ ipv6PrefixBits: 64 }, { peer: '2001:db8:1:2345::1' }).key).toBe('2001:db8:1:2345::/64')
    expect(ticket({ ipv6Subnet: false }, { peer: '2001:db8::1' }).key).toBe('2001:db8::1/128')
    expect(ticket({}, { peer: undefined }).key).toBe('unknown')
  })

  it('believes no header unless somebody is trusted', () => {
    const req = {
      headers: { 'x-forwarded-for': '6.6.6.6, 1.2.3.4', forwarded: 'for=1.1.1.1', 'cf-connecting-ip': '2.2.2.2' },
    }
    expect(ticket({}, req).key).toBe('192.0.2.1')
    expect(ticket({ trustProxy: 1 }, req).key).toBe('1.2.3.4')
    expect(ticket({ trustProxy: '192.0.2.0/24' }, req).key).toBe('1.2.3.4')
    expect(ticket({ trustProxy: 1, forwardedHeader: 'Forwarded' }, req).key).toBe('1.1.1.1')
    expect(ticket({ trustProxy: 1, forwardedHeader: 'CF-Connecting-IP' }, req).key).toBe('2.2.2.2')
  })

  it('is what the generator makes, and the address when that has no answer', () => {
    expect(ticket({ keyGenerator: () => 'user 1' }).key).toBe('user 1')
    expect(ticket({ keyGenerator: () => 7 }).key).toBe('7')
    expect(ticket({ keyGenerator: () => '__proto__' }).key).toBe('__proto__')
    expect(ticket({ keyGenerator: () => 'x'.repeat(100_000) }).key).toHaveLength(1024)
    expect(ticket({ keyGenerator: () => undefined }).key).toBe('192.0.2.1')
    expect(ticket({ keyGenerator: fails }).key).toBe('192.0.2.1')
    expect(ticket({ keyGenerator: (() => ({})) as unknown as () => string }).key).toBe('192.0.2.1')
  })

  it('may have others beside it, whose names mean nothing', () => {
    const keys = ticket({
      keys: () => JSON.parse('{"user":"u1","__proto__":"p","no":null}') as Record<string, string>,
    }).keys
    expect(keys).toBeUndefined()
    const others = ticket({ keys: () => JSON.parse('{"user":"u1","__proto__":"p"}') as Record<string, string> }).keys
    expect(Object.entries(others ?? {})).toEqual([
      ['user', 'u1'],
      ['__proto__', 'p'],
    ])
    expect(Object.getPrototypeOf(others)).toBeNull()
    expect(ticket({ keys: fails }).keys).toBeUndefined()
  })
})

describe('the weight', () => {
  it('of a request is 1, critical, and for ever, unless told otherwise', () => {
    expect(ticket({})).toMatchObject({ cost: 1, priority: 1, deadline: Infinity })
  })

  it('is clamped to what makes sense', () => {
    expect([-1, 2.5, Infinity, NaN].map((cost) => ticket({ cost: () => cost }).cost)).toEqual([0, 2.5, 2 ** 53 - 1, 1])
    expect([-1, 1.4, 9, NaN].map((priority) => ticket({ priority: () => priority }).priority)).toEqual([0, 1, 3, 1])
    expect(ticket({ priority: () => 'sheddable' }).priority).toBe(3)
    expect(ticket({ priority: () => 'highest' as 'critical' }).priority).toBe(1)
    expect([5, 1e12, -5].map((deadlineMs) => ticket({ deadlineMs: () => deadlineMs }).deadline)).toEqual([
      5,
      Infinity,
      0,
    ])
    expect(ticket({ cost: fails, priority: fails, deadlineMs: fails })).toMatchObject({
      cost: 1,
      priority: 1,
      deadline: Infinity,
    })
  })

  it("is not the caller's to choose", () => {
    const headers = { 'x-priority': 'critical_plus', 'x-request-timeout-ms': '5' }
    expect(ticket({ priority: 'sheddable' }, { headers })).toMatchObject({ priority: 3, deadline: Infinity })
  })

  it('is read from headers that are trusted', () => {
    const options: HttpOptions<FakeRequest> = {
      priority: 'sheddable',
      trustPriorityHeader: 'X-Priority',
      deadlineMs: 1000,
      trustDeadlineHeader: 'X-Request-Timeout-Ms',
    }
    const read = (priority: string, timeout: string): object => {
      const { priority: read1, deadline } = ticket(options, {
        headers: { 'x-priority': priority, 'x-request-timeout-ms': timeout },
      })
      return [read1, deadline]
    }
    expect(read('critical_plus', '250')).toEqual([0, 250])
    expect(read('2', '5000')).toEqual([2, 1000])
    for (const nonsense of ['', '-1', '4', '1e3', 'x'.repeat(100_000), '__proto__', 'constructor', '999999999999']) {
      expect(read(nonsense, nonsense.replace(/^4$/, ''))).toEqual([3, 1000])
    }
    expect(ticket({ ...options, priority: () => 'critical' }, { headers: { 'x-priority': '0' } }).priority).toBe(1)
  })

  it('is counted from the arrival', async () => {
    const world = createEnvironment()
    await world.clock.advance(500)
    const policy = createHttpPolicy(reader, { gate: open, clock: world.clock, deadlineMs: 100 })
    expect(policy.ticket({})).toMatchObject({ arrivedAt: 500, startedAt: 500, deadline: 600 })
  })
})

describe('what a policy says', () => {
  it('skips what it is told to, and nothing when that fails', () => {
    expect(create().skip({})).toBe(false)
    expect(create({ skip: (req) => req.method === 'OPTIONS' }).skip({ method: 'OPTIONS' })).toBe(true)
    expect(create({ skip: fails }).skip({})).toBe(false)
    expect(create({ skip: (() => Promise.resolve(true)) as unknown as () => boolean }).skip({})).toBe(false)
  })

  it('gives back requests that failed or succeeded, as asked', () => {
    const outcomes = (options: HttpOptions<FakeRequest>): readonly string[] => {
      const policy = create(options)
      return [200, 404, 503, 0].map((status) => policy.outcome(policy.ticket({}), status))
    }
    expect(outcomes({})).toEqual(['success', 'ignored', 'dropped', 'ignored'])
    expect(outcomes({ skipFailedRequests: true })).toEqual(['success', 'revoked', 'revoked', 'revoked'])
    expect(outcomes({ skipSuccessfulRequests: true })).toEqual(['revoked', 'ignored', 'dropped', 'ignored'])
    const requestWasSuccessful = (_req: FakeRequest, status: number): boolean => status === 404
    expect(outcomes({ skipFailedRequests: true, requestWasSuccessful })).toEqual([
      'revoked',
      'ignored',
      'revoked',
      'revoked',
    ])
    expect(outcomes({ skipFailedRequests: true, requestWasSuccessful: fails })).toEqual(
      outcomes({ skipFailedRequests: true }),
    )
  })

  it('tells of quotas where there are some and somebody wants to know', () => {
    const named = (options: HttpOptions<FakeRequest>, quotas?: readonly Quota[]): readonly string[] => {
      const policy = create(options, quotas)
      return Object.keys(toObject(policy.admitHeaders(policy.ticket({}))))
    }
    expect(named({})).toEqual([])
    expect(named({}, [quota()])).toEqual(['ratelimit-policy', 'ratelimit'])
    expect(named({ standardHeaders: false }, [quota()])).toEqual([])
    expect(named({ standardHeaders: false, legacyHeaders: true }, [quota()])).toHaveLength(3)
    expect(create({ standardHeaders: false }, [quota()]).admitHeaders(ticket({}))).toBeUndefined()
  })

  it('tells the framework what is left', () => {
    const policy = create({}, [quota()])
    expect(policy.info(policy.ticket({}))).toEqual({
      limit: 100,
      used: 50,
      remaining: 50,
      key: '192.0.2.1',
      resetTime: wallTime(30_000),
    })
    const never = create({}, [quota({ remaining: 120, resetMs: Infinity })])
    expect(never.info(never.ticket({}))).toMatchObject({
      used: 0,
      remaining: 120,
      resetTime: wallTime(3_155_760_000_000),
    })
    expect(create().info(ticket({}))).toBeUndefined()
  })

  it('makes messages of its own, and falls back to the problem when that fails', () => {
    const body = (message: HttpOptions<FakeRequest>['message']): string => {
      const policy = create({ ...(message !== undefined && { message }) })
      return policy.refuse(policy.ticket({ method: 'POST' }), rejection()).body
    }
    expect(body((req, no) => `${req.method} ${no.reason}`)).toBe('POST concurrency')
    expect(body({ error: 1 })).toBe('{"error":1}')
    for (const bad of [fails, () => undefined, () => 5 as unknown as string, () => ({ a: 1n })]) {
      expect(body(bad)).toContain('temporary-reduced-capacity')
    }
  })

  it('leaves out the body for HEAD', () => {
    const policy = create()
    expect(policy.refuse(policy.ticket({ method: 'HEAD' }), rejection()).body).toBe('')
  })

  it('counts callbacks that failed, and reports each option once', () => {
    const reports: string[] = []
    const policy = create({
      cost: fails,
      keyGenerator: fails,
      onCallbackError: (_error, option) => reports.push(option),
    })
    policy.ticket({})
    policy.ticket({})
    expect(policy.callbackFailures).toBe(4)
    expect(reports.toSorted()).toEqual(['cost', 'keyGenerator'])
  })
})

it('takes whatever a client sends', () => {
  const policy = create({ trustProxy: 'private', trustPriorityHeader: 'p', trustDeadlineHeader: 'd' })
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', '\r\n', '\ud800', '0'.repeat(70_000)),
  )
  const hostile = fc.record({
    method: text,
    peer: fc.option(fc.oneof(text, fc.constant('10.0.0.1')), { nil: undefined }),
    headers: fc.record({ 'x-forwarded-for': text, p: text, d: text }),
  })
  fc.assert(
    fc.property(hostile, (req) => {
      const made = policy.ticket(req)
      expect([0, 1, 2, 3]).toContain(made.priority)
      expect(made.deadline).toBeGreaterThanOrEqual(made.arrivedAt)
      expect(policy.refuse(made, rejection()).status).toBe(503)
    }),
  )
})

describe('options', () => {
  it.each<[unknown, RegExp]>([
    [{ limits: 1 }, /^TypeError: httpPolicy: unknown option "limits"/],
    [{ statusCode: 200 }, /^RangeError: httpPolicy: option "statusCode" must be an integer >= 400 and <= 599, got 200/],
    [{ mode: 'throw' }, /option "mode" must be one of "respond", "error"/],
    [{ standardHeaders: 'draft-9' }, /option "standardHeaders" must be one of "draft-6"/],
    [{ legacyHeaders: 1 }, /option "legacyHeaders" must be true or false/],
    [{ retryAfterJitterRatio: 2 }, /option "retryAfterJitterRatio"/],
    [{ name: '' }, /option "name"/],
    [{ name: '\r\n' }, /option "name"/],
    [{ name: 'a', identifier: 'b' }, /"name" and "identifier" are the same/],
    [{ ipv6PrefixBits: 0 }, /option "ipv6PrefixBits"/],
    [{ ipv6Subnet: 129 }, /option "ipv6Subnet"/],
    [{ ipv6Subnet: 56, ipv6PrefixBits: 56 }, /are the same/],
    [{ trustProxy: true }, /option "trustProxy"/],
    [{ trustProxy: 1, forwardedHeader: 'a b' }, /option "forwardedHeader" must be the name of a header/],
    [{ trustPriorityHeader: 'x\r\n' }, /option "trustPriorityHeader"/],
    [{ trustDeadlineHeader: 5 }, /option "trustDeadlineHeader"/],
    [{ cost: -1 }, /option "cost"/],
    [{ cost: '1' }, /option "cost"/],
    [{ priority: 'high' }, /option "priority" must be one of "critical_plus"/],
    [{ priority: 4 }, /option "priority"/],
    [{ deadlineMs: 0 }, /option "deadlineMs"/],
    [{ deadlineMs: 'x' }, /option "deadlineMs"/],
    [{ keyGenerator: 'ip' }, /option "keyGenerator" must be a function/],
    [{ keys: {} }, /option "keys" must be a function/],
    [{ skip: true }, /option "skip" must be a function/],
    [{ skipFailedRequests: 'yes' }, /option "skipFailedRequests"/],
    [{ requestWasSuccessful: 1 }, /option "requestWasSuccessful"/],
    [{ onCallbackError: 1 }, /option "onCallbackError" must be a function/],
    [{ random: 1 }, /option "random"/],
    [{ message: 5 }, /option "message"/],
    [{ message: null }, /option "message"/],
  ])('%j are refused at construction', (options, message) => {
    let error: unknown
    try {
      create(options as HttpOptions<FakeRequest>)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toMatch(message)
  })

  it('drop from a name what cannot be sent', () => {
    expect(create({ name: 'api\r\nx: y' }).name).toBe('apix: y')
    expect(create({ identifier: 'login' }).name).toBe('login')
  })
})
