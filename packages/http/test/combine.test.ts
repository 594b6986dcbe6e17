import type { Outcome, Rejection, Verdict } from '@spillway/core'
import { combinePolicies, createConcurrencyPolicy, createRateLimitPolicy } from '@spillway/http'
import type { ConcurrencyLimitPolicy, HttpPolicy, HttpTicket, RateLimitPolicy } from '@spillway/http'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createEnvironment, reader, toObject, wallTime } from './support.ts'
import type { FakeEnvironment, FakeRequest } from './support.ts'

type Options = Parameters<typeof createRateLimitPolicy<FakeRequest>>[2]
type Places = Parameters<typeof createConcurrencyPolicy<FakeRequest>>[2]

/** Policies that share a clock. */
class Kit {
  readonly environment: FakeEnvironment = createEnvironment()

  rate(options: Options): RateLimitPolicy<FakeRequest> {
    return createRateLimitPolicy(reader, this.environment, { wallTime, ...options })
  }

  places(options: Places): ConcurrencyLimitPolicy<FakeRequest> {
    return createConcurrencyPolicy(reader, this.environment, options)
  }
}

const remaining = (policy: HttpPolicy<FakeRequest>): number => policy.info(policy.ticket({}))?.remaining ?? 0

describe('combinePolicies', () => {
  it('charges nothing anywhere for what one refuses, and answers as that one does', () => {
    const kit = new Kit()
    const wide = kit.rate({ name: 'wide', limit: 5 })
    const narrow = kit.rate({ name: 'narrow', limit: 1, statusCode: 420 })
    const both = combinePolicies<FakeRequest>([wide, narrow])
    expect(both.enter(both.ticket({}))).toBeUndefined()
    for (let i = 0; i < 10; i++) {
      const ticket = both.ticket({})
      const no = both.enter(ticket) as Rejection
      expect(no).toMatchObject({ reason: 'rate', limiter: 'narrow' })
      const refusal = both.refuse(ticket, no)
      expect([refusal.status, toObject(refusal.headers)['ratelimit-policy']]).toEqual([420, '"narrow";q=1;w=60'])
    }
    expect([remaining(wide), remaining(narrow)]).toEqual([4, 0])
  })

  it('reads the request for each policy in its own way, and skips some', () => {
    const kit = new Kit()
    const byPath = kit.rate({ limit: 9, keyGenerator: (req) => req.peer ?? '', cost: 3 })
    const skipped = kit.rate({ limit: 0, skip: (req) => req.peer === 'free' })
    const both = combinePolicies<FakeRequest>([byPath, skipped])
    expect([both.skip({ peer: 'free' }), both.skip({})]).toEqual([false, false])
    expect(both.enter(both.ticket({ peer: 'free' }))).toBeUndefined()
    expect(both.enter(both.ticket({ peer: 'paid' }))).toMatchObject({ limiter: 'rate' })
    const ticket = byPath.ticket({ peer: 'free' })
    expect([byPath.info(ticket)?.key, byPath.info(ticket)?.remaining]).toEqual(['free', 6])
    expect(combinePolicies([skipped, skipped]).skip({ peer: 'free' })).toBe(true)
  })

  it('tells what is left of every quota, and of the strictest where one can speak', () => {
    const kit = new Kit()
    const options = { legacyHeaders: true }
    const many = kit.rate({ name: 'many', limit: 9, ...options })
    const few = kit.rate({ name: 'few', limit: 3, ...options })
    const both = combinePolicies<FakeRequest>([many, few, kit.places({ limit: 1 })])
    const ticket = both.ticket({})
    expect(both.enter(ticket)).toBeUndefined()
    expect(toObject(both.admitHeaders(ticket))).toMatchObject({
      'ratelimit-policy': '"many";q=9;w=60, "few";q=3;w=60',
      ratelimit: '"many";r=8;t=7, "few";r=2;t=20',
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '2',
    })
    expect(both.info(ticket)).toMatchObject({ limit: 1, remaining: 0 })
    const places = combinePolicies<FakeRequest>([kit.places({ limit: 1 }), kit.places({ limit: 1 })])
    expect(places.admitHeaders(places.ticket({}))).toBeUndefined()
  })

  it('waits at one, and goes on or gives back when it is known', async () => {
    const kit = new Kit()
    const rate = kit.rate({ limit: 2 })
    const places = kit.places({ limit: 1, maxQueue: 2, maxWaitMs: 1000 })
    const both = combinePolicies<FakeRequest>([rate, places])
    const first = both.ticket({})
    expect(both.enter(first)).toBeUndefined()
    const second = both.ticket({})
    const waiting = both.enter(second) as Promise<Verdict>
    expect([waiting instanceof Promise, remaining(rate)]).toEqual([true, 0])
    await kit.environment.clock.advance(10)
    both.leave(first, both.outcome(first, 200))
    expect(await waiting).toBeUndefined()
    expect(second.startedAt).toBe(kit.environment.clock.now())
    const third = combinePolicies<FakeRequest>([kit.rate({ limit: 9 }), places])
    const late = third.ticket({})
    const refused = third.enter(late) as Promise<Verdict>
    third.cancel(late)
    expect(await refused).toMatchObject({ reason: 'cancelled' })
    both.leave(second, 'ignored')
    expect([places.limiter.inflight, places.waiting()]).toEqual([0, 0])
  })

  it('tells each its own outcome', () => {
    const kit = new Kit()
    const failed = kit.rate({ limit: 2, skipFailedRequests: true })
    const succeeded = kit.rate({ limit: 2, skipSuccessfulRequests: true })
    const both = combinePolicies<FakeRequest>([failed, succeeded])
    const leave = (status: number): void => {
      const ticket = both.ticket({})
      expect(both.enter(ticket)).toBeUndefined()
      both.leave(ticket, both.outcome(ticket, status))
    }
    leave(200)
    expect([remaining(failed), remaining(succeeded)]).toEqual([1, 2])
    leave(500)
    expect([remaining(failed), remaining(succeeded)]).toEqual([1, 1])
    expect(both.settlesAtOnce).toBe(false)
  })

  it('is the policy itself where there is one, and none at all is a mistake', () => {
    const rate = new Kit().rate({ limit: 1 })
    expect(combinePolicies([rate])).toBe(rate)
    expect(() => combinePolicies([])).toThrow(RangeError)
  })

  it('counts the failures of all callbacks', () => {
    const kit = new Kit()
    const fails = vi.fn<() => never>(() => {
      throw new Error('a fault in a callback')
    })
    const both = combinePolicies<FakeRequest>([
      kit.rate({ limit: 1, keyGenerator: fails }),
      kit.rate({ limit: 1, cost: fails }),
    ])
    both.ticket({})
    expect([both.callbackFailures, fails.mock.calls.length]).toEqual([2, 2])
  })

  it('never keeps what it took, whatever comes in which order', () => {
    const outcomes: readonly Outcome[] = ['success', 'dropped', 'ignored', 'revoked']
    fc.assert(
      fc.property(
        fc.array(fc.record({ limits: fc.integer({ min: 1, max: 3 }), outcome: fc.constantFrom(...outcomes) }), {
          maxLength: 30,
        }),
        fc.integer({ min: 1, max: 3 }),
        (steps, limit) => {
          const kit = new Kit()
          const parts = [kit.places({ limit }), kit.places({ limit: 2 }), kit.places({ limit: 3 })]
          const running: { policy: HttpPolicy<FakeRequest>; ticket: HttpTicket<FakeRequest>; outcome: Outcome }[] = []
          for (const { limits, outcome } of steps) {
            const policy = combinePolicies(parts.slice(0, limits))
            const ticket = policy.ticket({})
            if (policy.enter(ticket) === undefined) running.push({ policy, ticket, outcome })
            expect(parts[0]?.limiter.inflight).toBe(running.length)
            if (running.length > 1) {
              const first = running.shift()
              first?.policy.leave(first.ticket, first.outcome)
            }
          }
          for (const { policy, ticket, outcome } of running) policy.leave(ticket, outcome)
          expect(parts.map(({ limiter }) => limiter.inflight)).toEqual([0, 0, 0])
        },
      ),
    )
  })
})
