/** The limiter by fair shares: when it refuses, what it learns from those behind it, and what it gives back. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  FairShareLimiter,
  FixedLimit,
  type FairShareLimiterOptions,
  type Limiter,
  type Outcome,
  type Ticket,
} from '@spillway/core'
import { checked, seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const of = (key: string, cost = 1): Ticket => createTicket(0, { key, cost })
const seeded = (options: FairShareLimiterOptions = {}): FairShareLimiter =>
  new FairShareLimiter({ random: seededRandom(1), burst: 4, ...options })

/** Ends four pieces of work of each key, so that they are no newcomers and owe nothing. */
function introduce(limiter: Limiter, ...keys: readonly string[]): void {
  for (let i = 0; i < 10; i++) {
    for (const key of keys) {
      const ticket = of(key)
      if (limiter.admit(ticket, 0) === undefined) limiter.settle(ticket, 0, 'success')
    }
  }
}

/** How many of 20 it lets in; they stay in flight. */
function admitted(limiter: Limiter, key: string, now = 0): number {
  return Array.from({ length: 20 }, () => limiter.admit(of(key), now)).filter((no) => no === undefined).length
}

describe('FairShareLimiter', () => {
  it('refuses what is beyond while it is told that there is not enough, with one frozen object', () => {
    let isCongested = false
    const limiter = seeded({ congested: () => isCongested, retryAfterMs: 70, name: 'tenants' })
    introduce(limiter, 'a', 'b')
    expect(admitted(limiter, 'a')).toBe(20)
    isCongested = true
    const no = limiter.admit(of('a'), 0)
    expect(no).toEqual({ reason: 'fairness', limiter: 'tenants', retryAfterMs: 70 })
    expect(Object.isFrozen(no)).toBe(true)
    expect(limiter.admit(of('a'), 0)).toBe(no)
    expect(admitted(limiter, 'b')).toBeGreaterThanOrEqual(3)
    isCongested = false
    expect(admitted(limiter, 'a')).toBe(20)
  })

  it('keeps a part of what was in flight at the last refusal behind it for work within its share', () => {
    const limiter = all(seeded({ reserve: 0.5 }), new ConcurrencyLimiter(new FixedLimit(10)))
    introduce(limiter, 'a', 'b')
    expect(admitted(limiter, 'a')).toBe(10)
    for (let i = 0; i < 10; i++) limiter.settle(of('a'), 0, 'success')
    // Half of the ten, for it has had its share; and of those that are left, the other has a burst.
    expect(admitted(limiter, 'a')).toBe(5)
    expect(admitted(limiter, 'b')).toBe(4)
  })

  it('takes room for more again as time passes and work is done without a refusal', () => {
    const limiter = seeded({ reserve: 0.5 })
    introduce(limiter, 'a', 'b')
    admitted(limiter, 'a')
    limiter.settle(of('a'), 0, 'revoked')
    for (let i = 0; i < 19; i++) limiter.settle(of('a'), 0, 'success')
    const refusing = (now: number): boolean => {
      introduce(limiter, 'b')
      for (let i = 0; i < 40; i++) if (limiter.admit(of('a'), now) !== undefined) return true
      return false
    }
    expect(refusing(0)).toBe(true)
    for (let second = 1; second <= 10; second++) {
      while (limiter.inflight > 0) limiter.settle(of('a'), second * 1000, 'success')
      for (let i = 0; i < 600; i++) {
        limiter.admit(of(i % 2 === 0 ? 'a' : 'b'), second * 1000)
        limiter.settle(of('a'), second * 1000, 'success')
      }
    }
    expect(refusing(10_000)).toBe(false)
  })

  it('learns nothing from time alone, nor from work alone', () => {
    const limiter = seeded({ reserve: 0.5 })
    introduce(limiter, 'a', 'b')
    admitted(limiter, 'a')
    for (let i = 0; i < 10; i++) limiter.settle(of('a'), 0, 'revoked')
    limiter.admit(of('b'), 50_000)
    expect(admitted(limiter, 'a', 50_000)).toBeLessThan(5)
  })

  it('lets in what is alone, and what comes when nothing is in flight', () => {
    const alone = seeded()
    introduce(alone, 'a')
    admitted(alone, 'a')
    alone.settle(of('a'), 0, 'revoked')
    expect(admitted(alone, 'a')).toBe(20)
    const limiter = seeded()
    introduce(limiter, 'a', 'b')
    admitted(limiter, 'a')
    admitted(limiter, 'b')
    while (limiter.inflight > 0) limiter.settle(of('c'), 0, 'revoked')
    expect(limiter.admit(of('a'), 0)).toBeUndefined()
    expect(limiter.admit(of('a'), 0)).toBeDefined()
  })

  it('charges nothing for what was refused behind it', () => {
    let isCongested = false
    const limiter = seeded({ congested: () => isCongested })
    introduce(limiter, 'a', 'b')
    isCongested = true
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 3; i++) expect(limiter.admit(of('a'), 0)).toBeUndefined()
      for (let i = 0; i < 3; i++) limiter.settle(of('a'), 0, 'revoked')
    }
  })

  it('changes reserve and promise while it runs, both or none', () => {
    const fair = seeded({ reserve: 0 })
    introduce(fair, 'a', 'b')
    admitted(fair, 'a')
    for (let i = 0; i < 10; i++) fair.settle(of('c'), 0, 'revoked')
    while (fair.inflight > 5) fair.settle(of('c'), 0, 'success')
    expect(admitted(fair, 'a')).toBe(5)
    expect(() => fair.update({ retryAfterMs: 5, reserve: 2 })).toThrow(/"reserve"/)
    expect(fair.admit(of('a'), 0)?.retryAfterMs).toBe(1000)
    fair.update({ retryAfterMs: 5, reserve: 0.9 })
    while (fair.inflight > 5) fair.settle(of('c'), 0, 'ignored')
    admitted(fair, 'a')
    expect(fair.admit(of('a'), 0)?.retryAfterMs).toBe(5)
    expect(fair.inflight).toBeLessThan(10)
    expect(() => fair.update({ burst: 2 } as never)).toThrow(/unknown option "burst"/)
  })

  it('counts a ticket without a key for nothing, and a function that throws as a ticket without', () => {
    const limiter = seeded({
      by: (ticket) => {
        if (ticket.key === 'broken') throw new Error('broken')
        return ticket.keys?.['tenant']
      },
      congested: () => {
        throw new Error('broken')
      },
    })
    expect(limiter.admit(of('none'), 0)).toBeUndefined()
    limiter.settle(of('none'), 0, 'success')
    expect(limiter.admit(of('broken'), 0)).toBeUndefined()
    expect([limiter.inflight, limiter.failures]).toEqual([0, 1])
    const tenant = createTicket(0, { keys: { tenant: 't' } })
    expect(limiter.admit(tenant, 0)).toBeUndefined()
    expect([limiter.inflight, limiter.failures]).toEqual([1, 2])
    expect(limiter.snapshot().keys).toBe(1)
    limiter.settle(tenant, 0, 'ignored')
    limiter.settle(tenant, 0, 'ignored')
    expect(limiter.inflight).toBe(0)
  })

  it('keeps its contract, and never refuses work of one who takes less than the others', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'a', 'a', 'a', 'b', 'c'),
      settle: fc.nat(2),
      pick: fc.nat(50),
      outcome: fc.constantFrom<Outcome>('success', 'success', 'dropped', 'ignored', 'revoked'),
      pause: fc.nat(30),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const limiter = checked(seeded({ congested: () => true, burst: 8 }))
        introduce(limiter, 'rare', 'a')
        const running: Ticket[] = []
        let now = 0
        let served = 0
        for (const { key, settle, pick, outcome, pause } of steps) {
          now += pause
          if (settle === 0 && running.length > 0) {
            limiter.settle(running.splice(pick % running.length, 1)[0]!, now, outcome)
            served += outcome === 'revoked' ? 0 : 1
          } else {
            const ticket = of(key)
            if (limiter.admit(ticket, now) === undefined) running.push(ticket)
          }
          // One piece for every eight served (to three others at most) is far below its share.
          if (served < 8) continue
          served = 0
          const rare = of('rare')
          expect(limiter.admit(rare, now)).toBeUndefined()
          limiter.settle(rare, now, 'success')
        }
      }),
    )
  })

  it('names option, value and range when an option is wrong', () => {
    const wrong =
      (options: object): (() => unknown) =>
      () =>
        new FairShareLimiter(options)
    expect(wrong({ reserve: 1 })).toThrow(/FairShareLimiter: option "reserve" must be a number >= 0 and <= 0.9, got 1/)
    expect(wrong({ by: 'ip' })).toThrow(/"by" must be a function/)
    expect(wrong({ congested: true })).toThrow(/"congested" must be a function/)
    expect(wrong({ retryAfterMs: 0 })).toThrow(/"retryAfterMs"/)
    expect(wrong({ burst: 0 })).toThrow(/"burst"/)
    expect(wrong({ holdMs: 3 })).toThrow(/unknown option "holdMs"/)
  })
})
