/** The priority threshold in front of a pool that cannot do all: how much is shed, of whom, and when it is over. */
import { UsageTracker, type Ticket } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'
import { plant, type PlantOptions } from './threshold-plant.ts'

const of =
  (priority: number) =>
  (ticket: Ticket): boolean =>
    ticket.priority === priority

/** Half the capacity, and a multiple of it from 2 s to 12 s. */
const step =
  (load: number) =>
  (now: number): number =>
    now >= 2000 && now < 12_000 ? load : 0.5

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

const setups: Record<string, Omit<PlantOptions, 'load'>> = {
  'a pool without a line': {},
  'a pool with a line of 50': { line: 50 },
  'a pool with a line of 50 that tells nothing': { line: 50, isTold: false },
}

describe.each(Object.entries(setups))('the threshold before %s', (_, setup) => {
  it.each([1.4, 2, 4, 8])('settles at what cannot be done of %d times the capacity, without swinging', (load) => {
    const { ratios, done } = plant({ ...setup, load: step(load) })
    const wanted = 1 - 1 / load
    // From 2 s on, a value every half second: there within 3 s, and within chance of it then.
    const steady = ratios.slice(10, 24)
    expect(mean(steady)).toBeGreaterThan(wanted - 0.05)
    expect(mean(steady)).toBeLessThan(wanted + 0.04)
    expect(Math.max(...ratios)).toBeLessThan(wanted + 0.15)
    const scale = Math.sqrt(mean(steady.map((each) => (each - mean(steady)) ** 2)))
    expect(scale).toBeLessThan(0.08)
    expect(done(4000, 12_000)).toBeGreaterThan('line' in setup ? 0.93 : 0.8)
  })

  it('sheds classes in order, the least important first and the most important never', () => {
    for (const [load, whole, none] of [
      [2, [0, 1], [3]],
      [4, [0], [2, 3]],
      [8, [0], [2, 3]],
    ] as const) {
      const { share } = plant({ ...setup, load: step(load) })
      const shares = [0, 1, 2, 3].map((priority) => share(5000, 12_000, of(priority)))
      // Chance hits all who are served alike.
      for (const i of [1, 2, 3]) expect(shares[i]).toBeLessThan(shares[i - 1]! + 0.03)
      // What the pool refuses by chance hits everybody, where there is no line.
      for (const priority of whole) expect(shares[priority]).toBeGreaterThan('line' in setup ? 0.88 : 0.78)
      for (const priority of none) expect(shares[priority]).toBeLessThan(0.02)
    }
  })

  it('lets everything in again within two seconds after the load has gone', () => {
    for (const load of [1.4, 2, 4]) {
      const { share, ratios } = plant({ ...setup, load: step(load) })
      expect(share(14_500, 15_900)).toBeGreaterThan(0.97)
      expect(ratios.at(-1)).toBeLessThan(0.03)
    }
  })

  it('sheds nothing at half the capacity, and next to nothing at nine tenths', () => {
    expect(plant({ ...setup, load: () => 0.5 }).share(0, 15_900)).toBeGreaterThan(0.99)
    expect(mean(plant({ ...setup, load: () => 0.9 }).ratios)).toBeLessThan(0.03)
  })
})

describe('the threshold within a class', () => {
  const oneClass = { line: 50, classes: [0, 1, 0, 0], load: () => 2, durationMs: 20_000 }
  const users = Array.from({ length: 40 }, (_, i) => `user ${i}`)
  const keys = (random: () => number): string => users[Math.floor(random() * users.length)]!

  it('serves about half of the callers whole, and the others not at all', () => {
    const { share } = plant({ ...oneClass, keys })
    const shares = users.map((key) => share(4000, 19_000, (ticket) => ticket.key === key))
    expect(shares.filter((each) => each > 0.85).length).toBeGreaterThan(14)
    expect(shares.filter((each) => each < 0.15).length).toBeGreaterThan(14)
    expect(shares.filter((each) => each >= 0.15 && each <= 0.85).length).toBeLessThan(8)
  })

  it('sheds a part of the work of a caller who is alone, evenly', () => {
    const { share } = plant({ ...oneClass, keys: () => 'only' })
    for (let from = 4000; from < 19_000; from += 1000) expect(share(from, from + 1000)).toBeCloseTo(0.5, 0)
    expect(share(4000, 19_000)).toBeCloseTo(0.5, 1)
  })

  it('sheds the heaviest user first where cohorts go by usage, and only as far as it must', () => {
    const usage = new UsageTracker({ random: seededRandom(3) })
    const result = plant({
      ...oneClass,
      options: { cohortOf: (ticket, now) => usage.cohortOf(ticket.key, now) },
      // One asks as much as twenty others together.
      keys: (random) => (random() < 0.5 ? 'greedy' : `user ${Math.floor(random() * 20)}`),
      done: (ticket, now) => usage.record(ticket.key, 1, now),
    })
    const greedy = result.share(6000, 19_000, ({ key }) => key === 'greedy')
    const others = result.share(6000, 19_000, ({ key }) => key !== 'greedy')
    const plain = plant({
      ...oneClass,
      keys: (random) => (random() < 0.5 ? 'greedy' : `user ${Math.floor(random() * 20)}`),
    })
    expect(others).toBeGreaterThan(0.8)
    expect(greedy).toBeLessThan(0.25)
    expect(others).toBeGreaterThan(plain.share(6000, 19_000, ({ key }) => key !== 'greedy') + 0.15)
    expect(result.done(6000, 19_000)).toBeGreaterThan(0.91)
  })
})

describe('the threshold by the delay in the queue', () => {
  it('ends a queue that stands, slowly', () => {
    const options = { signal: 'delay', tickMs: 250 } as const
    const result = plant({ load: (now) => (now < 2000 ? 0.5 : 2), line: 200, options, durationMs: 20_000 })
    expect(mean(result.ratios.slice(-10))).toBeGreaterThan(0.45)
    expect(mean(result.ratios.slice(-10))).toBeLessThan(0.68)
    expect(result.share(10_000, 19_500, of(0))).toBeGreaterThan(0.97)
    expect(result.share(10_000, 19_500, of(3))).toBeLessThan(0.05)
    const calm = plant({ load: () => 0.5, line: 200, options })
    expect(Math.max(...calm.ratios)).toBe(0)
  })
})
