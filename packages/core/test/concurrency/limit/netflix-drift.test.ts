/** What keeps Netflix's limits from drifting away: the ceiling over what is in flight, and the bounds of the baseline. */
import { Gradient2Limit, GradientLimit, VegasLimit, WindowedLimit, type Limit } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { aimd, gradient, gradient2, sane, vegas } from './netflix-kinds.ts'
import { plant } from './plant.ts'

describe.each([aimd, vegas, gradient, gradient2])('$name, near what is in flight', ({ options, make }) => {
  it('is never above inflightFactor times the peak of the last windows, nor above the peak and one', () => {
    let capped = 0
    const windowMs = 400
    fc.assert(
      fc.property(
        options,
        fc.double({ min: 1, max: 4, noNaN: true }),
        fc.array(sane, { minLength: 20 }),
        (all, factor, samples) => {
          const limit = make(
            {
              ...all,
              initialLimit: 150,
              minLimit: 2,
              maxLimit: 200,
              inflightFactor: factor,
              inflightWindowMs: windowMs,
            },
            { random: seededRandom(1) },
          )
          const seen: [now: number, inflight: number][] = []
          let now = 0
          for (const { gapMs, rttMs, inflight, dropped } of samples) {
            now += gapMs
            const running = inflight * Math.min(limit.value, 20)
            seen.push([now, running])
            limit.sample(now, rttMs, running, dropped)
            // Two windows, each longer by the gap after which it was noticed that it is over.
            const lately = seen.filter(([at]) => at > now - 2 * (windowMs + 300)).map(([, each]) => each)
            const peak = Math.max(...lately)
            expect(limit.value).toBeLessThanOrEqual(Math.max(2, peak + 1, factor * peak))
          }
          if (limit.value < 100) capped++
        },
      ),
      { numRuns: 40 },
    )
    expect(capped).toBeGreaterThan(20)
  })
})

describe('a limit whose baseline has an upper bound', () => {
  const options = { initialLimit: 100, minLimit: 1, maxLimit: 200, maxBaselineMs: 10 }
  const limits: readonly [string, () => Limit][] = [
    ['VegasLimit', () => new VegasLimit({ ...options, random: seededRandom(1) })],
    ['GradientLimit', () => new GradientLimit({ ...options, random: seededRandom(1) })],
    ['Gradient2Limit', () => new Gradient2Limit(options)],
    [
      'WindowedLimit',
      () => new WindowedLimit(new Gradient2Limit(options), { minWindowMs: 1, maxWindowMs: 1, windowSize: 1 }),
    ],
  ]

  it.each(limits)('shrinks for as long as round trips are far above it, however long that is: %s', (_name, make) => {
    const slow = fc.double({ min: 61, max: 4000, noNaN: true })
    fc.assert(
      fc.property(fc.array(slow, { minLength: 1, maxLength: 50 }), (rtts) => {
        const limit = make()
        for (let i = 0; i < 2000; i++) limit.sample(i * 5, rtts[i % rtts.length]!, limit.value, false)
        expect(limit.value).toBeLessThan(16)
      }),
      { numRuns: 20 },
    )
  })
})

/** Answers within the patience of callers, per ms, from one time to another. */
interface Run {
  readonly limit: (fromMs: number, untilMs: number) => number
  readonly goodput: (fromMs: number, untilMs: number) => number
}

const servers = 10
const serviceMs = 20
const patienceMs = 200

/** Three minutes at twice what ten servers of 20 ms can do, with callers who have given up after 200 ms. */
function overloaded(limit: Limit): Run {
  const good: number[] = []
  const watched: Limit = {
    get value() {
      return limit.value
    },
    sample(now, rttMs, inflight, dropped) {
      if (rttMs <= patienceMs) good.push(now)
      limit.sample(now, rttMs, inflight, dropped)
    },
  }
  const run = plant({
    limit: watched,
    durationMs: 180_000,
    servers: () => servers,
    serviceMs: (random) => -Math.log(1 - random()) * serviceMs,
    perMs: (2 * servers) / serviceMs,
  })
  return {
    limit: (from, until) => run.limit(from, until),
    goodput: (from, until) => good.filter((at) => at >= from && at < until).length / (until - from),
  }
}

describe('Gradient2 behind a window of 100 ms, three minutes at twice the load', () => {
  const capacity = servers / serviceMs
  const window = { minWindowMs: 100, maxWindowMs: 100 }
  const options = { minLimit: 5 }

  it('learns the overload as normal, and does nothing good in the end', () => {
    const run = overloaded(new WindowedLimit(new Gradient2Limit(options), window))
    expect(run.goodput(1000, 10_000)).toBeGreaterThan(0.9 * capacity)
    expect(run.goodput(170_000, 180_000)).toBeLessThan(0.1 * capacity)
    expect(run.limit(170_000, 180_000)).toBeGreaterThan(190)
  })

  it.each([
    ['an upper bound of the baseline', { maxBaselineMs: 40 }],
    ['a baseline set by hand', { minBaselineMs: 30, maxBaselineMs: 30 }],
  ])('is cured by %s: each ten seconds do 95 %% of what can be done', (_name, cure) => {
    const run = overloaded(new WindowedLimit(new Gradient2Limit({ ...options, ...cure }), window))
    for (let from = 10_000; from < 180_000; from += 10_000) {
      expect(run.goodput(from, from + 10_000)).toBeGreaterThan(0.95 * capacity)
      expect(run.limit(from, from + 10_000)).toBeLessThan(6 * servers)
    }
  })
})
