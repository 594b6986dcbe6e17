/** Events per second: at a cold start, in the long run, after a pause. */
import { RateMeter, WindowRateMeter } from '@spillway/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { random } from './random.ts'

test('is right about regular events from the second one on, within the bounds that it states', () => {
  const when = fc.record({
    gapMs: fc.integer({ min: 1, max: 200 }),
    timeConstantMs: fc.integer({ min: 50, max: 5000 }),
    events: fc.integer({ min: 2, max: 300 }),
    phase: fc.double({ min: 0, max: 0.999, noNaN: true }),
  })
  fc.assert(
    fc.property(when, ({ gapMs, timeConstantMs, events, phase }) => {
      const meter = new RateMeter({ timeConstantMs })
      for (let i = 0; i < events; i++) meter.add(1000 + i * gapMs)
      const x = gapMs / timeConstantMs
      // Within the last gap: only a whole number of gaps is certain at a cold start, so the phase counts for the long run.
      const settled = events * gapMs > 20 * timeConstantMs
      const rate = meter.perSecond(1000 + (events - 1 + (settled ? phase : 0)) * gapMs) / (1000 / gapMs)
      expect(rate).toBeLessThanOrEqual((x / (1 - Math.exp(-x))) * (1 + 1e-9))
      expect(rate).toBeGreaterThanOrEqual((x / (Math.exp(x) - 1)) * (1 - 1e-6))
    }),
  )
})

test.each([0.1, 0.5, 1, 5])('has no bias for events that come by chance, %d time constants after the start', (age) => {
  const next = random(7)
  const timeConstantMs = 1000
  const perMs = 0.05
  let sum = 0
  const runs = 2000
  for (let run = 0; run < runs; run++) {
    const meter = new RateMeter({ timeConstantMs, startAt: 0 })
    for (let at = -Math.log(1 - next()) / perMs; at < age * timeConstantMs; at -= Math.log(1 - next()) / perMs)
      meter.add(at)
    sum += meter.perSecond(age * timeConstantMs)
  }
  // Standard error of the mean of so many runs: at most 1 % of the rate (at 0.1), here three of them.
  expect(Math.abs(sum / runs / (perMs * 1000) - 1)).toBeLessThan(0.03)
})

test('is the decayed count over the decayed time', () => {
  const events = fc.array(fc.record({ gap: fc.nat(300), count: fc.nat(5) }), { minLength: 1 })
  fc.assert(
    fc.property(events, fc.integer({ min: 1, max: 2000 }), fc.nat(1000), (given, timeConstantMs, later) => {
      const meter = new RateMeter({ timeConstantMs, startAt: 0 })
      let now = 0
      const past: Array<{ at: number; count: number }> = []
      for (const { gap, count } of given) {
        now += gap
        meter.add(now, count)
        past.push({ at: now, count })
      }
      now += later
      const decayed = past.reduce((sum, { at, count }) => sum + count * Math.exp((at - now) / timeConstantMs), 0)
      const seenMs = timeConstantMs * (1 - Math.exp(-now / timeConstantMs))
      expect(meter.perSecond(now)).toBeCloseTo(now === 0 ? 0 : (decayed / seenMs) * 1000, 4)
    }),
  )
})

test('fades while nothing happens, and knows at once when it begins again', () => {
  const meter = new RateMeter({ timeConstantMs: 1000 })
  expect(meter.perSecond(5)).toBe(0)
  meter.add(0)
  expect(meter.perSecond(0)).toBe(0)
  for (let at = 10; at <= 10_000; at += 10) meter.add(at)
  expect(meter.perSecond(10_000)).toBeCloseTo(100, -1)
  expect(meter.perSecond(11_000)).toBeCloseTo(100 / Math.E, 0)
  expect(meter.perSecond(1e7)).toBeCloseTo(0, 9)
  meter.reset()
  for (let at = 1e7; at <= 1e7 + 100; at += 10) meter.add(at)
  expect(meter.perSecond(1e7 + 100)).toBeCloseTo(100, -1)
})

