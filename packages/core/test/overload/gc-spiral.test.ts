/** Pressure of garbage collection, from collections that are made up. */
import { GcSpiral, type GcCollection } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GcTrend } from '../../src/overload/gc-trend.ts'
import { TimeShare } from '../../src/overload/time-share.ts'

const full = (live: number, durationMs = 0): GcCollection => ({
  durationMs,
  major: true,
  usedBytes: live * 1000,
  limitBytes: 1000,
})

/** Full collections every 100 ms, after which `live(i)` is alive. Returns the time of the last. */
function collections(spiral: GcSpiral, count: number, live: (i: number) => number, durationMs = 0): number {
  for (let i = 0; i < count; i++) spiral.collected(i * 100, full(live(i), durationMs))
  return (count - 1) * 100
}

describe('GcSpiral', () => {
  it('is no pressure before anything was collected', () => {
    expect(new GcSpiral().snapshot(1000)).toEqual({
      share: 0,
      live: 0,
      growthPerSecond: 0,
      fullInMs: Infinity,
      predictedShare: 0,
      pressure: 0,
    })
  })

  it('is the share of time over its limit, of collections of every kind', () => {
    const spiral = new GcSpiral({ shareLimit: 0.5 })
    spiral.collected(500, { durationMs: 100 })
    spiral.collected(600, { durationMs: 150, major: true })
    expect(spiral.pressure(1000)).toBeCloseTo(0.5, 12)
    expect(spiral.pressure(2000)).toBe(0)
  })

  it('is what survives over its limit, until a full collection finds less', () => {
    const spiral = new GcSpiral({ liveLimit: 0.8 })
    spiral.collected(0, full(0.8))
    expect([spiral.pressure(0), spiral.pressure(1e9)]).toEqual([1, 1])
    spiral.collected(1e9, full(0.2))
    expect(spiral.pressure(1e9)).toBeCloseTo(0.25, 12)
  })

  it('knows that no more is alive than is in use after any collection', () => {
    const spiral = new GcSpiral()
    spiral.collected(0, full(0.8))
    spiral.collected(10, { durationMs: 1, usedBytes: 900, limitBytes: 1000 })
    expect(spiral.snapshot(10).live).toBe(0.8)
    spiral.collected(20, { durationMs: 1, usedBytes: 300, limitBytes: 1000 })
    expect(spiral.snapshot(20).live).toBe(0.3)
  })

  it('takes more than the limit for all of it', () => {
    const spiral = new GcSpiral()
    spiral.collected(0, full(1.5))
    expect(spiral.snapshot(0)).toMatchObject({ live: 1, pressure: 1 / 0.85 })
  })

  it('tells growth, and when what is alive will meet its limit', () => {
    const spiral = new GcSpiral({ liveLimit: 0.8 })
    const now = collections(spiral, 6, (i) => 0.5 + 0.02 * i)
    const { growthPerSecond, fullInMs } = spiral.snapshot(now)
    expect(growthPerSecond).toBeCloseTo(0.2, 9)
    expect(fullInMs).toBeCloseTo(1000, 6)
    // Time that passes counts, collected or not.
    expect(spiral.snapshot(now + 200).fullInMs).toBeCloseTo(800, 6)
  })

  it('predicts that the share of time explodes as the room runs out', () => {
    const spiral = new GcSpiral({ horizonMs: 1000 })
    // 0.7 alive, 0.2 more at the horizon: 0.9 / 0.7 as much to look at, and three times as often.
    const now = collections(spiral, 8, (i) => 0.56 + 0.02 * i, 10)
    const { share, predictedShare } = spiral.snapshot(now)
    expect(share).toBeCloseTo(0.08, 9)
    expect(predictedShare).toBeCloseTo((0.08 * 0.9 * 0.3) / (0.7 * 0.1), 6)
    // Growth went on since the last collection.
    expect(spiral.snapshot(now + 300).predictedShare).toBeCloseTo((0.08 * 0.96 * 0.3) / (0.7 * 0.04), 6)
  })

  it('warns before either measure is at its limit, when what survives grows and collections take time', () => {
    const spiral = new GcSpiral()
    const now = collections(spiral, 8, (i) => 0.56 + 0.02 * i, 15)
    const { share, live, pressure } = spiral.snapshot(now)
    expect(share / 0.3).toBeLessThan(0.5)
    expect(live / 0.85).toBeLessThan(0.83)
    expect(pressure).toBeGreaterThan(1)
  })

  it.each([
    ['less than half of the limit is alive', (i: number) => 0.3 + 0.02 * i, 15, 2000],
    ['what is alive is much but does not grow', () => 0.7, 15, 2000],
    ['it shrinks', (i: number) => 0.8 - 0.02 * i, 15, 2000],
    ['it grows slowly', (i: number) => 0.6 + 0.001 * i, 15, 2000],
    ['it grows slowly, however much time collections take', (i: number) => 0.6 + 0.005 * i, 28, 2000],
    ['collections take no time to speak of and there will be room left', (i: number) => 0.56 + 0.02 * i, 0.5, 1000],
  ])('warns of nothing while %s', (_what, live, durationMs, horizonMs) => {
    const spiral = new GcSpiral({ horizonMs })
    const now = collections(spiral, 8, live, durationMs)
    const { share, live: alive, pressure } = spiral.snapshot(now)
    expect(pressure).toBeCloseTo(Math.max(share / 0.3, alive / 0.85), 9)
  })

  it.each([
    ['three usual gaps brought no further collection', 100, 300],
    ['it is as old as its horizon', 1000, 2000],
  ])('forgets a prediction when %s', (_what, gapMs, goodForMs) => {
    const spiral = new GcSpiral({ horizonMs: 2000 })
    for (let i = 0; i < 8; i++) spiral.collected(i * gapMs, full(0.56 + 0.00002 * gapMs * i, 15))
    const now = 7 * gapMs
    expect(spiral.snapshot(now + goodForMs).growthPerSecond).toBeCloseTo(0.02, 9)
    expect(spiral.snapshot(now + goodForMs + 1)).toMatchObject({ growthPerSecond: 0, fullInMs: Infinity })
  })

  it('is worth 1.08 at most for what it only predicts, so that some work is let in and shows whether it was right', () => {
    const spiral = new GcSpiral()
    const now = collections(spiral, 8, (i) => 0.1 + 0.1 * i, 20)
    expect(spiral.snapshot(now)).toMatchObject({ predictedShare: 1, pressure: 1.08 })
    spiral.collected(now + 100, full(0.99, 20))
    expect(spiral.pressure(now + 100)).toBeCloseTo(0.99 / 0.85, 9)
  })

  it.each<[string, GcCollection]>([
    ['a duration that is none', { durationMs: NaN, major: true }],
    ['a negative duration', { durationMs: -5, major: true }],
    ['bytes that are none', { durationMs: 0, major: true, usedBytes: NaN, limitBytes: 10 }],
    ['negative bytes', { durationMs: 0, major: true, usedBytes: -5, limitBytes: 10 }],
    ['a limit of nothing', { durationMs: 0, major: true, usedBytes: 5, limitBytes: 0 }],
    ['a limit that is none', { durationMs: 0, major: true, usedBytes: 5, limitBytes: NaN }],
    ['no limit', { durationMs: 0, major: true, usedBytes: 5 }],
  ])('makes nothing of %s', (_what, collection) => {
    const spiral = new GcSpiral()
    spiral.collected(10, collection)
    expect(spiral.pressure(10)).toBe(0)
  })

  it('learns nothing of a clock that leaps beyond all bounds', () => {
    const spiral = new GcSpiral()
    for (const now of [0, 100, Number.MAX_VALUE])
      spiral.collected(now, { durationMs: 0, major: true, usedBytes: 0, limitBytes: 1 })
    expect(spiral.snapshot(Number.MAX_VALUE)).toMatchObject({ growthPerSecond: 0, fullInMs: Infinity, pressure: 0 })
  })

  it('is at least 0, bounded and never NaN, whatever it is told and asked', () => {
    const number = fc.oneof(
      fc.double({ min: -10, max: 5000 }),
      fc.constantFrom(0, NaN, Infinity, -Infinity, Number.MAX_VALUE, 1e-300),
    )
    const collection = fc.record({ durationMs: number, major: fc.boolean(), usedBytes: number, limitBytes: number })
    const step = fc.tuple(number, collection)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30, size: 'max' }), (steps) => {
        const spiral = new GcSpiral()
        for (const [now, told] of steps) {
          spiral.collected(now, told)
          for (const value of Object.values(spiral.snapshot(now))) expect(value).not.toBeNaN()
          const pressure = spiral.pressure(now)
          expect(pressure).toBeGreaterThanOrEqual(0)
          expect(pressure).toBeLessThanOrEqual(10)
        }
      }),
    )
  })

  it.each([
    [{ shareLimit: 0 }, 'option "shareLimit" must be a number >= 0.01 and <= 1'],
    [{ liveLimit: 1.1 }, 'option "liveLimit"'],
    [{ windowMs: 99 }, 'option "windowMs"'],
    [{ horizonMs: Infinity }, 'option "horizonMs"'],
    [{ horizon: 1 }, 'unknown option "horizon"'],
  ])('complains about %j', (options, complaint) => {
    expect(() => new GcSpiral(options as object)).toThrow(complaint)
  })
})

