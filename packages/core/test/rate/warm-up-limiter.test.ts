/** The rate limit that warms up: against the area below its line, and what comes back. */
import { createTicket, Fifo, QueueGate, WarmUpLimiter } from '@spillway/core'
import type { Ticket, WarmUpOptions } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WarmUp } from '../../src/rate/warm-up.ts'
import { worstExcess } from './oracle.ts'

const ticket = (cost = 1, at = 0): Ticket => createTicket(at, { cost })

/** 10 a second when warm, after 10 s; one by one. */
const guava: WarmUpOptions = { limit: 10, windowMs: 1000, burst: 1, warmUpMs: 10_000 }

/** Asks as soon as it may, so many times; when each was let in. */
function starts(limiter: WarmUpLimiter, times: number, from: number): number[] {
  const log: number[] = []
  for (let now = from; log.length < times;) {
    const no = limiter.admit(ticket(1, now), now)
    if (no === undefined) log.push(now)
    else now += no.retryAfterMs
  }
  return log
}

/** Sentinel's formulas, and the area below the line in four thousand strips. Times in ms. */
class Strips {
  readonly #q: number
  readonly #warn: number
  readonly #slope: number
  readonly #spanMs: number
  readonly #warmUpMs: number
  readonly max: number
  stored: number
  nextAt = -Infinity

  constructor({ limit, windowMs, burst = limit, warmUpMs: t, coldFactor: c = 3 }: WarmUpOptions) {
    this.#q = limit / windowMs
    this.#warn = (t * this.#q) / (c - 1)
    this.max = this.#warn + (2 * t * this.#q) / (1 + c)
    this.#slope = (c - 1) / this.#q / (this.max - this.#warn)
    this.#spanMs = burst / this.#q
    this.#warmUpMs = t
    this.stored = this.max
  }

