/** The sliding log: exact in every span, bounded in memory. */
import { createTicket, SlidingLogLimiter } from '@spillway/core'
import type { SlidingLogOptions, Ticket } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compare, events, exactEpochs, Model, windows } from './models.ts'

const ticket = (cost = 1, at = 0): Ticket => createTicket(at, { cost })

function admitted(limiter: SlidingLogLimiter, times: number, now: number): number {
  let count = 0
  for (let i = 0; i < times; i++) if (limiter.admit(ticket(1, now), now) === undefined) count++
  return count
}

/** Everything that started in the last window, added up. */
class LastWindow extends Model {
  fits(cost: bigint, at: bigint): boolean {
    if (this.limit === 0n || cost > this.limit) return false
    return cost === 0n || this.sum(at - this.window + 1n, at + 1n) + cost <= this.limit
  }
}

describe('SlidingLogLimiter', () => {
  it('lets the next in when the oldest leaves the window, and not an instant earlier', () => {
    const limiter = new SlidingLogLimiter({ limit: 3, windowMs: 1000 })
    for (const now of [0, 100.5, 900]) expect(admitted(limiter, 1, now)).toBe(1)
    expect(limiter.admit(ticket(1, 950), 950)).toEqual({ reason: 'rate', limiter: 'rate', retryAfterMs: 50 })
    expect(limiter.peek(ticket(2), 950)?.retryAfterMs).toBe(150.5)
    expect(limiter.peek(ticket(3), 950)?.retryAfterMs).toBe(950)
    expect(admitted(limiter, 5, 999.999)).toBe(0)
    expect(admitted(limiter, 5, 1000)).toBe(1)
    expect(admitted(limiter, 5, 1100.5)).toBe(1)
  })

  it('decides as a list of all that came does', () => {
    fc.assert(
      fc.property(windows, events, exactEpochs, (rate, life, epoch) => {
        // Parts of units need more entries than there are units.
        const limiter = new SlidingLogLimiter({ ...rate, maxEntries: 1024 })
        compare(limiter, new LastWindow(rate), rate, { events: life, epoch })
      }),
      { numRuns: 600 },
    )
  })

  it('never lets more than the limit into any span of a window, whatever the bounds of its memory', () => {
    const arrivals = fc.array(fc.record({ gap: fc.nat(120), cost: fc.integer({ min: 1, max: 9 }) }), { maxLength: 200 })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 16, max: 40 }),
        arrivals,
        (limit, maxEntries, plan) => {
          const limiter = new SlidingLogLimiter({ limit, windowMs: 1000, maxEntries })
          const log: { at: number; cost: number }[] = []
          let now = 0
          for (const { gap, cost } of plan) {
            now += gap
            if (limiter.admit(ticket(cost, now), now) === undefined) log.push({ at: now, cost })
          }
          for (const { at } of log) {
            const span = log.filter((other) => other.at > at - 1000 && other.at <= at)
            expect(span.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(limit)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('lets nobody wait more than a cell too long where its memory is short', () => {
    const exact = new SlidingLogLimiter({ limit: 1000, windowMs: 1000 })
    const short = new SlidingLogLimiter({ limit: 1000, windowMs: 1000, maxEntries: 84 })
    for (let now = 0; now < 900; now += 1) {
      admitted(exact, 1, now)
      admitted(short, 1, now)
    }
    for (const cost of [101, 500, 900]) {
      const [soon, late] = [exact, short].map((limiter) => limiter.peek(ticket(cost), 900)?.retryAfterMs ?? NaN)
      expect(late! - soon!).toBeGreaterThanOrEqual(0)
      expect(late! - soon!).toBeLessThan(1000 / 40)
    }
    // It lets in as much in the long run.
    let [many, fewer] = [0, 0]
    for (let now = 900; now < 20_000; now += 1) {
      many += admitted(exact, 2, now)
      fewer += admitted(short, 2, now)
    }
    expect(fewer / many).toBeGreaterThan(0.95)
  })

  it('takes memory as it is used, and no more than it may', () => {
    const limiter = new SlidingLogLimiter({ limit: 1e6, windowMs: 1000, maxEntries: 1000 })
    expect(limiter.bytes).toBeLessThan(300)
    for (let i = 0; i < 20_000; i++) limiter.admit(ticket(1, i / 8), i / 8)
    expect(limiter.bytes).toBeLessThanOrEqual(2 * 1024 * 16 + 100)
  })

  it('takes out the very entry of work that is revoked later', () => {
    const limiter = new SlidingLogLimiter({ limit: 3, windowMs: 1000 })
    const all = [0, 300, 600].map((now) => ticket(1, now))
    for (const one of all) limiter.admit(one, one.arrivedAt)
    all[1]!.startedAt = 650
    limiter.settle(all[1]!, 700, 'revoked')
    expect(admitted(limiter, 3, 700)).toBe(1)
    expect(limiter.peek(ticket(), 700)?.retryAfterMs).toBe(300)
    expect(limiter.peek(ticket(2), 700)?.retryAfterMs).toBe(900)
  })

  it('gives nothing back for what has left the window', () => {
    const limiter = new SlidingLogLimiter({ limit: 2, windowMs: 1000 })
    const early = ticket(2, 0)
    limiter.admit(early, 0)
    expect(admitted(limiter, 5, 1000)).toBe(2)
    limiter.settle(early, 1000, 'revoked')
    expect(admitted(limiter, 5, 1000)).toBe(0)
  })

  it('finds work that waited in front by when it was let in', () => {
    const limiter = new SlidingLogLimiter({ limit: 2, windowMs: 1000 })
    const [first, second] = [ticket(1, 0), ticket(1, 0)]
    limiter.admit(first, 500)
    limiter.admit(second, 800)
    limiter.settle(second, 900, 'revoked')
    expect(limiter.peek(ticket(2), 900)?.retryAfterMs).toBe(600)
  })

  it('holds back what a higher limit adds for a window', () => {
    const limiter = new SlidingLogLimiter({ limit: 10, windowMs: 1000 })
    limiter.admit(ticket(8), 0)
    limiter.update({ limit: 100 }, 500)
    expect(admitted(limiter, 200, 500)).toBe(2)
    expect(admitted(limiter, 200, 1000)).toBe(8)
    expect(admitted(limiter, 200, 1500)).toBe(92)
    limiter.update({ limit: 50 }, 1500)
    expect(limiter.describe(ticket(), 1500)).toMatchObject([{ remaining: 0, nextMs: 1000 }])
    expect(admitted(limiter, 200, 2000)).toBe(0)
    expect(admitted(limiter, 200, 2500)).toBe(50)
  })

  it('counts everything as of now when its window changes', () => {
    const limiter = new SlidingLogLimiter({ limit: 10, windowMs: 60_000 })
    const early = ticket(4)
    limiter.admit(early, 0)
    limiter.admit(ticket(3, 20_000), 20_000)
    limiter.update({ windowMs: 1000 }, 30_000)
    expect(limiter.describe(ticket(), 30_000)).toMatchObject([{ remaining: 3, nextMs: 1000, resetMs: 1000 }])
    limiter.settle(early, 30_000, 'revoked')
    expect(limiter.describe(ticket(), 30_000)).toMatchObject([{ remaining: 7 }])
    expect(limiter.isIdle(31_000)).toBe(true)
  })

  it('remembers a limit that does not fit millionths of a unit', () => {
    const limiter = new SlidingLogLimiter({ limit: 10, windowMs: 1000 })
    limiter.admit(ticket(2.5), 0)
    limiter.update({ limit: 2 ** 50 }, 500)
    expect(limiter.describe(ticket(), 500)).toMatchObject([{ remaining: 7 }])
    expect(limiter.describe(ticket(), 1000)).toMatchObject([{ remaining: 10 }])
    limiter.update({ limit: 10 }, 1200)
    expect(admitted(limiter, 20, 1500)).toBe(10)
  })

  it('goes on after the clock has run out of ticks', () => {
    const limiter = new SlidingLogLimiter({ limit: 3, windowMs: 31_536_000_000 })
    const year = 31_536_000_000
    const kept = ticket(1, year * 1.5)
    limiter.admit(kept, year * 1.5)
    // 2^52 of its ticks are 2.2 years.
    expect(admitted(limiter, 5, year * 2.2)).toBe(2)
    expect(limiter.peek(ticket(), year * 2.2)?.retryAfterMs).toBeCloseTo(year * 0.3, 0)
    limiter.settle(kept, year * 2.3, 'revoked')
    expect(admitted(limiter, 5, year * 2.3)).toBe(1)
  })

  it.each([
    [{ limit: -1, windowMs: 1000 }, RangeError, 'SlidingLogLimiter: option "limit" must be an integer >= 0'],
    [
      { limit: 1, windowMs: 1000, maxEntries: 15 },
      RangeError,
      '"maxEntries" must be an integer >= 16 and <= 65536, got 15',
    ],
    [{ limit: 1, windowMs: 1000, maxEntries: 1e5 }, RangeError, '"maxEntries"'],
    [{ limit: 1, windowMs: 1000, originMs: 0 }, TypeError, 'SlidingLogLimiter: unknown option "originMs"'],
  ])('refuses bad options: %o', (options, kind, message) => {
    expect(() => new SlidingLogLimiter(options as SlidingLogOptions)).toThrow(kind)
    expect(() => new SlidingLogLimiter(options as SlidingLogOptions)).toThrow(message)
  })
})
