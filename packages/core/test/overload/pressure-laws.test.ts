/** Laws of shedding by pressure, against a naive model that keeps everything it ever saw. */
import { all, createTicket, PressureLimiter, priorities, settableSignal, type PressureOptions } from '@spillway/core'
import { checked, seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const pressure = fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.constantFrom(0, 0.85, 0.9, 0.95, 1.15))
const classNames = ['critical_plus', 'critical', 'sheddable_plus', 'sheddable'] as const

/** What counts, found by looking back over the whole history each time. */
class NaiveHold {
  readonly held: number[] = []
  readonly low: boolean[] = []
  readonly times: number[] = []
  readonly #hysteresis: number
  readonly #holdMs: number

  constructor(hysteresis: number, holdMs: number) {
    this.#hysteresis = hysteresis
    this.#holdMs = holdMs
  }

  next(now: number, measured: number): number {
    const before = this.held.at(-1) ?? 0
    const isLow = before >= 0.9 && measured < before - this.#hysteresis - 1e-12
    this.low.push(isLow)
    this.times.push(now)
    let from = this.low.length
    while (from > 0 && this.low[from - 1]) from--
    const lowForMs = isLow ? now - this.times[from]! : 0
    let held = before
    if (measured >= before || before < 0.9) held = measured
    else if (isLow && lowForMs >= this.#holdMs)
      held = measured + this.#hysteresis >= 0.9 ? measured + this.#hysteresis : measured
    this.held.push(held)
    return held
  }
}

test('holds what a naive model holds', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), pressure), { maxLength: 40 })
  const hysteresis = fc.constantFrom(0, 0.05, 0.3)
  fc.assert(
    fc.property(steps, hysteresis, fc.constantFrom(0, 100, 1000), (readings, play, holdMs) => {
      const signal = settableSignal('s')
      const limiter = new PressureLimiter([signal], () => 0, { hysteresis: play, holdMs, sampleMs: 0 })
      const model = new NaiveHold(play, holdMs)
      let now = 0
      for (const [gap, measured] of readings) {
        signal.set(measured)
        now += gap
        const seen = limiter.snapshot(now).signals[0]!
        expect(seen.held).toBe(model.next(now, measured))
        // Never less than is measured, and never sheds below the start without having been above it.
        expect(seen.held).toBeGreaterThanOrEqual(seen.pressure)
        expect(seen.level).toBeCloseTo(Math.max(0, Math.min(1, (seen.held - 0.9) / 0.25)), 9)
      }
    }),
    { numRuns: 300 },
  )
})

test('enters at the start and leaves only below start minus hysteresis, after the hold', () => {
  const signal = settableSignal('s')
  const limiter = new PressureLimiter([signal], () => 0, { hysteresis: 0.1, holdMs: 100, sampleMs: 0 })
  const sheds = (now: number, measured: number): boolean => {
    signal.set(measured)
    return limiter.admit(createTicket(now, { priority: priorities.sheddable }), now) !== undefined
  }
  const seen = [
    [0, 0.85],
    [10, 0.91],
    [20, 0.82],
    [500, 0.82],
    [510, 0.8],
    [520, 0.82],
    [530, 0.79],
    [629, 0.79],
    [630, 0.79],
    [640, 0.89],
    [650, 0.9001],
  ].map(([now, measured]) => [now, sheds(now!, measured!)])
  expect(seen).toEqual([
    [0, false],
    [10, true],
    [20, true],
    [500, true],
    [510, true],
    [520, true],
    [530, true],
    [629, true],
    [630, false],
    [640, false],
    [650, true],
  ])
})

test('follows a fall that has begun, at the distance of the hysteresis, and waits again after a rise', () => {
  const signal = settableSignal('s')
  const limiter = new PressureLimiter([signal], () => 0, { hysteresis: 0.1, holdMs: 100, sampleMs: 0 })
  const held = (now: number, measured: number): number => {
    signal.set(measured)
    return limiter.snapshot(now).signals[0]!.held
  }
  expect([held(0, 1.5), held(1, 1.3), held(101, 1.3), held(102, 1.2)]).toEqual([1.5, 1.5, 1.4, 1.3].map(near))
  expect([held(103, 1.25), held(104, 1.1), held(203, 1.1), held(204, 1.1)]).toEqual([1.3, 1.3, 1.3, 1.2].map(near))
})

