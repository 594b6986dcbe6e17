/** How many may wait and how long. */
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Allowance, placesFor } from '../../src/pace/allowance.ts'
import { checkPace, type PaceOptions } from '../../src/pace/options.ts'

const of = (options: PaceOptions = {}): Allowance => new Allowance(checkPace('test', options))

/** Offers `ratio` times what a line that moves every `serviceMs` can serve, for 400 starts, and stops at the last arrival. */
function overloaded(ratio: number, options: PaceOptions = {}, serviceMs = 5): { allowance: Allowance; now: number } {
  const allowance = of(options)
  let now = 0
  for (let i = 1; now < 400 * serviceMs; i++) {
    now = (i * serviceMs) / ratio
    allowance.load.arrived(1, now)
    if (Math.floor(i / ratio) > Math.floor((i - 1) / ratio)) allowance.load.startedWaiter(serviceMs, now)
  }
  return { allowance, now }
}

describe('placesFor', () => {
  it.each([
    [1.2, 11],
    [2, 3],
    [8, 1],
  ])('at %d times what can be served needs about %d places', (ratio, places) => {
    expect(Math.round(placesFor(ratio))).toBe(places)
  })

  it.each([0, 0.5, 0.999, 1, -1, NaN])('knows no bound at a load of %d', (ratio) => {
    expect(placesFor(ratio)).toBe(Infinity)
  })

  it('needs fewer the more is offered', () => {
    const ratio = fc.double({ min: 1.000001, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(ratio, ratio, (a, b) => {
        expect(placesFor(Math.max(a, b))).toBeLessThanOrEqual(placesFor(Math.min(a, b)))
        expect(placesFor(a)).toBeGreaterThan(0)
      }),
    )
  })

  /** M/G/1 with so many places: Poisson arrivals, jobs of length 1 on average, whoever finds no place is turned away. */
  function idleShare(ratio: number, places: number, jobOf: (random: () => number) => number = () => 1): number {
    const random = seededRandom(11)
    const ends: number[] = []
    let [now, freeAt, idle] = [0, 0, 0]
    while (now < 30_000) {
      now += -Math.log(1 - random()) / ratio
      idle += Math.max(0, now - freeAt)
      while (ends[0] !== undefined && ends[0] <= now) ends.shift()
      if (ends.length - 1 >= places) continue
      freeAt = Math.max(now, freeAt) + jobOf(random)
      ends.push(freeAt)
    }
    return idle / now
  }

  it.each([1.2, 1.5, 2, 4])(
    'keeps a server busy with jobs of very different length that is offered %d times as much',
    (ratio) => {
      // One in ten is thirty times as long as the others: mean 1, squared coefficient of variation 5.
      const jobOf = (random: () => number): number => (random() < 0.1 ? 30 : 1) / 3.9
      const variation = (0.1 * 900 + 0.9) / 3.9 ** 2 - 1
      const idle = idleShare(ratio, Math.ceil(placesFor(ratio, variation)), jobOf)
      expect(idle).toBeLessThan(0.06)
      expect(idle).toBeLessThan(0.7 * idleShare(ratio, Math.ceil(placesFor(ratio)), jobOf))
    },
  )

  it.each([1.2, 1.5, 2, 4])('keeps a server busy that is offered %d times what it can serve', (ratio) => {
    const places = Math.ceil(placesFor(ratio))
    expect(idleShare(ratio, places)).toBeLessThan(0.04)
    expect(idleShare(ratio, Math.floor(places / 3))).toBeGreaterThan(0.04)
  })
})

describe('Allowance', () => {
  it('lets as many wait as there may be, and as long as anybody may, before it knows anything', () => {
    const allowance = of({ maxQueue: 70, maxWaitMs: 300 })
    expect(allowance.places(1)).toBe(70)
    expect(allowance.ageMs(1)).toBe(300)
  })

  it('lets no more wait than can start in time', () => {
    const allowance = of({ maxWaitMs: 200 })
    allowance.load.startedWaiter(10, 0)
    expect(allowance.places(1)).toBe(20)
  })

  it('lets fewer wait the more is offered', () => {
    const places = [1.2, 1.5, 2, 4, 8].map((ratio) => {
      // Work of 50 ms: one place is a longer wait than anybody would call harmless.
      const { allowance } = overloaded(ratio, { minQueue: 0, maxWaitMs: 5000 }, 50)
      return allowance.places(1)
    })
    expect(places).toEqual([...places].sort((a, b) => b - a))
    expect(places[0]).toBeGreaterThan(8)
    expect(places[0]).toBeLessThan(25)
    expect(places.at(-1)).toBeLessThan(1.5)
  })

  it('lets cheap work wait for a moment, however much is offered and however many that are', () => {
    const { allowance } = overloaded(20, {}, 0.1)
    expect(allowance.places(1)).toBeCloseTo(100)
    expect(allowance.ageMs(1)).toBeGreaterThanOrEqual(10)
  })

  it('has places for the least of work at the heaviest of loads', () => {
    const { allowance } = overloaded(100, { minQueue: 4 })
    expect(allowance.places(3)).toBe(4)
  })

  it('has as many places for what matters most as if nothing else were offered', () => {
    const { allowance } = overloaded(4, { maxWaitMs: 200 })
    expect(allowance.places(0)).toBe(40)
    expect(allowance.places(1)).toBeLessThan(5)
  })

  it('loses its doubt in the load as the line stands, and doubts again when another one forms', () => {
    const { allowance, now } = overloaded(1.5)
    const places: number[] = []
    allowance.load.formed(now)
    for (let i = 1; i <= 6000; i++) {
      const at = now + (i * 5) / 1.5
      allowance.load.arrived(1, at)
      if (i % 3 !== 0) allowance.load.startedWaiter(5, at)
      if (i % 2000 === 0) places.push(allowance.places(1))
    }
    expect(places).toEqual([...places].sort((a, b) => b - a))
    expect(places[0]).toBeLessThan(allowance.places(1) * 1.5)
    allowance.load.formed(now + 30_000)
    expect(allowance.places(1)).toBeGreaterThan(places[2]!)
  })

  it('has as many more places as start at once', () => {
    const { allowance } = overloaded(2, { minQueue: 0 })
    const before = allowance.places(1)
    for (let i = 0; i < 100; i++) allowance.started(5)
    expect(allowance.places(1)).toBeCloseTo(before + 4, 3)
  })

  it('lets nobody wait much longer than a full line takes', () => {
    const { allowance } = overloaded(2)
    expect(allowance.ageMs(1)).toBeCloseTo(1.2 * 5 * (1 + allowance.places(1)), 6)
  })

  it('grows places where work that is refused is missed soon after', () => {
    const { allowance, now } = overloaded(2, { minQueue: 0 })
    const before = allowance.places(1)
    allowance.refused(now)
    allowance.ranDry(now + 20)
    allowance.restarted(now + 60)
    expect(allowance.places(1)).toBeCloseTo(1.25 * before, 6)
  })

  it('keeps to its bounds, whatever was measured', () => {
    const pace = fc.record({
      maxQueue: fc.integer({ min: 0, max: 5000 }),
      minQueue: fc.integer({ min: 0, max: 10 }),
      maxWaitMs: fc.double({ min: 1, max: 60_000, noNaN: true }),
    })
    const load = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 3000, noNaN: true })))
    fc.assert(
      fc.property(pace, load, ({ maxQueue, minQueue, maxWaitMs }, steps) => {
        const least = Math.min(minQueue, maxQueue)
        const allowance = of({ maxQueue, minQueue: least, maxWaitMs })
        let now = 0
        for (const [c, ms] of steps) {
          now += ms
          allowance.load.arrived(c, now)
          allowance.load.startedWaiter(ms, now)
          if (c === 0) allowance.load.formed(now)
          if (c === 1) allowance.refused(now)
          if (c === 2) allowance.ranDry(now)
          if (c === 3) allowance.restarted(now)
          for (let k = 0; k < 4; k++) {
            const places = allowance.places(k)
            const ageMs = allowance.ageMs(k)
            expect(places >= least && places <= maxQueue).toBe(true)
            expect(ageMs > 0 && ageMs <= maxWaitMs).toBe(true)
          }
        }
      }),
    )
  })
})
