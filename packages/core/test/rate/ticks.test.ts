/** Time in ticks: that nothing moves when the origin does, and that promises are as short as they can be. */
import { RateLimiter, TickRate, TokenBucketLimiter, createTicket } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createScale, moveOrigin, setOrigin, tickAt, TickClock, untilTick } from '../../src/rate/ticks.ts'
import type { TickScale } from '../../src/rate/ticks.ts'
import { instantBefore } from './instants.ts'

const instants = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: 1.7e12, max: 1.8e12, noNaN: true }),
  fc.integer({ min: -1000, max: 1000 }),
)
const tickSizes = fc.oneof(fc.integer({ min: 1, max: 2 ** 20 }), fc.integer({ min: 2 ** 40, max: 2 ** 49 }))

function scaleFrom(origin: number, ticksPerMs: number): TickScale {
  const scale = createScale(ticksPerMs)
  setOrigin(scale, origin, ticksPerMs)
  return scale
}

describe('tickAt', () => {
  it('counts the first instant as 0, and never counts a later one lower', () => {
    fc.assert(
      fc.property(instants, tickSizes, fc.double({ min: 0, max: 3, noNaN: true }), (origin, perMs, later) => {
        const scale = scaleFrom(origin, perMs)
        expect(tickAt(origin, scale)).toBe(0)
        const at = origin + later
        expect(tickAt(at, scale)).toBeLessThanOrEqual(tickAt(Math.floor(at) + 1, scale))
        expect(tickAt(at, scale)).toBeGreaterThanOrEqual(tickAt(Math.max(origin, Math.floor(at)), scale))
        expect(Math.abs(tickAt(at, scale) / perMs - (at - origin))).toBeLessThanOrEqual(1 / perMs + 0.001)
      }),
      { numRuns: 1000 },
    )
  })

  it('counts no instant beyond the whole ms that follows, where doubles would', () => {
    const scale = scaleFrom(0.0061936487117862345, 769_476_903_159)
    expect(tickAt(1 - 2 ** -53, scale)).toBe(tickAt(1, scale))
  })

  it('counts every instant lower by the same when the origin moves', () => {
    fc.assert(
      fc.property(instants, tickSizes, fc.double({ min: -5, max: 5, noNaN: true }), (origin, perMs, step) => {
        const scale = scaleFrom(origin, perMs)
        const others = [origin, origin + 0.1, origin + step, Math.ceil(origin), origin + 2.7]
        const before = others.map((at) => tickAt(at, scale))
        const lower = moveOrigin(scale, origin + step)
        expect(others.map((at) => tickAt(at, scale) + lower)).toEqual(before)
        expect(tickAt(origin + step, scale)).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('untilTick', () => {
  it('is long enough, and a moment less is not', () => {
    fc.assert(
      fc.property(instants, fc.nat(5), tickSizes, fc.nat(1000), (origin, later, perMs, ticks) => {
        const scale = scaleFrom(origin, perMs)
        const now = origin + later / 7
        const tick = tickAt(now, scale) + ticks
        const wait = untilTick(tick, now, scale)
        expect(tickAt(now + wait, scale)).toBeGreaterThanOrEqual(tick)
        const early = instantBefore(now, wait)
        if (early < now + wait && early > now) expect(tickAt(early, scale)).toBeLessThan(tick)
        if (ticks === 0) expect(wait).toBe(0)
      }),
      // Found once: from a negative instant to a positive one, where sums are finer than the wait.
      { numRuns: 1000, examples: [[-38, 0, 14, 813]] },
    )
  })
})

describe('TickClock', () => {
  it('stands still for instants in the past, that are no numbers, and before the first one', () => {
    const clock = new TickClock(8, () => {})
    for (const now of [NaN, Infinity]) clock.advance(now)
    expect(clock.state[0]).toBe(0)
    expect(clock.until(16, NaN)).toBe(2)
    for (const now of [7.3, 5, NaN, -Infinity, 7.3]) clock.advance(now)
    expect(clock.state[0]).toBe(0)
    expect(clock.nowMs).toBeCloseTo(7.3, 12)
    clock.advance(8.3)
    expect(clock.state[0]).toBe(8)
    expect(clock.until(24, -Infinity)).toBeCloseTo(2, 12)
  })

  it('survives instants that are as far apart as doubles can be', () => {
    const clock = new TickClock(2 ** 16, () => {})
    for (const now of [1.9e293, -1.797693134862314e308, 1.7e308, 3]) {
      clock.advance(now)
      expect(clock.state[0]).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('a limiter whose clock runs out of ticks at every turn', () => {
  // A window that is no whole ms is counted in the finest ticks that fit: 2^52 of them are two windows.
  const rate = { limit: 3, windowMs: 16.683350016683 }

  it.each([
    ['RateLimiter', () => new RateLimiter(rate)],
    ['TokenBucketLimiter', () => new TokenBucketLimiter(rate)],
  ])('%s keeps its promises', (_name, make) => {
    expect(new TickRate({ ...rate, burst: 3 }).ticksPerMs * 2 * rate.windowMs).toBeGreaterThan(2 ** 51)
    const limiter = make()
    let now = 0.1
    for (let i = 0; i < 1000; i++) {
      const no = limiter.admit(createTicket(now), now)
      if (no === undefined) continue
      now += no.retryAfterMs
      expect(limiter.admit(createTicket(now), now)).toBeUndefined()
    }
    expect(now).toBeCloseTo(0.1 + (997 / 3) * rate.windowMs, 0)
  })
})

describe('untilTick at the instant 0', () => {
  it('ends also where rounding says that the tick is now and it is not', () => {
    // 87381 ticks of 1/262143 ms after -1/3 ms is 0 to within a double, and one double too early.
    const scale = scaleFrom(-1 / 3, 262_143)
    const wait = untilTick(87_381, 0, scale)
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThan(1e-9)
    expect(tickAt(wait, scale)).toBe(87_381)
    expect(tickAt(0, scale)).toBe(87_380)
  })
})
