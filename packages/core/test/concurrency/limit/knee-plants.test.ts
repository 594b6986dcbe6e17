/** What the knee limit finds: pools of any size, pools that change, and a downstream that is slow but has room. */
import { KneeLimit } from '@spillway/core'
import { describe, expect, it } from 'vitest'

import { plant, type PlantOptions, type PlantResult } from './plant.ts'

const service = {
  fixed: () => 20,
  exponential: (random: () => number) => -Math.log(1 - random()) * 20,
}

const run = (options: Omit<PlantOptions, 'limit'>): PlantResult => plant({ limit: new KneeLimit(), ...options })

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!

/** One run per seed; `figure` of each. */
const each = (seeds: number, options: Omit<PlantOptions, 'limit'>, figure: (result: PlantResult) => number): number[] =>
  Array.from({ length: seeds }, (_, i) => figure(run({ ...options, seed: i + 1 })))

describe('KneeLimit, callers who never run out', () => {
  it.each([2, 5, 20, 100])('finds a pool of %d with a fixed time of service within two seconds', (k) => {
    const found = run({ durationMs: 6000, servers: () => k, serviceMs: service.fixed })
    expect(found.limit(2000, 6000)).toBeGreaterThanOrEqual(0.95 * k)
    expect(found.limit(2000, 6000)).toBeLessThanOrEqual(2.5 * k)
    expect(found.rate(2000, 6000)).toBeGreaterThan((0.95 * k) / 20)
  })

  it.each([20, 100])('finds a pool of %d with an exponential time of service within four seconds', (k) => {
    const options = { durationMs: 10_000, servers: () => k, serviceMs: service.exponential }
    const limits = each(5, options, (found) => found.limit(4000, 10_000))
    expect(median(limits)).toBeGreaterThanOrEqual(k)
    expect(median(limits)).toBeLessThanOrEqual(2.5 * k)
    for (const rate of each(5, options, (found) => found.rate(4000, 10_000))) {
      expect(rate).toBeGreaterThan((0.93 * k) / 20)
    }
  })

  // A hundred ends a second tell little: with so few it errs towards more in flight, which costs latency and no work.
  it.each([2, 5])(
    'keeps a pool of %d with an exponential time of service busy, however little it can be sure of',
    (k) => {
      const options = { durationMs: 30_000, servers: () => k, serviceMs: service.exponential }
      for (const rate of each(6, options, (found) => found.rate(4000, 30_000))) {
        expect(rate).toBeGreaterThan((0.93 * k) / 20)
      }
      expect(median(each(6, options, (found) => found.limit(10_000, 30_000)))).toBeLessThan(10 * k)
    },
  )
})

describe('KneeLimit, a pool that changes while it runs', () => {
  it.each([
    [5, 20],
    [20, 100],
    [2, 10],
  ])('finds a pool that grew from %d to %d within four seconds', (before, after) => {
    const servers = (now: number): number => (now < 5000 ? before : after)
    const found = run({ durationMs: 14_000, servers, serviceMs: service.fixed })
    expect(found.limit(9000, 14_000)).toBeGreaterThanOrEqual(0.95 * after)
    expect(found.limit(9000, 14_000)).toBeLessThanOrEqual(2.5 * after)
    expect(found.rate(9000, 14_000)).toBeGreaterThan((0.93 * after) / 20)
  })

  it.each([
    [20, 5],
    [10, 3],
  ])('finds a pool that shrank from %d to %d within four seconds', (before, after) => {
    const servers = (now: number): number => (now < 5000 ? before : after)
    const found = run({ durationMs: 14_000, servers, serviceMs: service.fixed })
    expect(found.limit(9000, 14_000)).toBeGreaterThanOrEqual(0.95 * after)
    expect(found.limit(9000, 14_000)).toBeLessThanOrEqual(2.5 * after)
    expect(found.rate(9000, 14_000)).toBeGreaterThan((0.93 * after) / 20)
  })

  // Where a window is shorter than the change, what was half true is remembered for a while, and too much stays in flight.
  it('keeps a pool that shrank from 100 to 20 busy, and finds it within half a minute', () => {
    const servers = (now: number): number => (now < 5000 ? 100 : 20)
    const found = run({ durationMs: 45_000, servers, serviceMs: service.fixed })
    expect(found.rate(6000, 45_000)).toBeGreaterThan(0.95)
    expect(found.limit(6000, 45_000)).toBeLessThan(12 * 20)
    expect(found.limit(35_000, 45_000)).toBeLessThan(2.5 * 20)
  })
})

describe('KneeLimit, a downstream that is slow but has room', () => {
  const slow = (perMs: number): Omit<PlantOptions, 'limit'> => ({
    durationMs: 12_000,
    perMs,
    servers: () => Infinity,
    serviceMs: (_random, now) => (now > 2000 && now < 9000 ? 160 : 20),
  })

  it.each([0.2, 0.5, 1, 2])('is released upwards when latency grows eightfold, not choked, at %d per ms', (perMs) => {
    const admitted = each(6, { ...slow(perMs), durationMs: 8000 }, (found) => found.admitted(5000, 8000))
    expect(median(admitted)).toBe(1)
    expect(Math.min(...admitted)).toBeGreaterThan(0.95)
  })

  it('lets all in again at once when it is over', () => {
    for (const share of each(6, slow(0.5), (found) => found.admitted(9000, 12_000))) expect(share).toBeGreaterThan(0.99)
  })

  it('never touches a limit that suffices', () => {
    const found = run(slow(0.02))
    expect(found.limit(0, 12_000)).toBe(16)
    expect(found.admitted(0, 12_000)).toBe(1)
  })
})
