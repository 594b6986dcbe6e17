/** The smallest and largest of late, against a look at all that was. */
import { WindowedMax, WindowedMin } from '@spillway/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const events = fc.array(fc.record({ value: fc.integer({ min: -50, max: 50 }), gap: fc.nat(40) }), {
  minLength: 1,
  maxLength: 120,
})
const shape = fc.record({ slots: fc.integer({ min: 2, max: 9 }), slotMs: fc.integer({ min: 1, max: 30 }) })

test('is exactly the smallest and the largest of the slots that the window has', () => {
  fc.assert(
    fc.property(events, shape, fc.nat(300), fc.integer(), (given, { slots, slotMs }, later, startAt) => {
      const min = new WindowedMin({ windowMs: slots * slotMs, slots })
      const max = new WindowedMax({ windowMs: slots * slotMs, slots })
      const past: Array<{ value: number; slot: number }> = []
      let now = startAt
      let first: number | undefined
      const compare = (): void => {
        const slot = Math.floor((now - first!) / slotMs)
        const recent = past.filter((one) => one.slot > slot - slots).map((one) => one.value)
        expect(min.min(now)).toBe(Math.min(...recent))
        expect(max.max(now)).toBe(Math.max(...recent))
      }
      for (const { value, gap } of given) {
        now += gap
        first ??= now
        min.add(value, now)
        max.add(value, now)
        past.push({ value, slot: Math.floor((now - first) / slotMs) })
        compare()
      }
      now += later
      compare()
    }),
  )
})

test('forgets the old minimum for the second smallest, which a filter of three samples may have lost', () => {
  const min = new WindowedMin({ windowMs: 100, slots: 10 })
  const samples = [1, 90, 80, 70, 2, 60, 50, 40, 30, 95]
  samples.forEach((sample, i) => min.add(sample, i * 10))
  expect(min.min(99)).toBe(1)
  expect(min.min(100)).toBe(2)
  expect(min.min(139)).toBe(2)
  expect(min.min(140)).toBe(30)
  expect(min.min(1000)).toBe(Infinity)
})

test('has no bounds before the first sample, and ignores what is not finite', () => {
  const min = new WindowedMin({ windowMs: 100 })
  const max = new WindowedMax({ windowMs: 100 })
  for (const bad of [NaN, Infinity, -Infinity]) {
    min.add(bad, 0)
    max.add(bad, 0)
    min.add(1, bad)
  }
  expect([min.min(0), max.max(0), min.min(NaN)]).toEqual([Infinity, -Infinity, Infinity])
  min.add(3, 0)
  max.add(3, 0)
  min.reset()
  max.reset()
  expect([min.min(0), max.max(0)]).toEqual([Infinity, -Infinity])
})

test('stands still when the clock goes back', () => {
  const min = new WindowedMin({ windowMs: 100, slots: 4 })
  min.add(5, 1000)
  min.add(4, 0)
  expect(min.min(-1e6)).toBe(4)
  expect(min.min(1099)).toBe(4)
  expect(min.min(1100)).toBe(Infinity)
})

test.each([
  [{ windowMs: 0 }, RangeError],
  [{ windowMs: 10, slots: 1 }, RangeError],
  [{ windowMs: 10, slots: 1e9 }, RangeError],
  [{}, TypeError],
  [{ windowMs: 10, slot: 3 }, TypeError],
])('does not accept %o', (options, type) => {
  expect(() => new WindowedMin(options as never)).toThrow(type)
  expect(() => new WindowedMax(options as never)).toThrow(type)
})
