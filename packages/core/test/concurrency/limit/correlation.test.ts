/** The limit with the correlation guard: what moves it, and beside a model that keeps everything and computes all afresh. */
import { CorrelationLimit, type CorrelationOptions } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

import { WindowQuantile } from '../../../src/estimate/window-quantile.ts'

/** One window of 50 ends, all alike, from `fromMs` on. */
function window(limit: CorrelationLimit, fromMs: number, rttMs: number, inflight = Math.floor(limit.value)): void {
  for (let i = 1; i <= 50; i++) limit.sample(fromMs + 20 * i + (i === 50 ? 0.5 : 0), rttMs, inflight, false)
}

describe('CorrelationLimit', () => {
  it('starts at 20, and where it is told to', () => {
    expect(new CorrelationLimit().value).toBe(20)
    expect(new CorrelationLimit({ initialLimit: 40 }).value).toBe(40)
    expect(new CorrelationLimit({ maxLimit: 5 }).value).toBe(5)
  })

  it('grows by the logarithm of itself in a window while nothing takes longer than usual', () => {
    const small = new CorrelationLimit()
    const large = new CorrelationLimit({ initialLimit: 150 })
    for (const limit of [small, large]) window(limit, 0, 20)
    expect(small.value).toBe(21)
    expect(large.value).toBe(152)
  })

  it('steps once in a second at most, and not before 50 ends', () => {
    const limit = new CorrelationLimit()
    for (let now = 1; now <= 1050; now++) limit.sample(now, 20, 20, false)
    expect(limit.value).toBe(21)
    limit.sample(1050.5, 20, 20, false)
    expect(limit.value).toBe(22)
    for (let i = 0; i < 49; i++) limit.sample(10_000, 20, 20, false)
    expect(limit.value).toBe(22)
    limit.sample(10_000, 20, 20, false)
    expect(limit.value).toBe(23)
  })

  it('takes two of the quickest round trips for a window, but no more than 30 seconds', () => {
    for (const [rttMs, lasts] of [
      [3000, 6000],
      [60_000, 30_000],
    ] as const) {
      const limit = new CorrelationLimit()
      for (let i = 0; i < 50; i++) limit.sample(0, rttMs + i, 20, false)
      expect(limit.value).toBe(21)
      for (let i = 0; i < 60; i++) limit.sample(lasts, rttMs, 20, false)
      expect(limit.value).toBe(21)
      limit.sample(lasts + 1, rttMs, 20, false)
      expect(limit.value).toBe(22)
    }
  })

  it('shrinks when the queue that it takes to stand is longer than it allows', () => {
    const limit = new CorrelationLimit()
    for (let i = 0; i < 10; i++) window(limit, i * 2000, 20)
    expect(limit.value).toBe(30)
    // Five to push the median, and then it takes a while to look unusual.
    for (let i = 10; i < 16; i++) window(limit, i * 2000, 200, 5)
    expect(limit.snapshot()['queue']).toBeGreaterThan(6)
    expect(limit.value).toBeLessThan(32)
  })

  it('does not grow above five times of what runs, and sinks a step at a time', () => {
    const limit = new CorrelationLimit({ initialLimit: 30 })
    window(limit, 0, 20, 4)
    expect(limit.value).toBe(29)
    for (let i = 1; i < 20; i++) window(limit, i * 2000, 20, 4)
    expect(limit.value).toBe(20)
    const halves = new CorrelationLimit({ initialLimit: 20, maxLimitFactor: 2.5 })
    for (let i = 0; i < 5; i++) window(halves, i * 2000, 20, 9)
    expect(halves.value).toBe(22.5)
  })

  it('takes no round trip from what was dropped', () => {
    const limit = new CorrelationLimit()
    for (let i = 0; i < 500; i++) limit.sample(i * 10, 20, 20, true)
    expect(limit.value).toBe(20)
  })

  it('caps the baseline', () => {
    const limit = new CorrelationLimit({ maxBaselineMs: 25 })
    for (let i = 0; i < 20; i++) window(limit, i * 2000, 100)
    expect(limit.snapshot()).toMatchObject({ recentRttMs: 100, baselineRttMs: 25 })
    expect(limit.value).toBeLessThan(15)
  })

  it('without the guard would learn an overload for usual; with it stays', () => {
    // Callers who never run out, before a pool of 20: each place more only waits.
    const drift = (isFull: boolean): number => {
      const limit = new CorrelationLimit()
      for (let i = 0; i < 400; i++) {
        const inflight = Math.floor(limit.value)
        // Who never says that the limit is reached is never asked by the guard.
        window(limit, i * 2000, Math.max(20, inflight), isFull ? inflight : inflight - 1)
      }
      return limit.value
    }
    expect(drift(false)).toBe(200)
    expect(drift(true)).toBeLessThan(60)
  })
})

