/** The two gradient limits, rule by rule. That they are Netflix's is in netflix-golden.test.ts. */
import { Gradient2Limit, GradientLimit, type Gradient2LimitOptions, type GradientLimitOptions } from '@spillway/core'
import { describe, expect, it } from 'vitest'

/** A limit that has seen a round trip of 10 ms, without use, and never probes. */
function first(options: GradientLimitOptions = {}): GradientLimit {
  const limit = new GradientLimit({ initialLimit: 100, probeInterval: Infinity, ...options })
  limit.sample(0, 10, 0, false)
  return limit
}

/** A limit whose long round trip is 10 ms. */
function second(options: Gradient2LimitOptions = {}): Gradient2Limit {
  const limit = new Gradient2Limit({ initialLimit: 100, ...options })
  for (let i = 0; i < 10; i++) limit.sample(i, 10, 0)
  return limit
}

describe('GradientLimit', () => {
  it('starts at 50, and where it is told to', () => {
    expect(new GradientLimit().value).toBe(50)
    expect(new GradientLimit({ maxLimit: 8 }).value).toBe(8)
  })

  it.each([
    ['by the queue while the round trip is within the tolerance', 20, 110],
    ['falls by a fifth of what the gradient says beyond it', 25, 80 + 0.2 * (100 * 0.8 + 10)],
    ['falls by no more than half of that at once', 4000, 80 + 0.2 * (50 + 10)],
  ])('grows or falls: %s', (_name, rttMs, expected) => {
    const limit = first()
    limit.sample(1, rttMs, 100, false)
    expect(limit.value).toBeCloseTo(expected, 9)
  })

  it('falls with a drop however little is in use, and else does nothing while less than half is', () => {
    const limit = first()
    limit.sample(1, 10, 49, false)
    expect(limit.value).toBe(100)
    limit.sample(1, 10, 49, true)
    expect(limit.value).toBeCloseTo(98, 9)
    limit.sample(1, NaN, 49, true)
    expect(limit.value).toBeCloseTo(98 * 0.98, 9)
  })

  it('probes after probeInterval to twice as many samples: the limit falls to the queue, the least round trip is forgotten', () => {
    const limit = new GradientLimit({ initialLimit: 100, probeInterval: 10, random: () => 0.5 })
    for (let i = 0; i < 15; i++) limit.sample(i, 10, 0, false)
    expect(limit.snapshot()).toEqual({ kind: 'GradientLimit', limit: 100, noLoadRttMs: 10, probeCountdown: 0 })
    limit.sample(15, 10, 0, false)
    expect(limit.snapshot()).toEqual({ kind: 'GradientLimit', limit: 10, noLoadRttMs: 0, probeCountdown: 15 })
  })

  it('stays within its bounds whatever the queue', () => {
    const limit = first({ maxLimit: 120, queueSize: 1000 })
    limit.sample(1, 10, 100, false)
    expect(limit.value).toBe(120)
  })

  it('does not fall below the queue', () => {
    const limit = first({ queueSize: 60 })
    for (let i = 0; i < 100; i++) limit.sample(i, 10, 100, true)
    expect(limit.value).toBe(60)
  })

  it('goes by the default where a function fails', () => {
    const limit = first({ queueSize: () => NaN })
    limit.sample(1, 10, 100, false)
    expect([limit.value, limit.failures]).toEqual([110, 2])
  })

  it('draws a countdown when probes are turned on while it runs, and forgets it when they are turned off', () => {
    const limit = first({ random: () => 0 })
    limit.update({ probeInterval: 5 })
    expect(limit.snapshot()['probeCountdown']).toBe(5)
    limit.update({ smoothing: 0.5 })
    expect(limit.snapshot()['probeCountdown']).toBe(5)
    limit.update({ probeInterval: Infinity })
    expect(limit.snapshot()['probeCountdown']).toBe(-1)
  })

  it('counts the least round trip within the bounds that were set', () => {
    const [free, bounded] = [first({ rttTolerance: 1 }), first({ rttTolerance: 1, minBaselineMs: 20 })]
    for (const limit of [free, bounded]) limit.sample(1, 20, 100, false)
    expect(free.value).toBeLessThan(100)
    expect(bounded.value).toBe(110)
  })
})