test('over a window it is exactly the events of the slots that the window has, over exactly that time', () => {
  const events = fc.array(fc.record({ gap: fc.nat(60), count: fc.nat(3) }), { minLength: 1, maxLength: 80 })
  const shapes = fc.record({ slots: fc.integer({ min: 2, max: 12 }), slotMs: fc.integer({ min: 1, max: 40 }) })
  fc.assert(
    fc.property(events, shapes, fc.nat(500), (given, { slots, slotMs }, later) => {
      const meter = new WindowRateMeter({ windowMs: slots * slotMs, slots, startAt: 0 })
      let now = 0
      const past: Array<{ at: number; count: number }> = []
      for (const { gap, count } of given) {
        now += gap
        meter.add(now, count)
        past.push({ at: now, count })
      }
      now += later
      const begins = Math.max(0, (Math.floor(now / slotMs) + 1 - slots) * slotMs)
      const counted = past.filter(({ at }) => at >= begins).reduce((sum, { count }) => sum + count, 0)
      expect(meter.perSecond(now)).toBeCloseTo(now === begins ? 0 : (counted / (now - begins)) * 1000, 6)
      expect(meter.spanMs).toBe(now - begins)
    }),
  )
})

test.each([new RateMeter({ timeConstantMs: 1e6 }), new WindowRateMeter({ windowMs: 1000 })])(
  'takes the first event only for the beginning: two of them are one gap',
  (meter) => {
    meter.add(0)
    meter.add(10)
    expect(meter.perSecond(10)).toBeCloseTo(100, 0)
  },
)

test('over a window forgets all that is older, also after a long pause', () => {
  const meter = new WindowRateMeter({ windowMs: 1000, slots: 10 })
  expect(meter.perSecond(0)).toBe(0)
  meter.add(0)
  for (let at = 10; at <= 5000; at += 10) meter.add(at)
  // 900 ms, and an event at either end of them.
  expect(meter.perSecond(5000)).toBeCloseTo(91 / 0.9, 9)
  expect(meter.perSecond(6000)).toBe(0)
  expect(meter.perSecond(1e12)).toBe(0)
  meter.add(1e12, 50)
  expect(meter.perSecond(1e12)).toBeCloseTo(50 / 0.9, 0)
  meter.reset()
  expect(meter.perSecond(2e12)).toBe(0)
})

test('stands still when the clock goes back, and ignores counts that are none', () => {
  const meters = [new RateMeter({ timeConstantMs: 100 }), new WindowRateMeter({ windowMs: 100 })]
  for (const meter of meters) {
    for (let at = 0; at <= 1000; at += 10) meter.add(at)
    const before = meter.perSecond(1000)
    expect(meter.perSecond(500)).toBe(before)
    for (const bad of [NaN, Infinity, -1]) meter.add(1000, bad)
    for (const bad of [NaN, Infinity]) meter.add(bad)
    expect(meter.perSecond(NaN)).toBeGreaterThanOrEqual(0)
    expect(meter.perSecond(1000)).toBe(before)
    meter.add(900)
    expect(meter.perSecond(1000)).toBeGreaterThan(before)
  }
})

test.each([
  [() => new RateMeter({ timeConstantMs: 0 }), RangeError],
  [() => new RateMeter({ timeConstantMs: 1, startAt: NaN }), RangeError],
  [() => new RateMeter({ windowMs: 1 } as never), TypeError],
  [() => new WindowRateMeter({ windowMs: 0 }), RangeError],
  [() => new WindowRateMeter({ windowMs: 1000, slots: 1 }), RangeError],
  [() => new WindowRateMeter({ windowMs: 1000, slots: 2.5 }), RangeError],
  [() => new WindowRateMeter({ windowMs: 1000, bucket: 2 } as never), TypeError],
])('does not accept %s', (make, type) => {
  expect(make).toThrow(type)
})
