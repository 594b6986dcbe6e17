/** Adaptive throttling: the published rule, what it leads to, and where ours is kinder. */
import {
  AdaptiveThrottle,
  ConcurrencyLimiter,
  FixedLimit,
  all,
  createTicket,
  type AdaptiveThrottleOptions,
  type Outcome,
  type Ticket,
} from '@spillway/core'
import { checked, seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** The rule as published: everything counts from its start, and nothing bounds it. */
const published = { graceMs: 0, minRequests: 0, maxProbability: 1 }
const never = (): number => 1 - 2 ** -53

/** A throttle that was asked `requests` times at 0, of which `accepts` ended well and the others badly. */
function after(requests: number, accepts: number, options: AdaptiveThrottleOptions = published): AdaptiveThrottle {
  const throttle = new AdaptiveThrottle({ random: never, ...options })
  const tickets = Array.from({ length: requests }, () => createTicket(0))
  for (const ticket of tickets) throttle.admit(ticket, 0)
  tickets.forEach((ticket, i) => throttle.settle(ticket, 0, i < accepts ? 'success' : 'dropped'))
  return throttle
}

interface Asked {
  readonly ticket: Ticket
  readonly admitted: boolean
  outcome?: Outcome
}

/** Adds up the list of everything that was asked. */
function naive(
  list: readonly Asked[],
  now: number,
  rule: Required<Pick<AdaptiveThrottleOptions, 'k' | 'windowMs'>>,
): number {
  const slotMs = rule.windowMs / 40
  const fresh = list.filter(({ ticket }) => Math.floor(now / slotMs) - Math.floor(ticket.startedAt / slotMs) <= 40)
  const requests = fresh.filter(({ outcome }) => outcome !== 'ignored' && outcome !== 'revoked').length
  const accepts = fresh.filter(({ outcome }) => outcome === 'success').length
  return Math.max(0, (requests - rule.k * accepts) / (requests + 1))
}

describe('AdaptiveThrottle', () => {
  it.each([
    [0, 0, 2, 0],
    [1, 0, 2, 1 / 2],
    [1, 1, 2, 0],
    [10, 5, 2, 0],
    [10, 4, 2, 2 / 11],
    [100, 0, 2, 100 / 101],
    [100, 90, 1.1, 1 / 101],
    [100, 50, 1, 50 / 101],
  ])('after %d requests of which %d were accepted, with k = %d, holds back %d', (requests, accepts, k, probability) => {
    expect(after(requests, accepts, { ...published, k }).probability(0)).toBeCloseTo(probability, 12)
  })

  it('holds back with its probability, asking for chance only when there is any', () => {
    const dice = [0.5, 0.49, 0.5, 0.51]
    const throttle = checked(new AdaptiveThrottle({ ...published, name: 'sre', random: () => dice.shift() as number }))
    const ticket = (): Ticket => createTicket(0)
    expect(throttle.admit(ticket(), 0)).toBeUndefined()
    expect(dice).toHaveLength(4)
    // 1 asked and nothing accepted: 1 / 2. Then 2 / 3.
    expect(throttle.admit(ticket(), 0)).toBeUndefined()
    const no = throttle.admit(ticket(), 0)
    expect(no).toEqual({ reason: 'throttled', limiter: 'sre', retryAfterMs: 1000 })
    expect(Object.isFrozen(no)).toBe(true)
    expect(throttle.admit(ticket(), 0)).toBe(no)
  })

  it('follows the list of all that was asked, for every order of starts and ends', () => {
    const step = fc.record({
      pause: fc.oneof(fc.constant(0), fc.nat(400), fc.nat(4000)),
      ends: fc.boolean(),
      pick: fc.nat(100),
      outcome: fc.constantFrom<Outcome>('success', 'success', 'dropped', 'ignored', 'revoked'),
      dice: fc.double({ min: 0, max: 0.999, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.double({ min: 1, max: 4, noNaN: true }), fc.array(step, { maxLength: 80 }), (k, steps) => {
        let dice = 0
        const throttle = new AdaptiveThrottle({ ...published, k, windowMs: 4000, random: () => dice })
        const list: Asked[] = []
        let now = 0
        for (const { pause, ends, pick, outcome, dice: next } of steps) {
          now += pause
          dice = next
          const probability = naive(list, now, { k, windowMs: 4000 })
          expect(throttle.probability(now)).toBeCloseTo(probability, 12)
          const running = list.filter((asked) => asked.admitted && asked.outcome === undefined)
          const one = ends ? running[pick % Math.max(1, running.length)] : undefined
          if (one === undefined) {
            const ticket = createTicket(now)
            const admitted = throttle.admit(ticket, now) === undefined
            expect(admitted).toBe(!(dice < probability))
            list.push({ ticket, admitted })
          } else {
            throttle.settle(one.ticket, now, outcome)
            one.outcome = outcome
          }
        }
      }),
    )
  })

  it.each([1.1, 2, 4])('asks a target about k = %d times what it accepts, however much there is to ask', (k) => {
    const throttle = new AdaptiveThrottle({ k, random: seededRandom(3), maxProbability: 1 })
    let [asked, room] = [0, 0]
    for (let now = 0; now < 600_000; now += 2) {
      if (now % 10_000 === 0) room = 500
      const ticket = createTicket(now)
      if (throttle.admit(ticket, now) !== undefined) continue
      throttle.settle(ticket, now, room-- > 0 ? 'success' : 'dropped')
      if (now >= 300_000) asked++
    }
    expect(asked / 300 / (50 * k)).toBeCloseTo(1, 1)
  })

  it('notices a target that hangs before anything has ended', () => {
    const throttle = new AdaptiveThrottle({ random: never, graceMs: 5000 })
    for (let now = 0; now < 60_000; now += 100) {
      const ticket = createTicket(now)
      throttle.admit(ticket, now)
      if (now < 30_000) throttle.settle(ticket, now + 50, 'success')
    }
    // 300 accepted, 300 hang, of which the youngest 50 to 80 do not count yet.
    expect(throttle.probability(60_000)).toBe(0)
    for (let now = 60_000; now < 90_000; now += 100) throttle.admit(createTicket(now), now)
    const probability = throttle.probability(90_000)
    expect(probability).toBeGreaterThan((820 - 600) / 821)
    expect(probability).toBeLessThan((850 - 600) / 851)
  })

  it('does not take a start with many slow requests for a target that is down, as the published rule does', () => {
    const kind = new AdaptiveThrottle({ random: seededRandom(1) })
    const strict = new AdaptiveThrottle({ random: seededRandom(1), ...published })
    const heldBack = [kind, strict].map((throttle) => {
      const running: Ticket[] = []
      let refused = 0
      for (let now = 0; now < 20_000; now += 10) {
        const ticket = createTicket(now)
        if (throttle.admit(ticket, now) === undefined) running.push(ticket)
        else refused++
        while (now - (running[0]?.startedAt ?? now) >= 3000) throttle.settle(running.shift() as Ticket, now, 'success')
      }
      return refused
    })
    expect(heldBack[0]).toBe(0)
    expect(heldBack[1]).toBeGreaterThan(300)
  })

  it('holds nothing back before enough was asked, and never more than its bound', () => {
    expect(after(9, 0, { graceMs: 0 }).probability(0)).toBe(0)
    expect(after(10, 0, { graceMs: 0 }).probability(0)).toBe(0.9)
    expect(after(500, 0, { graceMs: 0 }).probability(0)).toBe(0.9)
    expect(after(500, 0, { graceMs: 0, maxProbability: 0 }).probability(0)).toBe(0)
  })

  it('is as if it had not been asked what was ignored or revoked', () => {
    for (const outcome of ['ignored', 'revoked'] as const) {
      const throttle = after(20, 5)
      const before = throttle.probability(0)
      const ticket = createTicket(0)
      throttle.admit(ticket, 0)
      expect(throttle.probability(0)).toBeGreaterThan(before)
      throttle.settle(ticket, 50_000, outcome)
      expect(throttle.probability(50_000)).toBe(before)
    }
    const throttle = after(20, 5, { ...published, maxProbability: 0 })
    const full = new ConcurrencyLimiter(new FixedLimit(1))
    full.admit(createTicket(0), 0)
    const both = all(throttle, full)
    const before = throttle.probability(0)
    for (let i = 0; i < 50; i++) both.admit(createTicket(0), 0)
    expect(throttle.probability(0)).toBe(before)
  })

  it('forgets after its window', () => {
    const throttle = after(100, 0)
    expect(throttle.probability(120_000)).toBeGreaterThan(0.9)
    expect(throttle.isIdle(120_000)).toBe(false)
    expect(throttle.probability(123_000)).toBe(0)
    expect(throttle.isIdle(123_000)).toBe(true)
  })

  it('remembers the classes apart if it is told to', () => {
    const throttle = new AdaptiveThrottle({ ...published, perCriticality: true, random: never })
    for (let i = 0; i < 100; i++)
      for (const priority of [0, 3, 7]) {
        const ticket = createTicket(0, { priority })
        throttle.admit(ticket, 0)
        throttle.settle(ticket, 0, priority === 0 ? 'success' : 'dropped')
      }
    const share = (priority: number): number => throttle.probability(0, createTicket(0, { priority }))
    expect([0, 1, 2].map(share)).toEqual([0, 0, 0])
    expect(share(3)).toBe(200 / 201)
    expect(throttle.isIdle(0)).toBe(false)
    expect(throttle.isIdle(200_000)).toBe(true)
  })

  it('may be forgotten while it remembers nothing but what was accepted', () => {
    expect(new AdaptiveThrottle().isIdle(0)).toBe(true)
    expect(after(20, 20).isIdle(0)).toBe(true)
    expect(after(20, 19).isIdle(0)).toBe(false)
  })

  it('changes its rule all or not at all, and keeps what it remembers', () => {
    const throttle = after(100, 40)
    throttle.update({ k: 1 })
    expect(throttle.probability(0)).toBe(60 / 101)
    expect(() => throttle.update({ k: 2, maxProbability: 2 })).toThrow(/AdaptiveThrottle: option "maxProbability"/)
    expect(() => throttle.update({ windowMs: 5000 } as object)).toThrow(/unknown option "windowMs"/)
    expect(throttle.probability(0)).toBe(60 / 101)
    throttle.update({ maxProbability: 0.25, minRequests: 100 })
    expect(throttle.probability(0)).toBe(0.25)
  })

  it('hears no end too many, and nothing from times that are no numbers', () => {
    const throttle = after(10, 0)
    for (let i = 0; i < 20; i++) throttle.settle(createTicket(0), 0, i % 2 === 0 ? 'success' : 'revoked')
    expect(throttle.probability(0)).toBe(10 / 11)
    for (const now of [NaN, Infinity, -Infinity, -5]) {
      const ticket = createTicket(now)
      throttle.admit(ticket, now)
      throttle.settle(ticket, now, 'success')
      const probability = throttle.probability(now)
      expect(probability >= 0 && probability <= 1).toBe(true)
    }
  })

  it('names option, value and range when an option is wrong', () => {
    const make = (options: object) => () => new AdaptiveThrottle(options)
    expect(make({ k: 0.9 })).toThrow(/AdaptiveThrottle: option "k" must be a number >= 1 and <= 1000, got 0.9/)
    expect(make({ windowMs: 999 })).toThrow(/"windowMs"/)
    expect(make({ windowMs: 2000, graceMs: 2001 })).toThrow(/"graceMs" must be a number >= 0 and <= 2000/)
    expect(make({ minRequests: 1.5 })).toThrow(/"minRequests"/)
    expect(make({ retryAfterMs: 0 })).toThrow(/"retryAfterMs"/)
    expect(make({ perCriticality: 1 })).toThrow(/"perCriticality" must be a boolean/)
    expect(make({ random: 0.5 })).toThrow(/"random" must be a function/)
    expect(make({ K: 2 })).toThrow(/unknown option "K"/)
    expect(make({ windowMs: 1000 })).not.toThrow()
  })
})
