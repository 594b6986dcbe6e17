/** What holds for every rate, every arrival and every key. */
import { createTicket, KeyedRateLimiter, RateLimiter, TickRate, TokenBucketLimiter } from '@spillway/core'
import type { Limiter, Ticket } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision } from './oracle.ts'
import { ExactGcra, worstExcess } from './oracle.ts'

interface FullRate {
  readonly limit: number
  readonly windowMs: number
  readonly burst: number
}

const limits = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000_000 }))
const windows = fc.oneof(
  fc.constantFrom(1, 1000, 60_000, 3_600_000, 86_400_000, 31_536_000_000),
  fc.integer({ min: 1, max: 31_536_000_000 }),
)
const rates: fc.Arbitrary<FullRate> = fc
  .record({ limit: limits, windowMs: windows, share: fc.constantFrom(0.1, 0.5, 1, 2) })
  .map(({ limit, windowMs, share }) => ({ limit, windowMs, burst: Math.max(1, Math.round(limit * share)) }))

// Steps around what decides: nothing, one interval, one window; costs around one unit and a whole burst.
const steps = fc.array(
  fc.record({ gap: fc.constantFrom(0, 0, 0.3, 1, 1.7, 'window'), units: fc.constantFrom(0, 1, 1, 2, 'half', 'burst') }),
  { minLength: 1, maxLength: 60 },
)

const limiters: readonly [string, (rate: FullRate) => Limiter][] = [
  ['RateLimiter', (rate) => new RateLimiter(rate)],
  ['KeyedRateLimiter', (rate) => new KeyedRateLimiter(rate)],
  ['KeyedRateLimiter beyond its bound', (rate) => beyondBound(rate)],
  ['TokenBucketLimiter', (rate) => new TokenBucketLimiter(rate)],
]

function beyondBound(rate: FullRate): Limiter {
  const limiter = new KeyedRateLimiter({ ...rate, maxKeys: 1 })
  limiter.penalty('somebody else', rate.burst, 1.7e12)
  return limiter
}

function ticketOf(rate: FullRate, units: number | string): Ticket {
  const cost = units === 'half' ? Math.ceil(rate.burst / 2) : units === 'burst' ? rate.burst : Number(units)
  return createTicket(0, { key: 'k', cost })
}

function gapMs(rate: FullRate, gap: number | string): number {
  return gap === 'window' ? rate.windowMs : Math.ceil((Number(gap) * rate.windowMs) / rate.limit)
}

function isExact({ limit, windowMs, burst }: FullRate): boolean {
  const { interval, ticksPerMs } = new TickRate({ limit, windowMs, burst })
  return BigInt(interval) * BigInt(limit) === BigInt(windowMs) * BigInt(ticksPerMs)
}

describe.each(limiters)('%s', (_name, make) => {
  it('never lets more into any window than burst + time * limit / windowMs', () => {
    fc.assert(
      fc.property(rates, steps, (rate, plan) => {
        const limiter = make(rate)
        const log: Decision[] = []
        let now = 1.7e12
        for (const { gap, units } of plan) {
          now += gapMs(rate, gap)
          const ticket = ticketOf(rate, units)
          log.push({ now, cost: ticket.cost, ok: limiter.admit(ticket, now) === undefined })
        }
        expect(worstExcess(log, rate) <= 0n).toBe(true)
      }),
    )
  })

  it('admits after exactly the time that it says, and not clearly before', () => {
    fc.assert(
      fc.property(rates, steps, fc.double({ min: 0, max: 1e9, noNaN: true }), (rate, plan, start) => {
        const limiter = make(rate)
        let now = 1.7e12 + start
        for (const { gap, units } of plan) {
          now += gapMs(rate, gap) / 3
          const ticket = ticketOf(rate, units)
          const refusal = limiter.admit(ticket, now)
          if (refusal === undefined || refusal.retryAfterMs === Infinity) continue
          const wait = refusal.retryAfterMs
          expect(wait).toBeGreaterThan(0)
          // The clock itself tells 1/4096 ms apart this late.
          if (wait > 0.01) expect(limiter.admit(ticket, now + wait - 0.01)).toBeDefined()
          now += wait
          expect(limiter.admit(ticket, now)).toBeUndefined()
        }
      }),
      {
        // Found once: the clock ran out of ticks between the promise and the day it fell due.
        examples: [
          [
            { limit: 1, windowMs: 31_494_585_557, burst: 2 },
            [
              { gap: 'window', units: 'burst' },
              { gap: 0, units: 2 },
              { gap: 0, units: 1 },
              { gap: 0, units: 1 },
            ],
            0,
          ],
        ],
      },
    )
  })
})

