/** The windowed limit, rule by rule. That it is Netflix's is in netflix-golden.test.ts. */
import { AimdLimit, delegateSnapshot, FixedLimit, SettableLimit, WindowedLimit } from '@spillway/core'
import type { Limit, WindowedLimitOptions } from '@spillway/core'
import { describe, expect, it, vi } from 'vitest'

type Sample = [now: number, rttMs: number, inflight: number, dropped: boolean]

/** A delegate that notes what it is told. */
function noting(): { limit: Limit; told: Sample[] } {
  const told: Sample[] = []
  return { told, limit: { value: 7, sample: (...sample) => void told.push(sample) } }
}

function fill(limit: Limit, fromMs: number, rtts: readonly number[], everyMs = 10): void {
  for (const [i, rttMs] of rtts.entries()) limit.sample(fromMs + i * everyMs, rttMs, i + 1, false)
}

const tenths = Array.from({ length: 10 }, (_, i) => i + 1)

describe('WindowedLimit', () => {
  it('is worth what its delegate is worth', () => {
    const settable = new SettableLimit(5)
    const limit = new WindowedLimit(settable)
    settable.set(9)
    expect(limit.value).toBe(9)
  })

  it('passes on the average, the peak in flight and whether anything was dropped, once a window', () => {
    const { limit: delegate, told } = noting()
    const limit = new WindowedLimit(delegate)
    // The first sample of all opens the first window by closing the one before it.
    limit.sample(0, 5, 1, false)
    fill(limit, 100, tenths)
    expect(told).toEqual([])
    limit.sample(1001, 16, 3, true)
    expect(told).toEqual([[1001, (55 + 16) / 11, 10, true]])
    limit.sample(1002, 16, 3, false)
    expect(told.length).toBe(1)
  })

  it('throws away a window with fewer samples than windowSize', () => {
    const { limit: delegate, told } = noting()
    const limit = new WindowedLimit(delegate)
    limit.sample(0, 5, 1, false)
    fill(limit, 100, tenths.slice(2))
    limit.sample(1001, 5, 1, false)
    expect(told).toEqual([])
    fill(limit, 1100, tenths.slice(1))
    limit.sample(2002, 1, 1, false)
    expect(told).toEqual([[2002, 5.5, 9, false]])
  })

  it('lasts twice the least round trip, within its bounds, counted from the end of the last', () => {
    const ends = (rttMs: number): number => {
      const { limit: delegate, told } = noting()
      const limit = new WindowedLimit(delegate, { minWindowMs: 100, maxWindowMs: 300, windowSize: 1 })
      for (let now = 0; told.length < 2; now++) limit.sample(now, rttMs, 1, false)
      return told[1]![0]
    }
    expect([10, 60, 120, 4000].map(ends)).toEqual([101, 121, 241, 301])
  })

  it('does not see work faster than minRttMs, nor what is no time', () => {
    const { limit: delegate, told } = noting()
    const limit = new WindowedLimit(delegate, { windowSize: 1 })
    for (const rttMs of [0.09, 0, -1, NaN, Infinity, 1e300]) limit.sample(0, rttMs, 1, true)
    for (const now of [NaN, Infinity, -Infinity]) limit.sample(now, 1, 1, true)
    expect(told).toEqual([])
    limit.sample(0, 0.1, 1, true)
    expect(told).toEqual([[0, 0.1, 1, true]])
  })

  it.each([
    [0.9, 9],
    [0.5, 5],
    [0.001, 1],
    [0.96, 10],
  ])('passes on percentiles where it is told to: %d of 1 to 10 ms is %d ms', (percentile, expected) => {
    const { limit: delegate, told } = noting()
    const limit = new WindowedLimit(delegate, { sampleWindow: 'percentile', percentile })
    limit.sample(0, 5, 1, false)
    fill(limit, 100, tenths.toReversed().slice(0, 9))
    limit.sample(1001, 1, 1, false)
    expect(told).toEqual([[1001, expected, 9, false]])
  })

  it('makes a percentile of the first samples only, and sees nothing of the rest', () => {
    const { limit: delegate, told } = noting()
    const limit = new WindowedLimit(delegate, { sampleWindow: 'percentile', maxSamples: 10 })
    limit.sample(0, 5, 1, false)
    fill(limit, 100, tenths)
    limit.sample(1001, 99, 99, true)
    expect(told).toEqual([[1001, 9, 10, false]])
  })

  it('opens a new window when the clock went back to before the last one', () => {
    const { limit: delegate, told } = noting()
    const limit = new WindowedLimit(delegate, { windowSize: 1 })
    limit.sample(1e9, 50, 1, false)
    // Work that started after the one that closed the window may end before it does.
    limit.sample(1e9 - 50, 60, 1, false)
    expect(told.length).toBe(1)
    limit.sample(1000, 50, 1, false)
    limit.sample(2001, 50, 1, false)
    expect(told.map(([now]) => now)).toEqual([1e9, 1000, 2001])
  })

  it('passes on at once that callers left', () => {
    const lost = vi.fn<(now: number, rttMs: number, inflight: number) => void>()
    new WindowedLimit({ value: 5, sample: () => undefined, lost }).lost(1, 2, 3)
    expect(lost.mock.calls).toEqual([[1, 2, 3]])
    expect(() => new WindowedLimit(new FixedLimit(5)).lost(1, 2, 3)).not.toThrow()
  })

  it('shows in its snapshot what the delegate has learnt', () => {
    const snapshot = new WindowedLimit(new AimdLimit()).snapshot()
    expect(snapshot).toEqual({
      kind: 'WindowedLimit',
      limit: 20,
      samples: 0,
      'delegate.kind': 'AimdLimit',
      'delegate.limit': 20,
    })
    expect(delegateSnapshot(snapshot)).toEqual({ kind: 'AimdLimit', limit: 20 })
    expect(() => delegateSnapshot(new WindowedLimit({ value: 5, sample() {} }).snapshot())).toThrow(
      'delegateSnapshot: needs the snapshot of a WindowedLimit whose delegate has one, got one of WindowedLimit',
    )
  })
})

