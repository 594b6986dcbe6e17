/** What every rate limiter promises, whatever its rule. */
import { createTicket, keyed } from '@spillway/core'
import { checked } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantBefore } from './instants.ts'
import { epochs, rates, rules, steps, ticketOf } from './rules.ts'

describe.each(rules)('$name', ({ name, make }) => {
  it('admits after exactly the time that it says, and not an instant earlier', () => {
    fc.assert(
      fc.property(rates, steps, epochs, (rate, plan, epoch) => {
        const limiter = make(rate)
        let now = epoch
        for (const step of plan) {
          now += step.gap * rate.windowMs
          const ticket = ticketOf(rate, step, now)
          const no = limiter.admit(ticket, now)
          expect(limiter.peek(ticket, now) === undefined || no === undefined || no.retryAfterMs > 0).toBe(true)
          if (no === undefined || no.retryAfterMs === Infinity) continue
          const at = now + no.retryAfterMs
          const early = instantBefore(now, no.retryAfterMs)
          if (early < at) expect(limiter.peek(ticket, early)).toBeDefined()
          expect(limiter.peek(ticket, at)).toBeUndefined()
          expect(limiter.admit(ticket, at)).toBeUndefined()
          now = at
        }
      }),
      { numRuns: 200 },
    )
  })

  it('is as it was after work was let in and revoked', () => {
    fc.assert(
      fc.property(rates, steps, epochs, (rate, plan, epoch) => {
        const [touched, untouched] = [make(rate), make(rate)]
        let now = epoch
        for (const step of plan) {
          now += step.gap * rate.windowMs
          const vain = ticketOf(rate, step, now)
          if (touched.admit(vain, now) === undefined) touched.settle(vain, now, 'revoked')
          const ticket = ticketOf(rate, step, now)
          expect(touched.describe(ticket, now)).toEqual(untouched.describe(ticket, now))
          expect(touched.isIdle(now)).toBe(untouched.isIdle(now))
          expect(touched.admit(ticket, now)).toEqual(untouched.admit(ticket, now))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('gives back also to work that waited in front of it before', () => {
    const limiter = make({ limit: 1, windowMs: 1000 })
    const first = createTicket(0)
    expect(limiter.admit(first, 0)).toBeUndefined()
    const waited = createTicket(10)
    const at = 10 + (limiter.admit(waited, 10)?.retryAfterMs ?? NaN)
    // Two at once: a gate asks, learns that somebody else has no room, and takes it back before it writes `startedAt`.
    for (let i = 0; i < 3; i++) {
      expect(limiter.admit(waited, at)).toBeUndefined()
      limiter.settle(waited, at, 'revoked')
    }
    limiter.settle(first, at, 'success')
    expect(limiter.admit(createTicket(at), at)).toBeUndefined()
  })

  it('says what it would let in', () => {
    fc.assert(
      fc.property(rates, steps, epochs, (rate, plan, epoch) => {
        const limiter = make(rate)
        let now = epoch
        for (const step of plan) {
          now += step.gap * rate.windowMs
          limiter.admit(ticketOf(rate, step, now), now)
          const [quota] = limiter.describe(createTicket(now), now)
          const { remaining, nextMs, resetMs } = quota!
          expect(remaining).toBeGreaterThanOrEqual(0)
          expect(nextMs).toBeLessThanOrEqual(resetMs)
          if (remaining > 0) expect(limiter.peek(createTicket(now, { cost: remaining }), now)).toBeUndefined()
          if (name === 'LeakyBucketLimiter') continue
          if (remaining < rate.limit) {
            const more = createTicket(now, { cost: remaining + 1 })
            expect(limiter.peek(more, now)?.retryAfterMs).toBe(nextMs)
          } else expect(nextMs).toBe(0)
          expect(limiter.peek(createTicket(now, { cost: rate.limit }), now)?.retryAfterMs ?? 0).toBe(resetMs)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('grants nothing by an update, whatever the rates', () => {
    fc.assert(
      fc.property(rates, fc.array(rates, { minLength: 1, maxLength: 4 }), steps, (first, changes, plan) => {
        const limiter = make(first)
        let now = 1000
        let rate = first
        for (const [i, step] of plan.entries()) {
          now += step.gap * rate.windowMs
          limiter.admit(ticketOf(rate, step, now), now)
          const change = changes[i]
          if (change === undefined) continue
          const left = limiter.describe(createTicket(now), now)[0]?.remaining ?? NaN
          limiter.update(change, now)
          rate = change
          const after = limiter.describe(createTicket(now), now)[0]?.remaining ?? NaN
          expect(after).toBeLessThanOrEqual(Math.min(left, rate.limit))
          if (name !== 'LeakyBucketLimiter')
            expect(limiter.peek(createTicket(now, { cost: left + 1 }), now)).toBeDefined()
        }
      }),
      { numRuns: 200 },
    )
  })

  it('keeps what was left when nothing changes', () => {
    const limiter = make({ limit: 10, windowMs: 1000 })
    limiter.admit(createTicket(0, { cost: 4 }), 0)
    const before = limiter.describe(createTicket(0), 100)
    limiter.update({}, 100)
    limiter.update({ limit: 10, windowMs: 1000 }, 100)
    expect(limiter.describe(createTicket(0), 100)).toEqual(before)
  })

  it('obeys the new rate as soon as what was taken is regained', () => {
    const limiter = make({ limit: 2, windowMs: 1000 })
    limiter.update({ limit: 5, windowMs: 100 }, 0)
    // Long enough for anybody: warming up takes longer than a window.
    expect(limiter.admit(createTicket(9000, { cost: 5 }), 9000)).toBeUndefined()
    expect(limiter.admit(createTicket(9000, { cost: 6 }), 9000)?.retryAfterMs).toBe(Infinity)
    expect(limiter.describe(createTicket(0), 9000)).toMatchObject([{ limit: 5, windowMs: 100, remaining: 0 }])
  })

  it('closes at a limit of 0 and opens again without a burst', () => {
    const limiter = make({ limit: 10, windowMs: 1000 })
    limiter.update({ limit: 0 }, 0)
    for (const cost of [1, 5]) expect(limiter.admit(createTicket(0, { cost }), 0)?.retryAfterMs).toBe(Infinity)
    limiter.update({ limit: 10 }, 500)
    expect(limiter.peek(createTicket(500), 500)?.retryAfterMs).toBeGreaterThan(0)
    expect(limiter.admit(createTicket(9000), 9000)).toBeUndefined()
  })

  it('changes nothing when the change is wrong', () => {
    const limiter = make({ limit: 10, windowMs: 1000 })
    limiter.admit(createTicket(0), 0)
    const before = limiter.describe(createTicket(0), 0)
    for (const change of [{ limit: -1 }, { limit: 5, windowMs: 0 }, { limit: 1.5 }, { windowMs: NaN }])
      expect(() => limiter.update(change, 0)).toThrow(RangeError)
    expect(() => limiter.update({ limits: 3 } as never, 0)).toThrow('unknown option "limits"')
    expect(limiter.describe(createTicket(0), 0)).toEqual(before)
  })

  it('refuses for ever what can never fit, and takes nothing for it or for nothing', () => {
    const limiter = checked(make({ limit: 5, windowMs: 1000 }))
    const fresh = make({ limit: 5, windowMs: 1000 })
    for (const cost of [5.001, 6, 1e300, Infinity, NaN])
      expect(limiter.admit(createTicket(0, { cost }), 0)?.retryAfterMs, `${cost}`).toBe(Infinity)
    for (const cost of [0, -0, -1]) expect(limiter.admit(createTicket(0, { cost }), 0)).toBeUndefined()
    expect(limiter.admit(createTicket(0, { cost: 5 }), 0)).toBeUndefined()
    expect(limiter.admit(createTicket(0, { cost: 0 }), 0)).toBeUndefined()
    for (const cost of [0, 0.5, 5]) expect(fresh.admit(createTicket(0, { cost: 0 }), cost)).toBeUndefined()
    expect(fresh.isIdle(0)).toBe(true)
  })

  it('refuses for ever at a limit of 0', () => {
    const limiter = make({ limit: 0, windowMs: 1000 })
    for (const now of [0, 1e9]) {
      expect(limiter.admit(createTicket(now), now)).toEqual({ reason: 'rate', limiter: 'rate', retryAfterMs: Infinity })
      expect(limiter.describe(createTicket(now), now)).toMatchObject([{ limit: 0, remaining: 0 }])
    }
  })

  it('gives nothing when the clock goes back, or is no number', () => {
    const limiter = make({ limit: 2, windowMs: 1000 })
    for (const now of [NaN, 5000, 5000]) limiter.admit(createTicket(now), now)
    for (const now of [0, -1e9, NaN, Infinity, -Infinity, 4999]) {
      expect(limiter.admit(createTicket(now), now), `${now}`).toBeDefined()
    }
    const wait = limiter.peek(createTicket(1000), 1000)?.retryAfterMs ?? NaN
    expect(limiter.admit(createTicket(1000 + wait), 1000 + wait)).toBeUndefined()
    expect(wait).toBeGreaterThan(4000)
  })

  it('never breaks, whatever it is told, and is bounded by what is settled too often', () => {
    const hostile = fc.record({
      now: fc.oneof(
        fc.double({ min: -1e15, max: 1e15 }),
        fc.constantFrom(NaN, Infinity, -Infinity),
        fc.integer({ min: 0, max: 5000 }),
      ),
      cost: fc.oneof(fc.double(), fc.constantFrom(1, 2)),
      arrived: fc.double(),
      what: fc.constantFrom('admit', 'revoked', 'success', 'peek'),
    })
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 60 }), (plan) => {
        const limiter = make({ limit: 3, windowMs: 1000 })
        for (const { now, cost, arrived, what } of plan) {
          const ticket = createTicket(arrived, { cost })
          const no = what === 'admit' ? limiter.admit(ticket, now) : limiter.peek(ticket, now)
          if (no !== undefined) expect(no.retryAfterMs > 0).toBe(true)
          if (what === 'revoked' || what === 'success') limiter.settle(ticket, now, what)
          const quota = limiter.describe(ticket, now)[0]!
          expect(quota.remaining >= 0 && quota.remaining <= 3).toBe(true)
          expect(quota.nextMs >= 0 && quota.resetMs >= 0).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe.each(rules)('keyed $name', ({ make }) => {
  it('may be forgotten only when it decides as a new one would', () => {
    fc.assert(
      fc.property(rates, steps, steps, (wild, past, future) => {
        // Whole ms: then no sum is rounded, and both tell the same instants.
        const rate = { limit: wild.limit, windowMs: Math.round(wild.windowMs) }
        const limiter = make(rate)
        let now = 1000
        for (const step of past) {
          now += Math.round(step.gap * rate.windowMs)
          limiter.admit(ticketOf(rate, step, now), now)
        }
        for (let i = 0; i < 40 && !limiter.isIdle(now); i++) now += Math.ceil(i % 2 === 0 ? rate.windowMs / 2 : 3000)
        if (!limiter.isIdle(now)) now += 100 * rate.windowMs + 1e6
        expect(limiter.isIdle(now)).toBe(true)
        const fresh = make(rate)
        for (const step of future) {
          const ticket = ticketOf(rate, step, now)
          const [old, young] = [limiter.admit(ticket, now), fresh.admit(ticket, now)]
          expect(old === undefined).toBe(young === undefined)
          expect(old?.retryAfterMs ?? 0).toBeCloseTo(young?.retryAfterMs ?? 0, 3)
          now += Math.round(step.gap * rate.windowMs)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('frees nobody when others flood it with keys', () => {
    const limiter = keyed(() => make({ limit: 2, windowMs: 60_000 }), { maxKeys: 10 })
    const ask = (key: string, now: number): boolean => {
      const ticket = createTicket(now, { key })
      const ok = limiter.admit(ticket, now) === undefined
      if (ok) limiter.settle(ticket, now, 'success')
      return ok
    }
    const client = [0, 1, 2, 3].filter(() => ask('client', 0)).length
    expect([1, 2]).toContain(client)
    for (let i = 0; i < 1000; i++) ask(`flood ${i}`, i)
    expect([0, 1, 2].filter(() => ask('client', 1000))).toEqual([])
    expect(limiter.size).toBe(10)
    // All have passed: there is room for new keys again.
    expect(ask('late', 1e6)).toBe(true)
    expect(ask('client', 1e6)).toBe(true)
  })
})
