/** The leaky bucket without a queue: even distances, and what comes back. */
import { createTicket, Fifo, LeakyBucketLimiter, QueueGate } from '@spillway/core'
import type { Ticket } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare, events, exactEpochs, Model, windows } from './models.ts'

const ticket = (cost = 1, at = 0): Ticket => createTicket(at, { cost })

/** Nothing starts before everything that did has leaked out. */
class Drips extends Model {
  fits(cost: bigint, at: bigint): boolean {
    if (this.limit === 0n || cost > this.limit) return false
    return (
      cost === 0n || this.entries.every((entry) => entry.at * this.limit + entry.cost * this.window <= at * this.limit)
    )
  }

  override get idle(): boolean {
    return this.limit === 0n || this.fits(1n, this.present)
  }
}

describe('LeakyBucketLimiter', () => {
  it('lets work start at even distances, however it comes', () => {
    const limiter = new LeakyBucketLimiter({ limit: 10, windowMs: 1000 })
    const starts: number[] = []
    for (let now = 0; now < 1000; now += 7) if (limiter.admit(ticket(1, now), now) === undefined) starts.push(now)
    expect(starts).toEqual([0, 105, 210, 315, 420, 525, 630, 735, 840, 945])
    expect(limiter.admit(ticket(), 950)).toEqual({ reason: 'rate', limiter: 'rate', retryAfterMs: 95 })
  })

  it('closes for as many distances as work costs units', () => {
    const limiter = new LeakyBucketLimiter({ limit: 10, windowMs: 1000 })
    expect(limiter.admit(ticket(2.5), 0)).toBeUndefined()
    expect(limiter.admit(ticket(10), 0)?.retryAfterMs).toBe(250)
    expect(limiter.admit(ticket(10), 250)).toBeUndefined()
    expect(limiter.admit(ticket(0.1), 251)?.retryAfterMs).toBe(999)
  })

  it('decides as a list of all that came does', () => {
    fc.assert(
      fc.property(windows, events, exactEpochs, (wild, life, epoch) => {
        const rate = { limit: wild.limit, windowMs: Math.floor(wild.windowMs) }
        // Eighths: the product with an interval is no double that misses a whole number.
        const exact = life.map((event) => ({
          ...event,
          cost: event.cost === 0.001 || event.cost === 0.1 ? 0.125 : event.cost === 0.3 ? 0.25 : event.cost,
        }))
        compare(new LeakyBucketLimiter(rate), new Drips(rate), rate, { events: exact, epoch, slackMs: 2 ** -12 })
      }),
      { numRuns: 500 },
    )
  })

  it('keeps work that ran apart by what it cost, whatever was revoked in between', () => {
    const arrivals = fc.array(
      fc.record({ gap: fc.nat(150), cost: fc.integer({ min: 1, max: 3 }), revoke: fc.integer({ min: -3, max: 3 }) }),
      { maxLength: 80 },
    )
    fc.assert(
      fc.property(arrivals, (plan) => {
        const limiter = new LeakyBucketLimiter({ limit: 10, windowMs: 1000 })
        let ran: Ticket[] = []
        let now = 0
        for (const { gap, cost, revoke } of plan) {
          now += gap
          const victim = revoke > 0 ? ran.at(-revoke) : undefined
          if (victim !== undefined) {
            limiter.settle(victim, now, 'revoked')
            ran = ran.filter((one) => one !== victim)
          }
          const one = ticket(cost, now)
          if (limiter.admit(one, now) === undefined) ran.push(one)
        }
        for (let i = 1; i < ran.length; i++) {
          const [a, b] = [ran[i - 1]!, ran[i]!]
          expect(b.arrivedAt - a.arrivedAt).toBeGreaterThanOrEqual(a.cost * 100)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('is free again at once when the last work is revoked, and not when an earlier one is', () => {
    const limiter = new LeakyBucketLimiter({ limit: 10, windowMs: 1000 })
    const [first, second] = [ticket(1, 0), ticket(3, 120)]
    limiter.admit(first, 0)
    limiter.admit(second, 120)
    limiter.settle(first, 130, 'revoked')
    expect(limiter.peek(ticket(), 130)?.retryAfterMs).toBe(290)
    limiter.settle(second, 150, 'revoked')
    expect(limiter.admit(ticket(1, 150), 150)).toBeUndefined()
    expect(limiter.peek(ticket(), 150)?.retryAfterMs).toBe(100)
  })

  it('lets what is in it leak out at the new rate', () => {
    const limiter = new LeakyBucketLimiter({ limit: 10, windowMs: 1000 })
    const early = ticket(5)
    limiter.admit(early, 0)
    limiter.update({ limit: 100 }, 100)
    expect(limiter.peek(ticket(), 100)?.retryAfterMs).toBe(40)
    limiter.update({ limit: 5, windowMs: 500 }, 100)
    expect(limiter.peek(ticket(), 100)?.retryAfterMs).toBe(400)
    // What was let in at another rate cannot be told from what came since.
    limiter.settle(early, 110, 'revoked')
    expect(limiter.peek(ticket(), 110)?.retryAfterMs).toBe(390)
  })

  it('describes one unit at a time', () => {
    const limiter = new LeakyBucketLimiter({ limit: 10, windowMs: 1000, name: 'a' })
    expect(limiter.describe(ticket(), 0)).toEqual([
      { name: 'a', limit: 10, windowMs: 1000, remaining: 1, nextMs: 0, resetMs: 0 },
    ])
    limiter.admit(ticket(3), 0)
    expect(limiter.describe(ticket(), 100)).toMatchObject([{ remaining: 0, nextMs: 200, resetMs: 200 }])
  })

  it('is shaped by a queue in front of it, exactly', async () => {
    const clock = new VirtualClock(5)
    const limiter = new LeakyBucketLimiter({ limit: 3, windowMs: 100 })
    const gate = new QueueGate(limiter, new Fifo({ capacity: 10 }), clock, { maxWaitMs: 1000 })
    const starts: number[] = []
    for (let i = 0; i < 7; i++) {
      const verdict = gate.enter(createTicket(clock.now()))
      void Promise.resolve(verdict).then((no) => no === undefined && starts.push(clock.now() - 5))
    }
    await clock.runAll()
    for (const [i, at] of starts.entries()) expect(at).toBeCloseTo((i * 100) / 3, 4)
    expect(starts).toHaveLength(7)
  })

  it.each([
    [{ limit: -1, windowMs: 1000 }, RangeError, 'LeakyBucketLimiter: option "limit" must be an integer >= 0'],
    [{ limit: 1, windowMs: Infinity }, RangeError, '"windowMs"'],
    [{ limit: 1, windowMs: 1000, burst: 2 }, TypeError, 'LeakyBucketLimiter: unknown option "burst"'],
  ])('refuses bad options: %o', (options, kind, message) => {
    expect(() => new LeakyBucketLimiter(options as never)).toThrow(kind)
    expect(() => new LeakyBucketLimiter(options as never)).toThrow(message)
  })
})