describe('WindowedLimit, changed while it runs', () => {
  it('begins an empty window when round trips are made into one in another way, and only then', () => {
    const limit = new WindowedLimit(new AimdLimit())
    limit.sample(0, 5, 1, false)
    fill(limit, 100, tenths)
    limit.update({ windowSize: 20 })
    expect(limit.snapshot()['samples']).toBe(10)
    limit.update({ sampleWindow: 'percentile' })
    expect(limit.snapshot()['samples']).toBe(0)
  })

  it('changes nothing when one option of several is bad', () => {
    const limit = new WindowedLimit(new AimdLimit())
    fill(limit, 100, tenths)
    const before = limit.snapshot()
    expect(() => limit.update({ sampleWindow: 'percentile', percentile: 1 })).toThrow('option "percentile"')
    expect(limit.snapshot()).toEqual(before)
  })

  it('lets a window length that nobody named follow the other', () => {
    const limit = new WindowedLimit(new AimdLimit(), { minWindowMs: 3000 })
    expect(() => limit.update({ minWindowMs: 5000 })).not.toThrow()
    expect(() => limit.update({ maxWindowMs: 4000 })).toThrow('option "maxWindowMs" must be a number >= 5000')
  })
})

describe('a warm start of WindowedLimit', () => {
  it('goes without a window whose round trips were measured in another way', () => {
    const average = new WindowedLimit(new AimdLimit())
    fill(average, 100, tenths)
    const warmStart = average.snapshot()
    const limit = new WindowedLimit(new AimdLimit(), { warmStart, sampleWindow: 'percentile' })
    expect([warmStart['samples'], limit.snapshot()['samples']]).toEqual([9, 0])
  })

  it('does not wait for a clock of before that was ahead', () => {
    const old = new WindowedLimit(new AimdLimit())
    old.sample(1e9, 50, 20, false)
    const { limit: delegate, told } = noting()
    const limit = new WindowedLimit(delegate, { warmStart: old.snapshot(), windowSize: 1 })
    limit.sample(5, 1, 1, false)
    expect(told.length).toBe(1)
  })

  it('says what is wrong with it', () => {
    const make = (detail: object): WindowedLimit => {
      const warmStart = {
        kind: 'WindowedLimit',
        limit: 5,
        samples: 2,
        minRttMs: 1,
        maxInflight: 1,
        dropped: 0,
        ...detail,
      }
      return new WindowedLimit(new AimdLimit(), { warmStart, sampleWindow: 'percentile' })
    }
    expect(() => make({ rttsMs: '1 2' })).not.toThrow()
    for (const rttsMs of ['1', '1 2 3', '1 x', '1 -2', '', 5])
      expect(() => make({ rttsMs })).toThrow('WindowedLimit: option "warmStart" must have 2 numbers in "rttsMs"')
    expect(() => make({ kind: 'AimdLimit' })).toThrow('must be a snapshot of a WindowedLimit')
    expect(() => make({ rttsMs: '1 2', minRttMs: -1 })).toThrow('option "warmStart.minRttMs" must be a number >= 0')
  })
})

describe('options of WindowedLimit', () => {
  it.each([
    [{ minWindowMs: 0 }, 'option "minWindowMs" must be a number >= 1'],
    [{ minWindowMs: 200, maxWindowMs: 100 }, 'option "maxWindowMs" must be a number >= 200'],
    [{ windowSize: 0 }, 'option "windowSize" must be an integer >= 1 and <= 100000, got 0'],
    [{ minRttMs: -1 }, 'option "minRttMs" must be a number >= 0'],
    [{ sampleWindow: 'median' }, 'option "sampleWindow" must be one of "average", "percentile", got "median"'],
    [{ percentile: 0 }, 'option "percentile" must be a number >= 0.001 and <= 0.999999, got 0'],
    [{ maxSamples: 9 }, 'option "maxSamples" must be an integer >= 10 and <= 100000, got 9'],
    [{ window: 1 }, 'unknown option "window"'],
  ])('say what is wrong with %o', (options, message) => {
    expect(() => new WindowedLimit(new FixedLimit(5), options as WindowedLimitOptions)).toThrow(message)
  })
})