describe('Gradient2Limit', () => {
  it('starts at 20, and where it is told to', () => {
    expect(new Gradient2Limit().value).toBe(20)
    expect(new Gradient2Limit({ minLimit: 50 }).value).toBe(50)
  })

  it('grows by a fifth of the queue while the round trip is within the tolerance', () => {
    const limit = second()
    limit.sample(1, 14, 100)
    expect(limit.value).toBeCloseTo(100.8, 9)
  })

  it('falls with the gradient, by no more than half of it at once', () => {
    const [slow, slower] = [second({ longWindow: 1e9 }), second({ longWindow: 1e9 })]
    slow.sample(1, 20, 100)
    expect(slow.value).toBeCloseTo(80 + 0.2 * (75 + 4), 5)
    slower.sample(1, 4000, 100)
    expect(slower.value).toBeCloseTo(80 + 0.2 * (50 + 4), 5)
  })

  it('does nothing while less than half is in use', () => {
    const limit = second()
    limit.sample(1, 10, 49)
    expect(limit.value).toBe(100)
    limit.sample(1, 10, 50)
    expect(limit.value).toBeGreaterThan(100)
  })

  it('forgets an overload that is over: a twentieth of the long round trip with each sample', () => {
    const limit = second()
    limit.sample(1, 1, 0)
    expect(limit.snapshot()['longRttMs']).toBeCloseTo((10 - 18 / 601) * 0.95, 9)
  })

  it('ignores round trips that are none', () => {
    const limit = second()
    const before = limit.snapshot()
    for (const rttMs of [0, -1, NaN, Infinity, 1e300]) limit.sample(1, rttMs, 100)
    expect(limit.snapshot()).toEqual(before)
  })

  it('goes by the default where a function fails', () => {
    const limit = second({
      queueSize: () => {
        throw new Error('bad')
      },
    })
    limit.sample(1, 10, 100)
    expect([limit.value, limit.failures]).toEqual([100.8, 1])
  })

  it('counts the long round trip within the bounds that were set, and still learns it', () => {
    const limit = second({ maxBaselineMs: 5, rttTolerance: 1 })
    limit.sample(1, 10, 100)
    expect(limit.value).toBeCloseTo(80 + 0.2 * (50 + 4), 9)
    expect(limit.snapshot()['longRttMs']).toBe(10)
  })
})

describe('options of the gradients', () => {
  it.each([
    [{ rttTolerance: 0.9 }, 'option "rttTolerance" must be a number >= 1 and <= 1000000, got 0.9'],
    [{ queueSize: -1 }, 'option "queueSize" must be a number >= 0 and <= 1000000, got -1'],
    [{ smoothing: 2 }, 'option "smoothing" must be a number >= 0.001 and <= 1, got 2'],
    [{ maxBaselineMs: 0 }, 'option "maxBaselineMs" must be a number >= 0.000001, got 0'],
    [{ shortWindow: 5 }, 'unknown option "shortWindow"'],
  ])('say what is wrong with %o', (options, message) => {
    expect(() => new GradientLimit(options as GradientLimitOptions)).toThrow(message)
    expect(() => new Gradient2Limit(options as Gradient2LimitOptions)).toThrow(message)
  })

  it.each([
    [{ probeInterval: -1 }, 'option "probeInterval" must be an integer >= 1, got -1'],
    [{ backoffRatio: 0 }, 'option "backoffRatio" must be a number >= 0.1 and <= 1, got 0'],
    [{ random: 1 }, 'option "random" must be a function, got 1'],
  ])('say what is wrong with %o of the first', (options, message) => {
    expect(() => new GradientLimit(options as GradientLimitOptions)).toThrow(message)
  })

  it.each([
    [{ longWindow: 0 }, 'option "longWindow" must be an integer >= 1 and <= 1000000000, got 0'],
    [{ warmup: 1.5 }, 'option "warmup" must be an integer >= 1 and <= 1000000000, got 1.5'],
  ])('say what is wrong with %o of the second', (options, message) => {
    expect(() => new Gradient2Limit(options as Gradient2LimitOptions)).toThrow(message)
  })
})