describe('TimeShare', () => {
  it('is the sum of what was spent within the window, to a tenth of it', () => {
    const spent = fc.array(fc.tuple(fc.nat(300), fc.nat(40)), { maxLength: 40, size: 'max' })
    fc.assert(
      fc.property(spent, fc.nat(1500), fc.integer({ min: -5000, max: 5000 }), (steps, later, start) => {
        const windowMs = 1000
        const share = new TimeShare(windowMs)
        const all: [number, number][] = []
        let now = start
        for (const [gap, durationMs] of steps) {
          now += gap
          share.add(now, durationMs)
          all.push([now, durationMs])
        }
        now += later
        const since = (from: number): number =>
          all.filter(([at]) => at > from).reduce((sum, [, durationMs]) => sum + durationMs, 0)
        const seen = share.share(now) * windowMs
        expect(seen).toBeGreaterThanOrEqual(Math.min(windowMs, since(now - windowMs + windowMs / 10)) - 1e-6)
        expect(seen).toBeLessThanOrEqual(Math.min(windowMs, since(now - windowMs - windowMs / 10)) + 1e-6)
      }),
    )
  })

  it('lets the oldest tenth fade instead of dropping it', () => {
    const share = new TimeShare(1000)
    share.add(50, 100)
    expect([999, 1000, 1025, 1050, 1075, 1100].map((now) => share.share(now))).toEqual(
      [0.1, 0.1, 0.075, 0.05, 0.025, 0].map((value) => expect.closeTo(value, 9)),
    )
  })

  it('is 1 at most, also for one that lasted longer than the window', () => {
    const share = new TimeShare(1000)
    share.add(0, 5000)
    share.add(1, Infinity)
    expect(share.share(2)).toBe(1)
    // And it is over as soon as any other.
    const one = new TimeShare(1000)
    one.add(0, 5000)
    expect(one.share(1050)).toBeCloseTo(0.5, 9)
  })

  it('stands still while the clock is a little behind, and begins anew when it is far behind', () => {
    const share = new TimeShare(1000)
    share.add(10_000, 100)
    expect(share.share(9500)).toBeCloseTo(0.1, 9)
    share.add(9500, 100)
    expect(share.share(10_000)).toBeCloseTo(0.2, 9)
    expect(share.share(2000)).toBe(0)
    share.add(2000, 50)
    expect(share.share(2000)).toBeCloseTo(0.05, 9)
  })
})

