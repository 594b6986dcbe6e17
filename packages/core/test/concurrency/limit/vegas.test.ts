/** The Vegas limit, rule by rule. That it is Netflix's is in netflix-golden.test.ts. */
import { VegasLimit, type VegasLimitOptions } from '@spillway/core'
import { describe, expect, it, vi } from 'vitest'

/** A limit that has seen a round trip of 10 ms and never probes. */
function known(options: VegasLimitOptions = {}): VegasLimit {
  const limit = new VegasLimit({ probeMultiplier: Infinity, ...options })
  limit.sample(0, 10, 20, false)
  return limit
}

/** The limit after one more sample in full use that says that `queue` of them wait. */
function whenWaiting(queue: number, limit = known({ initialLimit: 120 })): number {
  limit.sample(1, 10 / (1 - (queue - 0.5) / limit.value), limit.value, false)
  return limit.value
}

describe('VegasLimit', () => {
  it('starts at 20, and where it is told to', () => {
    expect(new VegasLimit().value).toBe(20)
    expect(new VegasLimit({ initialLimit: 700 }).value).toBe(700)
  })

  it('grows by beta while hardly anybody waits', () => {
    expect(whenWaiting(2)).toBe(120 + 6 * 2)
  })

  it('grows by a step below alpha, stays up to beta, shrinks by a step above', () => {
    expect([3, 5, 6, 12, 13].map((queue) => whenWaiting(queue))).toEqual([122, 122, 120, 120, 118])
  })

  it('shrinks by a step with a drop, whatever the latency and however little is in use', () => {
    const limit = known()
    limit.sample(1, 10, 1, true)
    expect(limit.value).toBe(19)
  })

  it('does not learn from a sample that is itself the least round trip, not even a drop', () => {
    const limit = known()
    limit.sample(1, 9, 20, true)
    expect(limit.value).toBe(20)
    expect(limit.snapshot()).toMatchObject({ noLoadRttMs: 9 })
  })

  it('does not grow while less than half is in use', () => {
    const limit = known()
    limit.sample(1, 10, 9, false)
    expect(limit.value).toBe(20)
    limit.sample(1, 10, 10, false)
    expect(limit.value).toBe(26)
  })

  it('learns the baseline anew after its jitter, probeMultiplier and limit multiplied', () => {
    const limit = new VegasLimit({ probeMultiplier: 2, initialLimit: 10, random: () => 0.5 })
    for (let i = 1; i < 15; i++) limit.sample(i, i === 1 ? 5 : 50, 1, false)
    expect(limit.snapshot()).toMatchObject({ noLoadRttMs: 5, probeCount: 14 })
    limit.sample(15, 50, 1, false)
    expect(limit.snapshot()).toMatchObject({ noLoadRttMs: 50, probeCount: 0 })
  })

  it('takes over a share of the change where it is told to', () => {
    const limit = known({ smoothing: 0.25 })
    limit.sample(1, 10, 20, false)
    expect(limit.value).toBe(20 + 6 / 4)
  })

  it('takes numbers for amounts and steps, functions for the next limit', () => {
    const options: VegasLimitOptions = { initialLimit: 120, threshold: 1, alpha: 3, beta: 4, increase: 7 }
    expect(whenWaiting(1, known(options))).toBe(124)
    expect(whenWaiting(2, known(options))).toBe(127)
    expect(whenWaiting(5, known({ ...options, decrease: 11 }))).toBe(109)
    expect(whenWaiting(5, known({ ...options, decrease: (limit) => limit / 2 }))).toBe(60)
  })

  it('asks functions with the limit as a whole number, and steps with the limit as it is', () => {
    const alpha = vi.fn<(limit: number) => number>(() => 100)
    const increase = vi.fn<(limit: number) => number>((limit) => limit + 1)
    const limit = known({ initialLimit: 120.5, threshold: 0, alpha, increase })
    limit.sample(1, 11, 120, false)
    expect([alpha.mock.calls, increase.mock.calls]).toEqual([[[120]], [[120.5]]])
  })

  it('counts functions that throw or say no number, and goes by the default', () => {
    const bad = {
      alpha: () => NaN,
      beta: () => 'many' as never,
      threshold: () => Infinity,
      increase: () => {
        throw new Error('bad')
      },
    }
    const limit = known({ initialLimit: 120, ...bad })
    expect(whenWaiting(3, limit)).toBe(122)
    expect(limit.failures).toBe(4)
    for (const drawn of [NaN, 1, -0.1, 5]) {
      const unlucky = new VegasLimit({ random: () => drawn })
      expect([unlucky.failures, unlucky.snapshot()['probeJitter']]).toEqual([1, 0.75])
    }
  })

  it('takes drops of an unknown round trip for drops, and nothing else from them', () => {
    const limit = known()
    const before = limit.snapshot()
    for (const rttMs of [0, -1, NaN, Infinity, 1e300]) limit.sample(1, rttMs, 20, false)
    expect(limit.snapshot()).toEqual(before)
    limit.sample(1, 0, 20, true)
    expect(limit.snapshot()).toEqual({ ...before, limit: 19 })
  })
})

