/** The limiter by priority threshold: what it admits, counts, is told and survives. */
import { createTicket, PriorityThresholdLimiter, type PriorityThresholdOptions, type Ticket } from '@spillway/core'
import { checked, seededRandom } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const of = (priority = 1, key = ''): Ticket => createTicket(0, { priority, key })
const seeded = (options: PriorityThresholdOptions = {}): PriorityThresholdLimiter =>
  new PriorityThresholdLimiter({ random: seededRandom(1), ...options })

/** Lets `count` tickets of each class come over `forMs`, ends as `outcome` what was let in, and returns how many were, by class. */
function offer(limiter: PriorityThresholdLimiter, now: number, outcome: 'success' | 'revoked', count = 25): number[] {
  const admitted = [0, 0, 0, 0]
  for (let i = 0; i < count; i++) {
    for (let priority = 0; priority < 4; priority++) {
      const ticket = createTicket(now, { priority, key: `user ${i}` })
      if (limiter.admit(ticket, now) !== undefined) continue
      admitted[priority]!++
      limiter.settle(ticket, now, outcome)
    }
  }
  return admitted
}

describe('PriorityThresholdLimiter', () => {
  it('lets in everything until it knows better', () => {
    const limiter = seeded()
    expect(offer(limiter, 0, 'revoked')).toEqual([25, 25, 25, 25])
    expect(limiter.snapshot()).toEqual({ ratio: 0, threshold: 512, inflight: 0 })
  })

  it('refuses the least important once too much was refused behind it, with one frozen object', () => {
    const limiter = seeded({ retryAfterMs: 70, name: 'levels' })
    offer(limiter, 0, 'revoked')
    offer(limiter, 500, 'success')
    expect(limiter.snapshot().ratio).toBeCloseTo(0.8, 9)
    const admitted = offer(limiter, 600, 'success')
    expect(admitted.slice(1)).toEqual([0, 0, 0])
    expect(admitted[0]).toBeGreaterThan(12)
    const no = limiter.admit(of(3), 601)
    expect(no).toEqual({ reason: 'priority', limiter: 'levels', retryAfterMs: 70 })
    expect(Object.isFrozen(no)).toBe(true)
    expect(limiter.admit(of(3), 602)).toBe(no)
  })

  it('lets in more again when everything that came in went out', () => {
    const limiter = seeded()
    offer(limiter, 0, 'revoked')
    const ratios = Array.from({ length: 8 }, (_, i) => {
      offer(limiter, 500 * (i + 1), 'success')
      return limiter.snapshot().ratio
    })
    expect(ratios).toEqual(ratios.toSorted((a, b) => b - a))
    expect(ratios.at(-1)).toBe(0)
    expect(offer(limiter, 4100, 'success')).toEqual([25, 25, 25, 25])
  })

  it('takes its time with a window in which little came', () => {
    const limiter = seeded()
    offer(limiter, 0, 'revoked', 2)
    offer(limiter, 500, 'revoked', 2)
    offer(limiter, 1999, 'revoked', 0)
    expect(limiter.snapshot().ratio).toBe(0)
    limiter.admit(of(0), 2000)
    expect(limiter.snapshot().ratio).toBeGreaterThan(0.5)
  })

  it('starts over after a long silence and when the clock goes back', () => {
    for (const later of [10_500, -1, NaN]) {
      const limiter = seeded()
      offer(limiter, 0, 'revoked')
      offer(limiter, 500, 'revoked')
      expect(limiter.snapshot().ratio).toBeGreaterThan(0.5)
      expect(limiter.admit(of(3), later)).toBeUndefined()
      expect(limiter.snapshot()).toMatchObject({ ratio: 0, threshold: 512 })
      if (Number.isNaN(later)) continue
      offer(limiter, later, 'success')
      offer(limiter, later + 500, 'success')
      expect(limiter.snapshot().ratio).toBe(0)
    }
  })

  it('sheds nothing any more after seconds in which nothing came', () => {
    const limiter = seeded()
    offer(limiter, 0, 'revoked')
    offer(limiter, 500, 'revoked')
    offer(limiter, 2500, 'revoked', 0)
    limiter.admit(of(3), 3000)
    expect(limiter.admit(of(3), 7500)).toBeUndefined()
    expect(limiter.snapshot().ratio).toBe(0)
  })

  it('takes a cohort from whoever it was told to ask, within bounds', () => {
    const cohorts: Record<string, number> = { first: 127.9, much: 1e9, last: 0, less: -5, middle: 60 }
    const limiter = seeded({ cohortOf: (ticket) => cohorts[ticket.key] as number, signal: 'delay' })
    const refused = new Set<string>()
    for (let now = 0; now < 60_000; now += 500) {
      for (let i = 0; i < 5; i++) {
        for (const key of Object.keys(cohorts)) {
          const ticket = of(1, key)
          if (limiter.admit(ticket, now) !== undefined) refused.add(key)
          else limiter.settle(ticket, now, now < 6000 ? 'revoked' : 'success')
        }
      }
      // Of the five, two are in the last cohort: up to 40 % that is shed is all theirs.
      if (limiter.snapshot().ratio >= 0.3) break
    }
    expect([...refused].sort()).toEqual(['first', 'much'])
    expect(limiter.failures).toBe(0)
  })

  it('gives callers who take turns in one level the same part of it', () => {
    const limiter = seeded({ cohortOf: () => 7, kp: 0, ki: 1 })
    offer(limiter, 0, 'revoked')
    offer(limiter, 500, 'success')
    // Half is shed: all of the last two classes; then about half of one, and none of the other.
    expect(limiter.snapshot().ratio).toBeCloseTo(0.5, 9)
    const only = seeded({ cohortOf: () => 7, kp: 0, ki: 1 })
    const admitted: Record<string, number> = { a: 0, b: 0 }
    for (let i = 0; i < 1000; i++) {
      const ticket = of(1, i % 2 === 0 ? 'a' : 'b')
      const now = i < 100 ? 0 : 500
      if (only.admit(ticket, now) !== undefined) continue
      only.settle(ticket, now, 'revoked')
      if (i >= 100) admitted[ticket.key]!++
    }
    expect(admitted['a']! + admitted['b']!).toBeGreaterThan(448)
    expect(admitted['a']! + admitted['b']!).toBeLessThan(452)
    expect(admitted['a']! / 225).toBeCloseTo(1, 0)
    expect(admitted['b']! / 225).toBeCloseTo(1, 0)
  })

  it('counts what throws or is no number, and lets it go through as the most important of its class', () => {
    const limiter = seeded({
      cohortOf: (ticket) => {
        if (ticket.key === 'throws') throw new Error('broken')
        return NaN
      },
      free: () => {
        throw new Error('broken')
      },
    })
    expect(limiter.admit(of(1, 'throws'), 0)).toBeUndefined()
    expect(limiter.admit(of(1, 'odd'), 0)).toBeUndefined()
    expect(limiter.failures).toBe(3)
    const odd = seeded({ free: () => NaN })
    offer(odd, 0, 'revoked')
    offer(odd, 500, 'revoked')
    expect(odd.snapshot().ratio).toBeGreaterThan(0.5)
    expect(odd.failures).toBeGreaterThan(10)
  })

  it('knows how much room there is where it was told', () => {
    const play = (free: number): number => {
      const limiter = seeded({ free: () => free })
      offer(limiter, 0, 'revoked')
      for (let i = 0; i < 100; i++) limiter.admit(of(0), 100)
      for (let i = 0; i < 100; i++) limiter.settle(of(0), 499, 'success')
      limiter.admit(of(0), 500)
      return limiter.snapshot().ratio
    }
    expect(play(0)).toBeCloseTo(0.4, 2)
    expect(play(-5)).toBe(play(0))
    expect(play(10)).toBeLessThan(0.35)
    expect(play(1000)).toBe(0)
  })

  it('never counts below zero, and takes any priority', () => {
    const limiter = seeded()
    limiter.settle(of(), 0, 'success')
    expect(limiter.snapshot().inflight).toBe(0)
    const watched = checked(limiter)
    for (const priority of [-1, 99, NaN, 1.5]) {
      const ticket = of(priority)
      expect(watched.admit(ticket, 0)).toBeUndefined()
      watched.settle(ticket, 0, 'dropped')
    }
  })

  it('changes gains, bounds and promise while it runs, all or none', () => {
    const limiter = seeded()
    limiter.update({ ki: 0, kp: 0, retryAfterMs: 5, tickMs: 100 })
    offer(limiter, 0, 'revoked')
    offer(limiter, 100, 'revoked')
    expect(limiter.snapshot().ratio).toBe(0)
    expect(() => limiter.update({ ki: 2, tickMs: 1 })).toThrow(/"tickMs" must be a number >= 10/)
    expect(() => limiter.update({ signal: 'delay' } as never)).toThrow(/unknown option "signal"/)
    offer(limiter, 200, 'revoked')
    expect(limiter.snapshot().ratio).toBe(0)
    limiter.update({ ki: 10 })
    offer(limiter, 300, 'revoked')
    expect(limiter.admit(of(3), 301)?.retryAfterMs).toBe(5)
    const delay = seeded({ signal: 'delay' })
    delay.update({ queueMs: 1000 })
    for (let now = 0; now < 3000; now += 20) {
      const ticket = of()
      if (delay.admit(ticket, now) !== undefined) continue
      ticket.startedAt = 900
      delay.settle(ticket, now, 'success')
    }
    expect(delay.snapshot().ratio).toBe(0)
  })

  it('names option, value and range when an option is wrong', () => {
    const wrong =
      (options: object): (() => unknown) =>
      () =>
        new PriorityThresholdLimiter(options)
    expect(wrong({ signal: 'cpu' })).toThrow(/"signal" must be one of "flow", "delay", got "cpu"/)
    expect(wrong({ history: 10 })).toThrow('PriorityThresholdLimiter: option "history" must be an integer >= 100')
    expect(wrong({ kp: -1 })).toThrow(/"kp"/)
    expect(wrong({ queueMs: -1 })).toThrow(/"queueMs"/)
    expect(wrong({ cohortOf: 3 })).toThrow(/"cohortOf" must be a function/)
    expect(wrong({ free: 3 })).toThrow(/"free" must be a function/)
    expect(wrong({ retryAfterMs: Infinity })).toThrow(/"retryAfterMs"/)
    expect(wrong({ target: 3 })).toThrow(/unknown option "target"/)
  })
})