describe('GcTrend', () => {
  it('is the slope of the line with the least squares through the last eight points', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 100, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 3,
      maxLength: 20,
    })
    fc.assert(
      fc.property(points, (given) => {
        const trend = new GcTrend(100)
        const seen: [number, number][] = []
        let now = 1e9
        for (const [gap, live] of given) {
          now += gap
          trend.add(now, live)
          seen.push([now - 1e9, live])
        }
        const last = seen.slice(-8)
        const mean = (of: (point: [number, number]) => number): number =>
          last.reduce((sum, point) => sum + of(point), 0) / last.length
        const [at, live] = [mean((p) => p[0]), mean((p) => p[1])]
        const covariance = mean((p) => (p[0] - at) * (p[1] - live))
        expect(trend.slope()).toBeCloseTo(covariance / mean((p) => (p[0] - at) ** 2), 9)
      }),
    )
  })

  it('takes points that are close together for one, the lowest', () => {
    const trend = new GcTrend(100)
    for (const [now, live] of [
      [0, 0.5],
      [40, 0.3],
      [99, 0.4],
      [100, 0.4],
      [150, 0.9],
      [200, 0.5],
    ] as const)
      trend.add(now, live)
    expect(trend.slope()).toBeCloseTo(0.1 / 100, 12)
    expect(trend.lastAt).toBe(200)
  })

  it('tells the mean gap of the points that it has, from three of them on', () => {
    const trend = new GcTrend(100)
    const gaps: number[] = []
    for (let i = 0; i < 12; i++) {
      trend.add(5000 + 100 * i ** 2, 0.5)
      gaps.push(trend.meanGapMs)
    }
    // Of the first i points, and of the last eight.
    const expected = [0, 0, 2, 3, 4, 5, 6, 7, 9, 11, 13, 15].map((gap) => 100 * gap)
    expect(gaps).toEqual(expected)
  })

  it('knows nothing of fewer than three points, nor of what was before the clock went back', () => {
    const trend = new GcTrend(100)
    expect([trend.lastAt, trend.slope()]).toEqual([-Infinity, 0])
    trend.add(1000, 0.1)
    trend.add(2000, 0.9)
    expect(trend.slope()).toBe(0)
    trend.add(3000, 0.9)
    expect(trend.slope()).toBeGreaterThan(0)
    trend.add(500, 0.1)
    expect([trend.lastAt, trend.slope()]).toEqual([500, 0])
  })
})