describe('RateLimiter', () => {
  it('decides as exact rational arithmetic does, and stays on the strict side where it has to round', () => {
    fc.assert(
      fc.property(rates, steps, (rate, plan) => {
        const limiter = new RateLimiter(rate)
        const oracle = new ExactGcra(rate)
        if (!isExact(rate)) return
        let now = 0
        for (const { gap, units } of plan) {
          now += gapMs(rate, gap)
          const ticket = ticketOf(rate, units)
          expect(limiter.admit(ticket, now) === undefined).toBe(oracle.take(ticket.cost, now))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keeps the rounding of its interval below a millionth, upward', () => {
    fc.assert(
      fc.property(rates, (rate) => {
        const { interval, ticksPerMs, span } = new TickRate(rate)
        expect(Number.isSafeInteger(interval) && Number.isSafeInteger(span)).toBe(true)
        const asked = BigInt(rate.windowMs) * BigInt(ticksPerMs)
        const kept = BigInt(interval) * BigInt(rate.limit)
        expect(kept >= asked && (kept - asked) * 1_000_000n <= asked * 2n).toBe(true)
      }),
    )
  })

  it('is as it was after work was let in and revoked', () => {
    fc.assert(
      fc.property(rates, steps, (rate, plan) => {
        const [touched, untouched] = [new RateLimiter(rate), new RateLimiter(rate)]
        let now = 0
        for (const { gap, units } of plan) {
          now += gapMs(rate, gap)
          const ticket = ticketOf(rate, units)
          if (touched.admit(ticket, now) === undefined) touched.settle(ticket, now, 'revoked')
          expect(touched.admit(ticket, now) === undefined).toBe(untouched.admit(ticket, now) === undefined)
          expect(touched.describe(ticket, now)).toEqual(untouched.describe(ticket, now))
        }
      }),
    )
  })

  it('grants nothing by an update, whatever the rates', () => {
    fc.assert(
      fc.property(rates, rates, steps, (before, after, plan) => {
        const limiter = new RateLimiter(before)
        let now = 0
        for (const { gap, units } of plan) limiter.admit(ticketOf(before, units), (now += gapMs(before, gap)))
        const left = limiter.describe(ticketOf(before, 1), now)[0]?.remaining ?? NaN
        limiter.update(after, now)
        expect(limiter.describe(ticketOf(after, 1), now)[0]?.remaining).toBeLessThanOrEqual(Math.min(left, after.burst))
      }),
    )
  })
})

describe('KeyedRateLimiter', () => {
  const events = fc.array(
    fc.record({
      key: fc.integer({ min: 0, max: 40 }),
      gap: fc.constantFrom(0, 0, 0, 0.3, 1, 'window'),
      units: fc.constantFrom(0, 1, 1, 2, 'half', 'burst'),
      revoke: fc.boolean(),
    }),
    { minLength: 1, maxLength: 300 },
  )

  it('decides for each key as if the key were alone, in exact arithmetic', () => {
    fc.assert(
      fc.property(rates, events, (rate, plan) => {
        if (!isExact(rate)) return
        const limiter = new KeyedRateLimiter({ ...rate, maxKeys: 100 })
        const oracles = new Map<number, ExactGcra>()
        let now = 0
        for (const { key, gap, units, revoke } of plan) {
          now += gapMs(rate, gap)
          const ticket = createTicket(0, { key: `key ${key}`, cost: ticketOf(rate, units).cost })
          const oracle = oracles.get(key) ?? new ExactGcra(rate)
          oracles.set(key, oracle)
          const ok = oracle.take(ticket.cost, now)
          expect(limiter.admit(ticket, now) === undefined).toBe(ok)
          if (!ok || !revoke) continue
          oracle.give(ticket.cost)
          limiter.settle(ticket, now, 'revoked')
        }
      }),
    )
  })

  it('never lets in what exact arithmetic refuses, however far beyond its bound', () => {
    fc.assert(
      fc.property(rates, events, fc.integer({ min: 1, max: 20 }), (rate, plan, maxKeys) => {
        const limiter = new KeyedRateLimiter({ ...rate, maxKeys })
        const logs = new Map<number, Decision[]>()
        let now = 0
        for (const { key, gap, units } of plan) {
          now += gapMs(rate, gap)
          const ticket = createTicket(0, { key: `key ${key}`, cost: ticketOf(rate, units).cost })
          const log = logs.get(key) ?? []
          logs.set(key, log)
          log.push({ now, cost: ticket.cost, ok: limiter.admit(ticket, now) === undefined })
          expect(limiter.size).toBeLessThanOrEqual(maxKeys)
        }
        for (const log of logs.values()) expect(worstExcess(log, rate) <= 0n).toBe(true)
      }),
    )
  })
})
