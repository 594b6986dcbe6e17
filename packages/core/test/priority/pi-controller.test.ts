/** The controller alone, and in a loop with what it controls. */
import { PiController } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const bounds = { min: 0, max: 1 }

/** Outputs against a plant whose error is `gain` times what the last output misses. */
function loop(controller: PiController, wanted: number, gain = 1, steps = 60): number[] {
  return Array.from({ length: steps }, () => controller.step(gain * (wanted - controller.value), 500))
}

describe('PiController', () => {
  it('adds a part of the error at once and a part for as long as it lasts', () => {
    const controller = new PiController({ kp: 0.1, ki: 0.2, min: -10, max: 10 })
    expect(controller.value).toBe(0)
    expect(controller.step(1, 1000)).toBeCloseTo(0.3, 12)
    expect(controller.step(1, 500)).toBeCloseTo(0.4, 12)
    expect(controller.step(0, 5000)).toBeCloseTo(0.3, 12)
    expect(controller.step(-1, 1000)).toBeCloseTo(0, 12)
    controller.reset()
    expect(controller.value).toBe(0)
  })

  it('is never out of bounds and forgets at once an error that it could do nothing about', () => {
    const controller = new PiController({ kp: 0.1, ki: 1.4, ...bounds })
    for (let i = 0; i < 100; i++) expect(controller.step(5, 1000)).toBe(1)
    expect(controller.step(-0.1, 1000)).toBeLessThan(0.9)
    for (let i = 0; i < 100; i++) controller.step(-5, 1000)
    expect(controller.step(0.1, 1000)).toBeCloseTo(0.15, 9)
    expect(new PiController({ kp: 0, ki: 0, min: 2, max: 3 }).value).toBe(2)
  })

  it('settles where ki * T + 2 * kp < 2, within what it overshoots at most, and swings where it is more', () => {
    const gains = fc.record({
      kp: fc.double({ min: 0, max: 0.4, noNaN: true }),
      rate: fc.double({ min: 0.3, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(gains, fc.double({ min: 0.05, max: 0.95, noNaN: true }), ({ kp, rate }, wanted) => {
        // Up to the point of critical damping and a little beyond: no overshoot to speak of.
        const outputs = loop(new PiController({ kp, ki: 2 * rate * (1 - kp), ...bounds }), wanted)
        expect(outputs.at(-1)).toBeCloseTo(wanted, 3)
        expect(Math.max(...outputs)).toBeLessThan(wanted * 1.25 + 1e-9)
      }),
    )
    const wild = loop(new PiController({ kp: 0.1, ki: 4, ...bounds }), 0.5).slice(-10)
    expect(Math.max(...wild) - Math.min(...wild)).toBeGreaterThan(0.3)
  })

  it('settles at any load with an error per offered request, but not with one per served beyond 2.2 times the capacity', () => {
    for (const load of [1.4, 2, 4, 8]) {
      const gains = { kp: 0.1, ki: 1.4, ...bounds }
      const perOffered = loop(new PiController(gains), 1 - 1 / load)
      expect(perOffered.at(-1)).toBeCloseTo(1 - 1 / load, 4)
      const perServed = loop(new PiController(gains), 1 - 1 / load, load).slice(-10)
      const swing = Math.max(...perServed) - Math.min(...perServed)
      if (load > 2.3) expect(swing).toBeGreaterThan(0.2)
      else expect(swing).toBeLessThan(0.01)
    }
  })

  it('takes an error that is no number for none, and no time for a time before', () => {
    const controller = new PiController({ kp: 0.1, ki: 1, ...bounds })
    controller.step(0.5, 1000)
    const before = controller.step(0, 0)
    expect(controller.step(NaN, 1000)).toBe(before)
    expect(controller.step(0.5, -1000)).toBeCloseTo(before + 0.05, 12)
    expect(controller.step(0.5, NaN)).toBeCloseTo(before + 0.05, 12)
    expect(controller.step(Infinity, 1000)).toBe(1)
    expect(controller.step(-Infinity, 1000)).toBe(0)
    expect(controller.step(0, 0)).toBe(0)
    expect(new PiController({ kp: 0, ki: 0, ...bounds }).step(Infinity, 0)).toBe(0)
  })

  it('changes gains and bounds while it runs, all or none', () => {
    const controller = new PiController({ kp: 0, ki: 1, ...bounds })
    controller.step(0.8, 1000)
    controller.update({ max: 0.5 })
    expect(controller.value).toBe(0.5)
    expect(() => controller.update({ kp: 1, max: -1 })).toThrow(/"max" must be a number >= 0/)
    expect(controller.step(-0.25, 1000)).toBeCloseTo(0.25, 12)
  })

  it('names option, value and range when an option is wrong', () => {
    const wrong =
      (options: object): (() => unknown) =>
      () =>
        new PiController({ kp: 0, ki: 0, ...bounds, ...options })
    expect(wrong({ kp: -1 })).toThrow('PiController: option "kp" must be a number >= 0 and <= 100, got -1')
    expect(wrong({ ki: NaN })).toThrow(RangeError)
    expect(wrong({ min: 2 })).toThrow(/"max"/)
    expect(wrong({ max: Infinity })).toThrow(/"max"/)
    expect(wrong({ kd: 1 })).toThrow(/unknown option "kd"/)
  })
})