  /** How long it takes until `cost` may be let in. */
  waitMs(cost: number, now: number): number {
    return Math.max(0, Math.max(this.nextAt, now) + cost / this.#q - this.#spanMs - now)
  }

  admit(cost: number, now: number): void {
    if (now > this.nextAt) {
      this.stored = Math.min(this.max, this.stored + ((now - this.nextAt) * this.max) / this.#warmUpMs)
      this.nextAt = now
    }
    const width = Math.min(cost, this.stored) / 4000
    for (let i = 0; i < 4000; i++) {
      const height = this.stored - width * (i + 0.5)
      this.nextAt += width * (1 / this.#q + Math.max(0, height - this.#warn) * this.#slope)
    }
    this.nextAt += Math.max(0, cost - this.stored) / this.#q
    this.stored = Math.max(0, this.stored - cost)
  }
}

describe('WarmUpLimiter', () => {
  it('begins at a third of the rate, and has all of it after warmUpMs of use', () => {
    const times = starts(new WarmUpLimiter(guava), 120, 0)
    const gaps = times.slice(1).map((at, i) => at - times[i]!)
    // The first costs what the line says a little below its top: 300 ms less half a step.
    expect(gaps[0]).toBeCloseTo(298, 6)
    for (let i = 1; i < gaps.length; i++) expect(gaps[i]! - gaps[i - 1]!).toBeLessThanOrEqual(1e-6)
    // Fifty units above the line's foot: 2 * 10 s * 10 per s / (1 + 3).
    expect(times[50]).toBeCloseTo(10_000, 2)
    for (const gap of gaps.slice(50)) expect(gap).toBeCloseTo(100, 4)
  })

  it('cools down as long as nothing comes, in warmUpMs from the bottom to the top', () => {
    const limiter = new WarmUpLimiter(guava)
    const last = starts(limiter, 300, 0).at(-1)!
    expect(limiter.warmth(last)).toBe(1)
    expect(limiter.warmth(last + 100 + 5000)).toBeCloseTo(1, 6)
    expect(limiter.warmth(last + 100 + 7500)).toBeCloseTo(0.5, 6)
    expect(limiter.isIdle(last + 10_099)).toBe(false)
    expect(limiter.isIdle(last + 10_101)).toBe(true)
    const again = starts(limiter, 2, last + 20_000)
    expect(again[1]! - again[0]!).toBeCloseTo(298, 6)
  })

  it('takes as long as the area below the line, whatever the shape, burst, costs and pauses', () => {
    const shapes = fc.record({
      limit: fc.integer({ min: 1, max: 200 }),
      windowMs: fc.constantFrom(1, 100, 1000, 60_000),
      share: fc.constantFrom(0.01, 0.3, 1, 2),
      warmUpMs: fc.constantFrom(1, 500, 5000, 100_000),
      coldFactor: fc.constantFrom(1.1, 2, 3, 3, 10),
    })
    const life = fc.array(
      fc.record({ gap: fc.constantFrom(0, 0, 0.01, 0.3, 1, 3, 50), cost: fc.constantFrom(0.1, 0.5, 1, 1, 2, 5) }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(shapes, life, ({ share, ...shape }, plan) => {
        const options = { ...shape, burst: Math.max(1, Math.round(share * shape.limit)) }
        const limiter = new WarmUpLimiter(options)
        const strips = new Strips(options)
        let now = 0
        for (const { gap, cost } of plan) {
          now += (gap * shape.windowMs) / shape.limit
          if (cost > options.burst) continue
          const waitMs = strips.waitMs(cost, now)
          const said = limiter.peek(ticket(cost, now), now)?.retryAfterMs ?? 0
          // Each admission is rounded up to a tick of 4 ns.
          expect(Math.abs(said - waitMs)).toBeLessThan(2e-4 + 1e-6 * waitMs)
          now += said
          expect(limiter.admit(ticket(cost, now), now)).toBeUndefined()
          strips.admit(cost, now)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('never lets more into any span than a limit that is warm', () => {
    const plan = fc.array(
      fc.record({ gap: fc.nat(300), cost: fc.integer({ min: 1, max: 5 }), revoke: fc.integer({ min: -4, max: 6 }) }),
      { maxLength: 80 },
    )
    fc.assert(
      fc.property(plan, fc.integer({ min: 5, max: 20 }), (life, burst) => {
        const rate = { limit: 10, windowMs: 1000, burst }
        const limiter = new WarmUpLimiter({ ...rate, warmUpMs: 300 })
        let ran: Ticket[] = []
        let now = 0
        for (const { gap, cost, revoke } of life) {
          now += gap
          const victim = revoke > 0 ? ran.at(-revoke) : undefined
          if (victim !== undefined) {
            limiter.settle(victim, now, 'revoked')
            ran = ran.filter((one) => one !== victim)
          }
          const one = ticket(cost, now)
          if (limiter.admit(one, now) === undefined) ran.push(one)
        }
        const log = ran.map(({ arrivedAt, cost }) => ({ now: arrivedAt, cost, ok: true }))
        expect(worstExcess(log, rate) <= 0n).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('lets a burst in at once that fits when warm, and makes what follows pay what it costs when cold', () => {
    const limiter = new WarmUpLimiter({ limit: 10, windowMs: 1000, warmUpMs: 1e6 })
    expect(limiter.admit(ticket(10), 0)).toBeUndefined()
    expect(limiter.peek(ticket(), 0)?.retryAfterMs).toBeCloseTo(2100, -1)
    // One by one only a third of it fits.
    const cold = new WarmUpLimiter({ limit: 10, windowMs: 1000, warmUpMs: 1e6 })
    let count = 0
    while (cold.admit(ticket(), 0) === undefined) count++
    expect(count).toBe(4)
  })

  it('undoes the last admission exactly, however much later', () => {
    const limiter = new WarmUpLimiter(guava)
    const at = starts(limiter, 20, 0).at(-1)! + 500
    const before = [limiter.warmth(at + 900), limiter.describe(ticket(), at + 10)]
    const vain = ticket(1, at)
    limiter.admit(vain, at)
    expect(limiter.describe(ticket(), at + 10)).not.toEqual(before[1])
    limiter.settle(vain, at + 10, 'revoked')
    expect([limiter.warmth(at + 900), limiter.describe(ticket(), at + 10)]).toEqual(before)
  })

  it('undoes the last admission exactly also when work that costs nothing came after it', () => {
    const limiter = new WarmUpLimiter({ ...guava, burst: 10 })
    limiter.admit(ticket(2), 0)
    const before = [limiter.warmth(0), limiter.describe(ticket(), 0)]
    const [vain, free] = [ticket(2), ticket(0)]
    for (const one of [vain, free, ticket(0)]) expect(limiter.admit(one, 0)).toBeUndefined()
    limiter.settle(free, 0, 'revoked')
    limiter.settle(vain, 0, 'revoked')
    expect([limiter.warmth(0), limiter.describe(ticket(), 0)]).toEqual(before)
  })

  it('gives back of earlier work what it cost at least, as far as it has not been regained, and its warmth', () => {
    const make = (): [WarmUpLimiter, Ticket] => {
      const limiter = new WarmUpLimiter({ ...guava, burst: 10 })
      const first = ticket(2)
      limiter.admit(first, 0)
      limiter.admit(ticket(2), 0)
      return [limiter, first]
    }
    const resetMs = (limiter: WarmUpLimiter, now: number): number => limiter.describe(ticket(), now)[0]!.resetMs
    for (const [now, backMs] of [
      [0, 200],
      [150, 50],
      [200, 0],
      [1000, 0],
    ] as const) {
      const [[kept], [revoked, first]] = [make(), make()]
      revoked.settle(first, now, 'revoked')
      expect(resetMs(revoked, now)).toBeCloseTo(resetMs(kept, now) - backMs, 6)
      // 0.04: two of the fifty units from cold to warm.
      expect(revoked.warmth(now)).toBeCloseTo(kept.warmth(now) - 0.04, 9)
    }
  })

  it('is as cold as ever when all that came was revoked, in whatever order', () => {
    const limiter = new WarmUpLimiter({ ...guava, burst: 10 })
    const [first, last] = [ticket(2), ticket(2)]
    for (const one of [first, last]) limiter.admit(one, 0)
    for (const one of [first, last]) limiter.settle(one, 0, 'revoked')
    expect(limiter.warmth(0)).toBeCloseTo(0, 9)
  })

  it('stays cold when the rate changes while it is', () => {
    for (let warmUpMs = 1; warmUpMs < 3000; warmUpMs += 7.3) {
      const limiter = new WarmUpLimiter({ limit: 7, windowMs: 1000, burst: 3, warmUpMs: 5000 })
      limiter.update({ limit: 11, burst: 3, warmUpMs, coldFactor: 1.1 + warmUpMs / 100 }, 0)
      expect(limiter.isIdle(0)).toBe(true)
      expect(limiter.warmth(0)).toBe(0)
    }
  })

  it('stays as cold as it was when the rate changes', () => {
    const limiter = new WarmUpLimiter({ ...guava, burst: 10 })
    const at = starts(limiter, 40, 0).at(-1)!
    const warmth = limiter.warmth(at)
    expect(warmth).toBeGreaterThan(0.5)
    limiter.update({ limit: 100, coldFactor: 2 }, at)
    expect(limiter.warmth(at)).toBeCloseTo(warmth, 6)
    limiter.update({ warmUpMs: 500 }, at)
    expect(limiter.warmth(at)).toBeCloseTo(warmth, 6)
    expect(() => limiter.update({ warmUpMs: 0 }, at)).toThrow('WarmUpLimiter: option "warmUpMs" must be a number >= 1')
    expect(() => limiter.update({ coldFactor: 1 }, at)).toThrow(RangeError)
    expect(limiter.describe(ticket(), at)[0]).toMatchObject({ limit: 100 })
  })

  it('shapes a queue in front of it, faster and faster', async () => {
    const clock = new VirtualClock()
    const gate = new QueueGate(new WarmUpLimiter({ ...guava, warmUpMs: 2000 }), new Fifo({ capacity: 100 }), clock, {
      maxWaitMs: 60_000,
    })
    const times: number[] = []
    for (let i = 0; i < 30; i++)
      void Promise.resolve(gate.enter(createTicket(0))).then((no) => no === undefined && times.push(clock.now()))
    await clock.runAll()
    expect(times).toHaveLength(30)
    expect(times[10]).toBeCloseTo(2000, 1)
    expect(times[29]! - times[28]!).toBeCloseTo(100, 1)
  })

  it.each([
    [{ ...guava, warmUpMs: 0.5 }, RangeError, 'WarmUpLimiter: option "warmUpMs" must be a number >= 1 and <= 86400000'],
    [{ ...guava, coldFactor: 1 }, RangeError, '"coldFactor" must be a number >= 1.1 and <= 100, got 1'],
    [{ limit: 1, windowMs: 1000 }, TypeError, '"warmUpMs" must be a number >= 1 and <= 86400000, got undefined'],
    [{ ...guava, burst: 0 }, RangeError, 'WarmUpLimiter: option "burst" must be an integer >= 1'],
    [{ ...guava, warmup: 3 }, TypeError, 'WarmUpLimiter: unknown option "warmup"'],
  ])('refuses bad options: %o', (options, kind, message) => {
    expect(() => new WarmUpLimiter(options as never)).toThrow(kind)
    expect(() => new WarmUpLimiter(options as never)).toThrow(message)
  })
})

describe('WarmUp', () => {
  it('has the line of Sentinel: a factor of 3 at the top, 1 from half of it down', () => {
    // 100 per s, 10 s: warn = 10 * 100 / 2, max = 500 + 2 * 10 * 100 / 4.
    const line = new WarmUp({ interval: 10, warmUp: 10_000, coldFactor: 3 })
    expect([line.warn, line.max]).toEqual([500, 1000])
    const at = (height: number): number => line.time(height + 1e-6, 2e-6) / 2e-6
    expect(at(1000)).toBeCloseTo(30, 3)
    expect(at(750)).toBeCloseTo(20, 3)
    expect(at(400)).toBeCloseTo(10, 3)
    // All of the slope takes warmUp, and what is not on the pile an interval each.
    expect(line.time(1000, 500)).toBeCloseTo(10_000, 6)
    expect(line.time(1000, 1002)).toBeCloseTo(10_000 + 502 * 10, 6)
    expect(line.time(0, 3)).toBe(30)
    expect([line.cooled(0, 5000), line.cooled(900, 5000), line.cooled(3, Infinity)]).toEqual([500, 1000, 1000])
  })
})
