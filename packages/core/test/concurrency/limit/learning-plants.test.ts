/** What BBR, Envoy's gradient and the correlation limit make of pools, steps and brown-outs: what they are for, and where they fail. */
import { BbrLimit, CorrelationLimit, EnvoyGradientLimit, type Limit } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

import { plant, type PlantOptions, type PlantResult } from './plant.ts'

type Shape = Omit<PlantOptions, 'limit'>

const exponential = (random: () => number): number => -Math.log(1 - random()) * 20
const envoy = (): Limit => new EnvoyGradientLimit({ random: seededRandom(1) })
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** A figure of three runs with different chance. */
const each = (make: () => Limit, shape: Shape, figure: (result: PlantResult) => number): number[] =>
  [1, 2, 3].map((seed) => figure(plant({ limit: make(), seed, ...shape })))

/** Callers by chance, twice as many as a pool of 20 serves. */
const twice: Shape = { durationMs: 15_000, perMs: 2, servers: () => 20, serviceMs: exponential }

/** A downstream with room for all, eight times slower from 6 to 9 seconds; half a caller a millisecond. */
const brownOut: Shape = {
  durationMs: 14_000,
  perMs: 0.5,
  servers: () => Infinity,
  serviceMs: (_random, now) => (now > 6000 && now < 9000 ? 160 : 20),
}

/** A downstream with room for all: nine in ten take 2 ms, one in ten takes 200. */
const mixed: Shape = {
  durationMs: 10_000,
  perMs: 1,
  servers: () => Infinity,
  serviceMs: (random) => (random() < 0.9 ? 2 : 200),
}

describe('BbrLimit, enforced', () => {
  it('keeps a pool of 20 busy with hardly more than it takes', () => {
    const shape: Shape = { durationMs: 15_000, servers: () => 20, serviceMs: () => 20 }
    for (const limit of each(
      () => new BbrLimit(),
      shape,
      (found) => found.limit(2000, 15_000),
    )) {
      expect(limit).toBeGreaterThanOrEqual(20)
      expect(limit).toBeLessThan(25)
    }
    for (const rate of each(
      () => new BbrLimit(),
      shape,
      (found) => found.rate(2000, 15_000),
    ))
      expect(rate).toBeGreaterThan(0.98)
  })

  it('climbs to a pool of 100 within ten seconds', () => {
    const found = plant({ limit: new BbrLimit(), durationMs: 15_000, servers: () => 100, serviceMs: () => 20 })
    expect(found.limit(1000, 2000)).toBeLessThan(60)
    expect(found.rate(11_000, 15_000)).toBeGreaterThan(4.9)
  })

  it('lets in all while the processor is calm, and little more than the pool takes while it is busy', () => {
    const cpu = { name: 'cpu', pressure: (now: number): number => (now > 4000 && now < 8000 ? 0.9 : 0.3) }
    const make = (): Limit => new BbrLimit({ cpu, maxLimit: 200 })
    expect(median(each(make, twice, (found) => found.limit(1000, 4000)))).toBe(200)
    expect(median(each(make, twice, (found) => found.limit(4500, 8000)))).toBeLessThan(80)
    expect(median(each(make, twice, (found) => found.limit(9500, 15_000)))).toBe(200)
  })

  it('is far too small where routes differ: the quick ones set the round trip', () => {
    expect(
      Math.max(
        ...each(
          () => new BbrLimit(),
          mixed,
          (found) => found.admitted(5000, 10_000),
        ),
      ),
    ).toBeLessThan(0.3)
  })
})

describe('EnvoyGradientLimit', () => {
  it('keeps a pool of 20 busy with less than twice of what it takes', () => {
    for (const rate of each(envoy, twice, (found) => found.rate(3000, 15_000))) expect(rate).toBeGreaterThan(0.9)
    expect(median(each(envoy, twice, (found) => found.limit(3000, 15_000)))).toBeLessThan(40)
  })

  it('follows a pool that shrank to a quarter within three seconds', () => {
    const servers = (now: number): number => (now < 5000 ? 20 : 5)
    const limits = each(envoy, { ...twice, servers }, (found) => found.limit(8000, 15_000))
    expect(median(limits)).toBeLessThan(12)
  })

  it('refuses most of the work while it probes', () => {
    const make = (): Limit => new EnvoyGradientLimit({ random: seededRandom(1), intervalMs: 3000 })
    const shares = each(make, { ...twice, perMs: 0.5, servers: () => Infinity }, (found) => {
      const dips = Array.from({ length: 300 }, (_, i) => found.limit(50 * i, 50 * (i + 1)))
      return dips.slice(40).filter((limit) => limit <= 3).length
    })
    expect(Math.min(...shares)).toBeGreaterThan(8)
  })

  it('chokes a downstream that is slow but has room, and comes back when it is over', () => {
    expect(median(each(envoy, brownOut, (found) => found.admitted(7500, 9000)))).toBeLessThan(0.4)
    expect(median(each(envoy, brownOut, (found) => found.admitted(12_000, 14_000)))).toBeGreaterThan(0.9)
  })
})

describe('CorrelationLimit', () => {
  const make = (): Limit => new CorrelationLimit()

  // It swings: what it remembers of how throughput and latency move is a minute old, and takes the limit below the pool at times.
  it('does not take three minutes of twice the load for usual', () => {
    const found = plant({ ...twice, limit: make(), durationMs: 180_000 })
    for (let fromMs = 0; fromMs < 180_000; fromMs += 20_000) {
      expect(found.rate(fromMs, fromMs + 20_000)).toBeGreaterThan(0.55)
      expect(found.limit(fromMs, fromMs + 20_000)).toBeLessThan(60)
    }
    expect(found.rate(0, 180_000)).toBeGreaterThan(0.85)
  })

  it('climbs by about one a second', () => {
    const found = plant({ limit: make(), durationMs: 21_000, servers: () => 100, serviceMs: () => 20 })
    expect(found.limit(20_000, 21_000)).toBeGreaterThan(35)
    expect(found.limit(20_000, 21_000)).toBeLessThan(50)
  })
})
