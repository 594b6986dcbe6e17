/** Two thresholds: on above the one, off below the other, and nothing between. */
import { Hysteresis, type HysteresisOptions } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** What it says after each `[now, value]`. */
function play(options: HysteresisOptions, values: readonly (readonly [now: number, value: number])[]): boolean[] {
  const hysteresis = new Hysteresis(options)
  return values.map(([now, value]) => hysteresis.observe(value, now))
}

/** The definition, by looking back over everything that ever came. */
function oracle(options: HysteresisOptions, values: readonly (readonly [now: number, value: number])[]): boolean[] {
  const { high, low, enterAfterMs = 0, leaveAfterMs = 0 } = options
  const said: boolean[] = []
  let on = false
  let switchedAt = -1
  values.forEach(([now], i) => {
    const beyond = (value: number): boolean => (on ? value < low : value > high)
    let first = i
    while (first > switchedAt && beyond(values[first]![1])) first--
    const run = values.slice(first + 1, i + 1)
    if (run.length > 0 && now - run[0]![0] >= (on ? leaveAfterMs : enterAfterMs)) {
      on = !on
      switchedAt = i
    }
    said.push(on)
  })
  return said
}

describe('Hysteresis', () => {
  it('goes on above high and off below low, and neither at the thresholds themselves', () => {
    const values = [0.8, 0.81, 0.6, 0.5, 0.499, 0.7, 0.8, 0.9].map((value, i) => [i, value] as const)
    expect(play({ high: 0.8, low: 0.5 }, values)).toEqual([false, true, true, true, false, false, false, true])
  })

  it('waits as long as it was told, and afresh after each interruption', () => {
    const options = { high: 1, low: 1, enterAfterMs: 10, leaveAfterMs: 100 }
    const up = [2, 2, 0, 2, 2, 2].map((value, i) => [5 * i, value] as const)
    expect(play(options, up)).toEqual([false, false, false, false, false, true])
    const down = [...up, ...[0, 0, 2, 0, 0, 0].map((value, i) => [30 + 50 * i, value] as const)]
    expect(play(options, down).slice(6)).toEqual([true, true, true, true, true, false])
  })

  it('switches at most once per value, however far that is out', () => {
    expect(
      play({ high: 1, low: -1 }, [
        [0, Infinity],
        [0, -Infinity],
        [0, Infinity],
      ]),
    ).toEqual([true, false, true])
  })

  it('takes nothing from NaN and waits afresh when the clock goes back', () => {
    const options = { high: 1, low: 0, enterAfterMs: 10 }
    expect(
      play(options, [
        [0, 2],
        [5, NaN],
        [10, 2],
      ]),
    ).toEqual([false, false, true])
    expect(
      play(options, [
        [100, 2],
        [50, 2],
        [59, 2],
        [60, 2],
      ]),
    ).toEqual([false, false, false, true])
    expect(
      play(options, [
        [0, 2],
        [NaN, 2],
        [5, 2],
        [15, 2],
      ]),
    ).toEqual([false, false, false, true])
  })

  it('never changes while values stay between low and high, both included', () => {
    const value = fc.oneof(fc.constantFrom(0.3, 0.7), fc.double({ min: 0.3, max: 0.7, noNaN: true }))
    fc.assert(
      fc.property(fc.boolean(), fc.array(value, { minLength: 1, maxLength: 50 }), (on, values) => {
        const hysteresis = new Hysteresis({ high: 0.7, low: 0.3 })
        hysteresis.observe(on ? 1 : 0, 0)
        for (const [i, each] of values.entries()) expect(hysteresis.observe(each, i)).toBe(on)
      }),
    )
  })

  it('says what a look back over all values says', () => {
    const setting = fc.record({ enterAfterMs: fc.nat(20), leaveAfterMs: fc.nat(20), low: fc.nat(6), above: fc.nat(4) })
    const steps = fc.array(fc.tuple(fc.nat(10), fc.integer({ min: 0, max: 10 })), { maxLength: 60 })
    fc.assert(
      fc.property(setting, steps, ({ above, ...waits }, deltas) => {
        let now = 0
        const values = deltas.map(([pause, value]) => [(now += pause), value] as const)
        const options = { ...waits, high: waits.low + above }
        expect(play(options, values)).toEqual(oracle(options, values))
      }),
      { numRuns: 500 },
    )
  })

  it('forgets everything on reset', () => {
    const hysteresis = new Hysteresis({ high: 1, low: 0, enterAfterMs: 10 })
    hysteresis.observe(2, 0)
    hysteresis.observe(2, 10)
    expect(hysteresis.active).toBe(true)
    hysteresis.reset()
    expect(hysteresis.active).toBe(false)
    expect(hysteresis.observe(2, 15)).toBe(false)
    expect(hysteresis.observe(2, 25)).toBe(true)
  })

  it('takes other thresholds while it runs, all or none', () => {
    const hysteresis = new Hysteresis({ high: 1, low: 0 })
    hysteresis.observe(2, 0)
    hysteresis.update({ high: 5, low: 3 })
    expect(hysteresis.active).toBe(true)
    expect(hysteresis.observe(4, 1)).toBe(true)
    expect(() => hysteresis.update({ leaveAfterMs: 10, low: 6 })).toThrow(RangeError)
    expect(hysteresis.observe(2, 2)).toBe(false)
  })

  it('names option, value and range when an option is wrong', () => {
    expect(() => new Hysteresis({ high: 1, low: 2 })).toThrow(
      'Hysteresis: option "low" must be a number >= -1.7976931348623157e+308 and <= 1, got 2',
    )
    expect(() => new Hysteresis({ high: Infinity, low: 2 })).toThrow(/"high"/)
    expect(() => new Hysteresis({ high: NaN, low: 0 })).toThrow(RangeError)
    expect(() => new Hysteresis({ high: 1, low: 0, enterAfterMs: -1 })).toThrow(/"enterAfterMs"/)
    expect(() => new Hysteresis({ high: 1, low: 0, leaveAfterMs: Infinity })).toThrow(/"leaveAfterMs"/)
    expect(() => new Hysteresis({ high: 1, low: 0, holdMs: 1 } as never)).toThrow(/unknown option "holdMs"/)
    expect(() => new Hysteresis({ low: 0 } as never)).toThrow(TypeError)
  })
})
