/** Signals made of signals. */
import { maxSignal, scaledSignal, settableSignal, smoothedSignal, type Signal } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const constant = (pressure: unknown, name = 'x'): Signal => ({ name, pressure: () => pressure as number })
const broken: Signal = {
  name: 'broken',
  pressure: () => {
    throw new Error('broken')
  },
}

describe('maxSignal', () => {
  it('is the highest of its signals, and named after them', () => {
    const signal = maxSignal(constant(0.2, 'a'), constant(0.9, 'b'), constant(0.5, 'c'))
    expect([signal.name, signal.pressure(0)]).toEqual(['max(a,b,c)', 0.9])
  })

  it('is 0 without signals', () => {
    expect(maxSignal().pressure(0)).toBe(0)
  })

  it('counts those that fail and goes by the others', () => {
    const signal = maxSignal(broken, constant(0.4), constant(NaN), constant('1'), constant(-3), constant(undefined))
    expect([signal.pressure(0), signal.failures]).toEqual([0.4, 4])
    expect(maxSignal(broken).pressure(0)).toBe(0)
  })

  it('is bounded', () => {
    expect(maxSignal(constant(Infinity)).pressure(0)).toBe(10)
  })

  it('hands on the time', () => {
    expect(maxSignal({ name: 't', pressure: (now) => now / 100 }).pressure(50)).toBe(0.5)
  })
})

describe('scaledSignal', () => {
  it.each([
    [0, 0],
    [0.5, 0],
    [0.6, 0.25],
    [0.7, 0.5],
    [0.9, 1],
    [5, 1],
    [Infinity, 1],
  ])('of %d is %d on a scale from 0.5 to 0.9', (pressure, level) => {
    expect(scaledSignal(constant(pressure), { start: 0.5, full: 0.9 }).pressure(0)).toBeCloseTo(level, 12)
  })

  it('is a threshold where the scale begins and ends at once, and 0 at 0 even there', () => {
    const at = (pressure: number, edge: number) =>
      scaledSignal(constant(pressure), { start: edge, full: edge }).pressure(0)
    expect([at(0.49, 0.5), at(0.5, 0.5), at(0, 0), at(0.01, 0)]).toEqual([0, 1, 0, 1])
  })

  it('keeps the name, and counts failures', () => {
    const signal = scaledSignal(broken, { start: 0, full: 1 })
    expect([signal.name, signal.pressure(0), signal.failures]).toEqual(['broken', 0, 1])
  })

  it.each([
    [{ start: 1, full: 0.5 }, 'option "full" must be a number >= 1 and <= 10, got 0.5'],
    [{ start: -1, full: 0.5 }, 'option "start" must be'],
    [{ start: 0, full: 11 }, 'option "full" must be'],
    [{ start: 0 }, 'option "full" must be'],
    [{ start: 0, full: 1, ful: 2 }, 'unknown option "ful"'],
    [undefined, 'must be an object with "start" and "full"'],
  ])('does not take %j', (scale, complaint) => {
    expect(() => scaledSignal(constant(1), scale as { start: number; full: number })).toThrow(complaint)
  })
})

describe('smoothedSignal', () => {
  it('starts at its first reading', () => {
    expect(smoothedSignal(constant(0.8), { riseMs: 1000 }).pressure(12_345)).toBe(0.8)
  })

  it('follows 63 % of a step within its time constant, and may rise faster than it falls', () => {
    const source = settableSignal('s')
    const signal = smoothedSignal(source, { riseMs: 100, fallMs: 1000 })
    signal.pressure(0)
    source.set(1)
    expect(signal.pressure(100)).toBeCloseTo(1 - Math.exp(-1), 12)
    expect(signal.pressure(10_000)).toBeCloseTo(1, 12)
    source.set(0)
    expect(signal.pressure(11_000)).toBeCloseTo(Math.exp(-1), 12)
  })

  it('rises at once and falls within a second unless told otherwise', () => {
    const source = settableSignal('s')
    const signal = smoothedSignal(source)
    signal.pressure(0)
    source.set(1)
    expect(signal.pressure(1)).toBe(1)
    source.set(0)
    expect(signal.pressure(1001)).toBeCloseTo(Math.exp(-1), 12)
  })

  it('does not depend on how often it is read while the signal stands still', () => {
    const times = fc.array(fc.nat(500), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 10, noNaN: true }), (gaps, target) => {
        const [often, once] = [settableSignal('a'), settableSignal('b')]
        const [a, b] = [often, once].map((source) => smoothedSignal(source, { riseMs: 70, fallMs: 300 }))
        for (const signal of [a!, b!]) signal.pressure(0)
        often.set(target)
        once.set(target)
        let now = 0
        for (const gap of gaps) a!.pressure((now += gap))
        expect(a!.pressure(now)).toBeCloseTo(b!.pressure(now), 9)
      }),
    )
  })

  it('stays between what it was and what is measured, whatever the clock does', () => {
    const reading = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.double({ min: 0, max: 10, noNaN: true }))
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 30 }), (readings) => {
        const source = settableSignal('s')
        const signal = smoothedSignal(source, { riseMs: 20, fallMs: 50 })
        let now = 0
        let before: number | undefined
        for (const [step, pressure] of readings) {
          source.set(pressure)
          const value = signal.pressure((now += step))
          expect(value).toBeGreaterThanOrEqual(Math.min(before ?? pressure, pressure) - 1e-12)
          expect(value).toBeLessThanOrEqual(Math.max(before ?? pressure, pressure) + 1e-12)
          before = value
        }
      }),
    )
  })

  it('keeps what it had when the signal fails, is 0 before it had anything, and never NaN', () => {
    let next: unknown = NaN
    const signal = smoothedSignal({ name: 's', pressure: () => next as number })
    expect(signal.pressure(0)).toBe(0)
    next = 0.7
    signal.pressure(NaN)
    next = 'x'
    expect([signal.pressure(2), signal.failures]).toEqual([0.7, 2])
  })

  it.each([
    [{ riseMs: -1 }, 'option "riseMs"'],
    [{ fallMs: Infinity }, 'option "fallMs"'],
    [{ riseMS: 1 }, 'unknown option "riseMS"'],
  ])('does not take %j', (options, complaint) => {
    expect(() => smoothedSignal(constant(1), options as object)).toThrow(complaint)
  })
})