/** Everything that ever came, and the rule as it is written down; with windows of 8 ends and 50 ms, for more of them. */
class Model {
  limit = 20
  readonly reasons = new Map<string, number>()
  #rtts: number[] = []
  #peak = 0
  #earliest = -1
  readonly #quantiles: number[] = []
  readonly #medians: number[] = []
  readonly #recents: number[] = []
  readonly #pairs: { inflight: number; throughput: number; rtt: number }[] = []

  sample(now: number, rtt: number, inflight: number, dropped: boolean): void {
    if (!dropped) {
      this.#rtts.push(rtt)
      this.#peak = Math.max(this.#peak, inflight)
    }
    if (now <= this.#earliest || this.#rtts.length < 8) return
    this.#decide(inflight >= Math.floor(this.limit))
    this.#earliest = now + Math.min(30_000, Math.max(50, 2 * Math.min(...this.#rtts)))
    this.#rtts = []
    this.#peak = 0
  }

  #decide(full: boolean): void {
    const p90 = new WindowQuantile()
    for (const rtt of this.#rtts) p90.add(rtt)
    this.#quantiles.push(p90.quantile(0.9))
    const five = this.#quantiles.slice(-5)
    this.#medians.push(five.length < 5 ? five.at(-1)! : five.toSorted((a, b) => a - b)[2]!)
    const recent = average(this.#medians, 5)
    this.#recents.push(recent)
    const baseline = average(this.#recents, 10)
    const inflight = this.#peak
    this.#pairs.push({ inflight, throughput: inflight / (recent / 1000), rtt: recent })
    const last = this.#pairs.slice(-50)
    const xs = last.map((pair) => pair.inflight)
    const throughputs = last.map((pair) => pair.throughput)
    const thr = correlate(xs, throughputs)
    const lat = correlate(
      xs,
      last.map((pair) => pair.rtt),
    )
    const cv = last.length < 10 ? 0 : variation(throughputs)
    const queue = Math.ceil(this.limit * (1 - baseline / recent))
    const step = this.limit < 100 ? 1 : 2
    const [reason, move] = this.#reason({ queue, step, full, thr, lat, cv })
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1)
    let next = this.limit + move * step
    const cap = 5 * inflight
    if (next > cap) {
      next = this.limit > cap ? this.limit - step : cap
      this.reasons.set('cap', (this.reasons.get('cap') ?? 0) + 1)
    }
    this.limit = Math.max(1, Math.min(200, next))
  }

  #reason({ queue, step, full, thr, lat, cv }: Figures): [string, number] {
    if (queue > 6 * step) return ['queue', -1]
    if (full && thr < 0) return ['throughput sinks', -1]
    if (full && thr < 0.3 && lat > 0.5) return ['throughput does not follow', -1]
    if (full && cv < 0.2 && lat > 0.5) return ['throughput stands', -1]
    if (queue < 3 * step) return ['grow', 1]
    return ['hold', 0]
  }
}

interface Figures {
  queue: number
  step: number
  full: boolean
  thr: number
  lat: number
  cv: number
}

/** Plain mean of the first ten, then exponentially weighted: from the beginning, each time. */
function average(values: readonly number[], age: number): number {
  let mean = 0
  for (const [i, value] of values.entries())
    mean = i < 10 ? (mean * i + value) / (i + 1) : mean * (1 - 2 / (age + 1)) + (value * 2) / (age + 1)
  return mean
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function variation(values: readonly number[]): number {
  return Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2))) / mean(values)
}