describe('VegasLimit, the baseline', () => {
  it('never counts as more than maxBaselineMs: an overload is not learnt as normal by a probe', () => {
    const overloaded = (options: VegasLimitOptions): number => {
      const limit = new VegasLimit({ probeMultiplier: 1, random: () => 0.5, ...options })
      for (let now = 0; now < 1000; now++) limit.sample(now, 500, limit.value, false)
      return limit.value
    }
    expect(overloaded({})).toBeGreaterThan(500)
    expect(overloaded({ maxBaselineMs: 20 })).toBeLessThan(12)
  })

  it('never counts as less than minBaselineMs: a few fast answers do not make all others look slow', () => {
    const varied = (options: VegasLimitOptions): number => {
      const limit = new VegasLimit({ probeMultiplier: Infinity, ...options })
      for (let now = 0; now < 1000; now++) limit.sample(now, now % 20 === 0 ? 1 : 20, limit.value, false)
      return limit.value
    }
    expect(varied({})).toBeLessThan(12)
    expect(varied({ minBaselineMs: 20 })).toBeGreaterThan(500)
  })

  it('is set by hand with the same value for both', () => {
    const limit = known({ initialLimit: 120, minBaselineMs: 40, maxBaselineMs: 40 })
    limit.sample(1, 40, 120, false)
    expect(limit.value).toBe(132)
    limit.sample(1, 50, 132, false)
    expect(limit.value).toBe(130)
  })
})

describe('options of VegasLimit', () => {
  it.each([
    [{ smoothing: 0 }, 'option "smoothing" must be a number >= 0.001 and <= 1, got 0'],
    [{ alpha: -1 }, 'option "alpha" must be a number >= 0 and <= 1000000, got -1'],
    [{ beta: 'x' }, 'option "beta" must be a number >= 0 and <= 1000000, got "x"'],
    [{ probeMultiplier: 0 }, 'option "probeMultiplier" must be a number >= 1, got 0'],
    [{ random: 5 }, 'option "random" must be a function, got 5'],
    [{ minBaselineMs: -1 }, 'option "minBaselineMs" must be a number >= 0 and <= 9007199254740991, got -1'],
    [{ minBaselineMs: 9, maxBaselineMs: 8 }, 'option "maxBaselineMs" must be a number >= 9, got 8'],
    [{ tolerance: 2 }, 'unknown option "tolerance"'],
    [{ warmStart: { kind: 'VegasLimit', limit: 20 } }, 'must have a finite number "noLoadRttMs", got undefined'],
    [
      { warmStart: { kind: 'VegasLimit', limit: 20, noLoadRttMs: -5, probeCount: 0, probeJitter: 0.7 } },
      'option "warmStart.noLoadRttMs" must be a number >= 0, got -5',
    ],
  ])('say what is wrong with %o', (options, message) => {
    expect(() => new VegasLimit(options as VegasLimitOptions)).toThrow(message)
  })
})
