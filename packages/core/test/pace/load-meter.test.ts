/** Offered load against what can be served: exact on constant streams, short of memory, modest with little to go by. */
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { LoadMeter } from '../../src/pace/load-meter.ts'

interface Stream {
  readonly fromMs: number
  readonly untilMs: number
  /** Arrivals per start. */
  readonly ratio: number
  readonly serviceMs: number
  readonly class?: number
}

/** `ratio` arrivals, evenly spaced, for each start of a waiter. */
function feed(meter: LoadMeter, { fromMs, untilMs, ratio, serviceMs, class: c = 1 }: Stream): void {
  const gapMs = serviceMs / ratio
  let nextStart = fromMs + serviceMs
  for (let i = 0, at = fromMs; at < untilMs; at = fromMs + ++i * gapMs) {
    for (; nextStart <= at; nextStart += serviceMs) meter.startedWaiter(serviceMs, nextStart)
    meter.arrived(c, at)
  }
}

describe('LoadMeter', () => {
  it('knows nothing before anybody waited', () => {
    const meter = new LoadMeter()
    for (let at = 0; at < 1000; at += 1) meter.arrived(0, at)
    expect(meter.ratio(3)).toBe(0)
    expect(meter.serviceMs).toBe(0)
  })

  it.each([0.5, 1, 2, 4, 8])('is exact on a constant stream of %d times what can be served', (ratio) => {
    const meter = new LoadMeter()
    feed(meter, { fromMs: 0, untilMs: 5000, ratio, serviceMs: 5 })
    expect(meter.ratio(3) / ratio).toBeCloseTo(1, 2)
    expect(meter.serviceMs).toBeCloseTo(5, 9)
  })

  it('counts a class together with all that matter more', () => {
    const meter = new LoadMeter()
    for (let at = 0; at < 5000; at += 10) {
      for (const c of [0, 2, 2, 3]) meter.arrived(c, at)
      meter.startedWaiter(10, 0)
    }
    for (const [c, expected] of [1, 1, 3, 4].entries()) expect(meter.ratio(c) / expected).toBeCloseTo(1, 2)
  })

  it('measures capacity only while somebody waits, so that what is refused does not make the server look small', () => {
    const meter = new LoadMeter()
    feed(meter, { fromMs: 0, untilMs: 2000, ratio: 2, serviceMs: 5 })
    // Nobody waits any more: callers come every 50 ms, and the pace of the line is still 5 ms.
    for (let at = 2000; at < 4000; at += 50) meter.arrived(1, at)
    expect(meter.serviceMs).toBeCloseTo(5, 9)
    expect(meter.ratio(3)).toBeCloseTo(0.1, 1)
  })

  it('is surer of a load of equal jobs than of one of uneven jobs', () => {
    const doubtedOf = (lengthOf: (random: () => number) => number, seed: number): number => {
      const meter = new LoadMeter()
      const random = seededRandom(seed)
      for (let at = 0; at < 5000;) {
        const length = lengthOf(random)
        at += length
        for (let j = 0; j < 2; j++) meter.arrived(1, at)
        meter.startedWaiter(length, at)
      }
      return meter.ratio(1, 2)
    }
    const doubted = (lengthOf: (random: () => number) => number): number =>
      [1, 2, 3, 4, 5, 6, 7, 8].reduce((sum, seed) => sum + doubtedOf(lengthOf, seed) / 8, 0)
    expect(doubted(() => 5)).toBeGreaterThan(1.4)
    expect(doubted((random) => (random() < 0.1 ? 41 : 1))).toBeLessThan(doubted(() => 5) - 0.2)
  })

  it('takes a standstill for no more than a second', () => {
    const meter = new LoadMeter()
    meter.startedWaiter(3_600_000, 0)
    expect(meter.serviceMs).toBe(1000)
  })

  it('has followed a step of the load to nine tenths after about half a second', () => {
    const meter = new LoadMeter()
    feed(meter, { fromMs: 0, untilMs: 3000, ratio: 1, serviceMs: 5 })
    const heard = [400, 800].map((ms) => {
      const later = new LoadMeter()
      feed(later, { fromMs: 0, untilMs: 3000, ratio: 1, serviceMs: 5 })
      feed(later, { fromMs: 3000, untilMs: 3000 + ms, ratio: 4, serviceMs: 5 })
      return (later.ratio(3) - 1) / 3
    })
    expect(heard[0]).toBeGreaterThan(0.6)
    expect(heard[0]).toBeLessThan(0.9)
    expect(heard[1]).toBeGreaterThan(0.9)
  })

  it('has forgotten a load after a second without it', () => {
    const meter = new LoadMeter()
    feed(meter, { fromMs: 0, untilMs: 3000, ratio: 8, serviceMs: 5 })
    meter.arrived(1, 4000)
    expect(meter.ratio(3)).toBeLessThan(0.4)
  })

  it('remembers the pace of the line through a long silence, but nothing of the load', () => {
    const meter = new LoadMeter()
    feed(meter, { fromMs: 0, untilMs: 2000, ratio: 4, serviceMs: 5 })
    meter.arrived(1, 1e9)
    expect(meter.ratio(3)).toBeLessThan(1e-6)
    expect(meter.serviceMs).toBeCloseTo(5, 9)
    feed(meter, { fromMs: 1e9, untilMs: 1e9 + 3000, ratio: 2, serviceMs: 5 })
    expect(meter.ratio(3) / 2).toBeCloseTo(1, 1)
  })

  it('remembers the pace of the line for hours of light traffic, in which nobody waits', () => {
    const meter = new LoadMeter()
    feed(meter, { fromMs: 0, untilMs: 2000, ratio: 4, serviceMs: 5 })
    for (let at = 2000; at < 1_000_000; at += 100) meter.arrived(1, at)
    expect(meter.serviceMs).toBeCloseTo(5, 9)
  })

  it('is as exact where nothing arrives at the ends of its windows', () => {
    const meter = new LoadMeter()
    feed(meter, { fromMs: 0, untilMs: 50, ratio: 2, serviceMs: 5 })
    feed(meter, { fromMs: 50.7, untilMs: 5000, ratio: 2, serviceMs: 5.3 })
    expect(meter.ratio(3)).toBeCloseTo(2, 1)
  })

  it('doubts as much as two standard errors are: of arrivals by chance, and of starts as uneven as they were', () => {
    const meter = new LoadMeter()
    for (let at = 0; at <= 20_000; at += 5) {
      // A line forms for each start: nothing is known since then, nor of how uneven starts are.
      meter.formed(at)
      meter.startedWaiter(5, at)
      for (let i = 0; i < 2; i++) meter.arrived(1, at)
    }
    expect(meter.variation).toBe(0.5)
    const windows = (2 - 0.3) / 0.3
    const expected = 1 - 2 * Math.sqrt(1 / (40 * windows) + 0.5 / (20 * windows))
    expect(Math.abs(meter.ratio(3, 2) / meter.ratio(3) - expected)).toBeLessThan(0.02)
  })

  it('leaves the starts of a bunch out of what it knows since the line formed', () => {
    const meter = new LoadMeter()
    meter.formed(0)
    for (let i = 0; i < 20; i++) meter.startedWaiter(1, i)
    // From here on: 100 arrivals, and one start for each two of them.
    for (let i = 0; i < 100; i++) {
      meter.arrived(1, 20 + i)
      if (i % 2 === 0) meter.startedWaiter(2, 20 + i)
    }
    const certain = 1 - 1 * Math.sqrt(1 / 100 + meter.variation / 50)
    expect(meter.ratio(3, 1)).toBeCloseTo(2 * certain, 6)
  })

  it('measures the pace anew as soon as the line moves at another', () => {
    const meter = new LoadMeter()
    feed(meter, { fromMs: 0, untilMs: 2000, ratio: 2, serviceMs: 5 })
    feed(meter, { fromMs: 2000, untilMs: 4000, ratio: 2, serviceMs: 20 })
    expect(meter.serviceMs).toBeCloseTo(20, 0)
    expect(meter.ratio(3)).toBeCloseTo(2, 1)
  })

  it('doubts a handful of requests more than many', () => {
    const shares = [50, 5, 0.5].map((serviceMs) => {
      const meter = new LoadMeter()
      feed(meter, { fromMs: 0, untilMs: 300, ratio: 2, serviceMs })
      return meter.ratio(3, 2) / meter.ratio(3)
    })
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares[0]).toBeLessThan(0.5)
    expect(shares[2]).toBeGreaterThan(0.85)
  })

  it('is less and less than it looks the more it doubts, and never negative', () => {
    const meter = new LoadMeter()
    feed(meter, { fromMs: 0, untilMs: 2000, ratio: 3, serviceMs: 20 })
    const ratios = [0, 1, 2, 4, 100].map((doubt) => meter.ratio(3, doubt))
    expect(ratios).toEqual([...ratios].sort((a, b) => b - a))
    expect(ratios.at(-1)).toBe(0)
  })

  it('takes a bunch of work that comes at once for no load', () => {
    const meter = new LoadMeter()
    meter.formed(0)
    for (let i = 0; i < 150; i++) meter.arrived(1, 0)
    for (let i = 0; i < 149; i++) {
      meter.startedWaiter(1, i)
      expect(meter.ratio(3, 2)).toBeLessThan(1)
    }
  })

  it('is sure of a step of the load soon after it has made a line form', () => {
    const meter = new LoadMeter()
    feed(meter, { fromMs: 0, untilMs: 3000, ratio: 0.5, serviceMs: 5 })
    meter.formed(3000)
    feed(meter, { fromMs: 3000, untilMs: 3300, ratio: 4, serviceMs: 5 })
    expect(meter.ratio(3, 2)).toBeGreaterThan(2.5)
  })

  it('is right about Poisson arrivals to within its own error, most of the time', () => {
    const random = seededRandom(5)
    let within = 0
    for (let round = 0; round < 100; round++) {
      const meter = new LoadMeter()
      let at = 0
      for (let start = 5; start < 3000; start += 5) {
        for (; at < start; at += -Math.log(1 - random()) * 2.5) meter.arrived(1, at)
        meter.startedWaiter(5, start)
      }
      // Two standard errors below what it looks is below the truth in all but a few of a hundred.
      if (meter.ratio(3, 2) <= 2) within++
    }
    expect(within).toBeGreaterThan(93)
  })

  it('stays finite and non-negative, and no class exceeds those that include it, whatever happens', () => {
    const step = fc.record({
      start: fc.boolean(),
      c: fc.integer({ min: 0, max: 3 }),
      ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const meter = new LoadMeter()
        let now = 0
        for (const { start, c, ms } of steps) {
          if (start) meter.startedWaiter(ms, now)
          else meter.arrived(c, (now += ms))
          const ratios = [0, 1, 2, 3].map((k) => meter.ratio(k))
          for (const ratio of [...ratios, meter.serviceMs]) expect(ratio >= 0 && Number.isFinite(ratio)).toBe(true)
          for (let k = 1; k < 4; k++) expect(ratios[k]).toBeGreaterThanOrEqual(ratios[k - 1]!)
        }
      }),
    )
  })
})