function correlate(xs: readonly number[], ys: readonly number[]): number {
  if (xs.length < 10 || variation(xs) < 0.01 || variation(ys) < 0.01) return 0
  const [x, y] = [mean(xs), mean(ys)]
  const covariance = mean(xs.map((each, i) => (each - x) * (ys[i]! - y)))
  return covariance / (variation(xs) * x * variation(ys) * y)
}

describe('CorrelationLimit and a model that keeps everything', () => {
  it('agree after every end of work, in all that the rule can decide', () => {
    const reasons = new Set<string>()
    for (let seed = 1; seed <= 4; seed++) {
      const random = seededRandom(seed)
      const limit = new CorrelationLimit({ minSamples: 8, minWindowMs: 50 })
      const model = new Model()
      let now = 0
      let pool = 20
      let load = 1
      let contention = 1
      for (let i = 0; i < 9000; i++) {
        if (random() < 0.002) pool = 2 + Math.floor(random() * 300)
        // From 2 on more in flight gets less done.
        if (random() < 0.002) contention = 1 + 1.5 * random()
        if (random() < 0.002) load = random() < 0.5 ? 1 : random()
        now += 25 * random()
        const inflight = Math.max(1, Math.floor(limit.value * load))
        const rtt = 20 * Math.max(1, inflight / pool) ** contention * (0.8 + 0.4 * random())
        const dropped = random() < 0.05
        limit.sample(now, rtt, inflight, dropped)
        model.sample(now, rtt, inflight, dropped)
        if (Math.abs(limit.value - model.limit) > 1e-9) expect([i, limit.value]).toEqual([i, model.limit])
      }
      for (const reason of model.reasons.keys()) reasons.add(reason)
    }
    expect([...reasons].toSorted()).toEqual([
      'cap',
      'grow',
      'hold',
      'queue',
      'throughput does not follow',
      'throughput sinks',
      'throughput stands',
    ])
  })
})

describe('options of CorrelationLimit', () => {
  it.each([
    [{ minWindowMs: 0 }, 'option "minWindowMs" must be a number >= 1 and <= 30000, got 0'],
    [{ minWindowMs: 10, maxWindowMs: 9 }, 'option "minWindowMs" must be a number >= 1 and <= 9, got 10'],
    [{ maxWindowMs: 3_600_001 }, 'option "maxWindowMs" must be a number >= 1 and <= 3600000'],
    [{ minSamples: 0 }, 'option "minSamples" must be an integer >= 1 and <= 1000000, got 0'],
    [{ percentile: -0.1 }, 'option "percentile" must be a number >= 0 and <= 1'],
    [{ maxLimitFactor: 0.9 }, 'option "maxLimitFactor" must be a number >= 1 and <= 1000'],
    [{ maxBaselineMs: Number.NaN }, 'option "maxBaselineMs" must be a number >= 0.001'],
    [{ baselineAge: 0 }, 'option "baselineAge" must be a number >= 1 and <= 10000'],
    [{ correlationWindows: 9 }, 'option "correlationWindows" must be an integer >= 10 and <= 1000'],
    [{ initialLimit: 201 }, 'option "initialLimit" must be a number >= 1 and <= 200'],
    [{ correlation: 1 }, 'unknown option "correlation"'],
  ])('%o is refused', (options, message) => {
    expect(() => new CorrelationLimit(options as CorrelationOptions)).toThrow(`CorrelationLimit: ${message}`)
  })

  it('lets the default of one end of the window give way to the other', () => {
    expect(() => new CorrelationLimit({ maxWindowMs: 500 })).not.toThrow()
    expect(() => new CorrelationLimit({ minWindowMs: 60_000 })).not.toThrow()
  })
})