test('a clock that goes back does not hold for as long as it went', () => {
  const signal = settableSignal('s')
  const limiter = new PressureLimiter([signal], () => 0, { hysteresis: 0, holdMs: 100, sampleMs: 0 })
  const held = (now: number, measured: number): number => {
    signal.set(measured)
    return limiter.snapshot(now).signals[0]!.held
  }
  expect([held(1e9, 1.5), held(1e9 + 1, 1), held(0, 1), held(99, 1), held(100, 1)]).toEqual([1.5, 1.5, 1.5, 1.5, 1])
})

test('never sheds a class more than one that matters less, nor less for more pressure', () => {
  const scale = fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([a, b]) => ({ start: Math.min(a, b), full: Math.max(a, b) }))
  const ladder = fc.array(scale, { minLength: 4, maxLength: 4 }).map((scales) => {
    const starts = scales.map(({ start }) => start).sort((a, b) => b - a)
    const fulls = scales.map(({ full }) => full).sort((a, b) => b - a)
    return Object.fromEntries(classNames.map((name, c) => [name, { start: starts[c]!, full: fulls[c]! }]))
  })
  const combine = fc.constantFrom('max', 'probabilistic-or')
  const rising = fc.array(pressure, { minLength: 2, maxLength: 10 }).map((values) => values.sort((a, b) => a - b))
  fc.assert(
    fc.property(ladder, combine, rising, pressure, (classes, how, pressures, other) => {
      const signal = settableSignal('s')
      const fixed = settableSignal('t')
      fixed.set(other)
      const options = { classes, combine: how, sampleMs: 0 } as PressureOptions
      const limiter = new PressureLimiter([signal, fixed], () => 0, options)
      let before = [0, 0, 0, 0]
      for (const [now, value] of pressures.entries()) {
        signal.set(value)
        const { shares } = limiter.snapshot(now)
        const now4 = classNames.map((name) => shares[name])
        for (let c = 0; c < 4; c++) {
          expect(now4[c]).toBeGreaterThanOrEqual(before[c]! - 1e-12)
          if (c > 0) expect(now4[c]).toBeGreaterThanOrEqual(now4[c - 1]! - 1e-12)
        }
        before = now4
      }
    }),
  )
})

test('probabilistic-or sheds what limiters of one signal each would shed together', () => {
  const options = { combine: 'probabilistic-or', sampleMs: 0 } as const
  fc.assert(
    fc.property(fc.array(pressure, { maxLength: 4 }), (pressures) => {
      const signals = pressures.map((value, i) => {
        const signal = settableSignal(`s${i}`)
        signal.set(value)
        return signal
      })
      const together = new PressureLimiter(signals, () => 0, options).snapshot(0).shares
      const apart = signals.map((signal) => new PressureLimiter([signal], () => 0).snapshot(0).shares)
      for (const name of classNames)
        expect(1 - together[name]).toBeCloseTo(
          apart.reduce((admitted, shares) => admitted * (1 - shares[name]), 1),
          12,
        )
    }),
  )
  // And with real dice.
  const signals = [0.93, 0.96].map((value, i) => {
    const signal = settableSignal(`s${i}`)
    signal.set(value)
    return signal
  })
  const random = seededRandom(1)
  const refused = (limiter: Parameters<typeof checked>[0]): number => {
    const watched = checked(limiter)
    let count = 0
    for (let i = 0; i < 20_000; i++) if (watched.admit(createTicket(0, { priority: 3 }), 0) !== undefined) count++
    return count / 20_000
  }
  const one = refused(new PressureLimiter(signals, random, options))
  const two = refused(all(...signals.map((signal) => new PressureLimiter([signal], random))))
  expect(one).toBeCloseTo(1 - 0.7 * 0.4, 1)
  expect(Math.abs(one - two)).toBeLessThan(0.02)
})

function near(value: number): unknown {
  return expect.closeTo(value, 9)
}
