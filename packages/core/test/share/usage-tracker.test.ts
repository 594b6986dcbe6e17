/** Usage by key, and the cohorts that it makes. */
import { UsageTracker, type UsageTrackerOptions } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const seeded = (options: UsageTrackerOptions = {}): UsageTracker =>
  new UsageTracker({ random: seededRandom(1), ...options })

describe('UsageTracker', () => {
  it('halves usage with every half-life, as a sum over everything recorded does', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', '__proto__'),
      amount: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      pause: fc.nat(30_000),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const usage = seeded()
        const all: { key: string; amount: number; at: number }[] = []
        let now = 0
        for (const { key, amount, pause } of steps) {
          now += pause
          usage.record(key, amount, now)
          all.push({ key, amount, at: now })
        }
        for (const key of ['a', 'b', 'c', '__proto__', 'never']) {
          const sum = all
            .filter((each) => each.key === key)
            .reduce((total, { amount, at }) => total + amount * 0.5 ** ((now - at) / 10_000), 0)
          if (sum === 0) expect(usage.usage(key, now)).toBe(0)
          else expect(usage.usage(key, now) / sum).toBeCloseTo(1, 6)
        }
      }),
    )
  })

  it('gives a key the cohort of the part of all usage that is due to those who used less', () => {
    const usage = seeded()
    for (const [key, amount] of [
      ['heavy', 60],
      ['middle', 30],
      ['light', 10],
    ] as const)
      usage.record(key, amount, 0)
    const cohort = (key: string): number => usage.cohortOf(key, 0)
    expect([cohort('nobody'), cohort('light'), cohort('middle'), cohort('heavy')]).toEqual([0, 6, 32, 89])
  })

  it('puts equals into one cohort, and keeps order whatever the amounts', () => {
    const equal = seeded()
    for (let i = 0; i < 20; i++) equal.record(`user ${i}`, 7, 0)
    expect(new Set(Array.from({ length: 20 }, (_, i) => equal.cohortOf(`user ${i}`, 0)))).toEqual(new Set([64]))
    const ordered = seeded()
    for (let i = 0; i < 30; i++) ordered.record(`user ${i}`, 2 ** (i - 15), 0)
    const found = Array.from({ length: 30 }, (_, i) => ordered.cohortOf(`user ${i}`, 0))
    expect(found).toEqual(found.toSorted((a, b) => a - b))
    expect(found.at(-1)).toBeGreaterThan(90)
  })

  it('computes cohorts ten times a second, and anew when the clock went back', () => {
    const usage = seeded()
    usage.record('a', 1, 0)
    expect(usage.cohortOf('a', 0)).toBe(64)
    usage.record('b', 1000, 1)
    expect(usage.cohortOf('a', 99)).toBe(64)
    expect(usage.cohortOf('a', 100)).toBe(0)
    usage.record('a', 1e6, 100)
    expect(usage.cohortOf('a', -500)).toBeGreaterThan(60)
  })

  it('forgets by and by: who used much an hour ago comes after who uses a little now', () => {
    const usage = seeded()
    usage.record('then', 1e6, 0)
    usage.record('now', 1, 3_600_000)
    expect(usage.cohortOf('now', 3_600_000)).toBeGreaterThan(60)
    expect(usage.cohortOf('then', 3_600_000)).toBe(0)
    expect(usage.usage('then', 3_600_000)).toBeLessThan(1e-90)
  })

  it('never takes a key for having used less than it did, however many there are', () => {
    const usage = seeded({ maxKeys: 64 })
    const truth = new Map<string, number>()
    const random = seededRandom(4)
    for (let i = 0; i < 20_000; i++) {
      const key = random() < 0.2 ? 'steady' : `key ${Math.floor(random() * 5000)}`
      truth.set(key, (truth.get(key) ?? 0) + 1)
      usage.record(key, 1, 0)
    }
    expect(usage.size).toBe(64)
    for (const [key, used] of truth) expect(usage.usage(key, 0)).toBeGreaterThan(used * (1 - 1e-9))
    expect(usage.usage('steady', 0)).toBeLessThan(1.2 * truth.get('steady')!)
    expect(usage.cohortOf('steady', 0)).toBeGreaterThan(usage.cohortOf('key 1', 0))
    // Who was never seen is not better off than who was pushed out.
    expect(usage.cohortOf('never seen', 0)).toBeGreaterThan(0)
  })

  it('counts nothing that is no amount, nor at no time', () => {
    const usage = seeded()
    for (const amount of [0, -1, NaN, Infinity]) usage.record('a', amount, 0)
    for (const now of [NaN, Infinity]) usage.record('a', 1, now)
    expect(usage.size).toBe(0)
    expect(usage.cohortOf('a', NaN)).toBe(0)
    usage.record('a', Number.MIN_VALUE, 0)
    usage.record('a', Number.MAX_VALUE, 0)
    expect(usage.cohortOf('a', 0)).toBe(64)
  })

  it('names option, value and range when an option is wrong', () => {
    const wrong =
      (options: object): (() => unknown) =>
      () =>
        new UsageTracker(options)
    expect(wrong({ halfLifeMs: 1 })).toThrow(
      'UsageTracker: option "halfLifeMs" must be a number >= 100 and <= 86400000',
    )
    expect(wrong({ maxKeys: 1e6 })).toThrow(/"maxKeys"/)
    expect(wrong({ random: 1 })).toThrow(TypeError)
    expect(wrong({ windowMs: 1 })).toThrow(/unknown option "windowMs"/)
  })
})
