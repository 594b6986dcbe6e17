/** The AIMD limit, rule by rule. That it is Netflix's is in netflix-golden.test.ts. */
import { AimdLimit, type AimdLimitOptions } from '@spillway/core'
import { describe, expect, it } from 'vitest'

/** One sample after the other at 100 ms intervals, in full use; `x` for a drop, `s` for a slow success, else a success. */
function play(limit: AimdLimit, samples: string, rttMs = 10): number[] {
  return samples.split('').map((kind, i) => {
    limit.sample(i * 100, kind === 's' ? 6000 : rttMs, Math.ceil(limit.value), kind === 'x')
    return limit.value
  })
}

describe('AimdLimit', () => {
  it('starts at 20, and where it is told to', () => {
    expect(new AimdLimit().value).toBe(20)
    expect(new AimdLimit({ initialLimit: 70 }).value).toBe(70)
    expect(new AimdLimit({ maxLimit: 5 }).value).toBe(5)
    expect(new AimdLimit({ minLimit: 300 }).value).toBe(300)
  })

  it('grows by one with each sample while at least half of it is in use', () => {
    const limit = new AimdLimit()
    limit.sample(0, 10, 10, false)
    expect(limit.value).toBe(21)
    limit.sample(1, 10, 10, false)
    expect(limit.value).toBe(21)
    limit.sample(2, 10, 11, false)
    expect(limit.value).toBe(22)
  })

  it('loses a tenth with each drop and each success after 5 s, rounded down', () => {
    expect(play(new AimdLimit({ initialLimit: 55 }), 'xs.x')).toEqual([49, 44, 45, 40])
  })

  it('takes exactly timeoutMs for a success in time', () => {
    const limit = new AimdLimit({ initialLimit: 50 })
    limit.sample(0, 5000, 50, false)
    expect(limit.value).toBe(51)
    limit.sample(1, 5000.001, 50, false)
    expect(limit.value).toBe(45)
  })

  it('slams on the brakes where it is told to', () => {
    const brakes: AimdLimitOptions = { initialLimit: 100, minLimit: 1, backoffRatio: 0.5 }
    expect(play(new AimdLimit(brakes), 'xxs')).toEqual([50, 25, 12])
    expect(play(new AimdLimit({ ...brakes, backoffRatio: 0.9, timeoutRatio: 0.5 }), 'xs')).toEqual([90, 45])
  })

  it('grows by one in a round trip where it is told to', () => {
    const limit = new AimdLimit({ growth: 'per-window' })
    play(limit, '.'.repeat(20))
    expect(limit.value).toBeGreaterThan(20.9)
    expect(limit.value).toBeLessThan(21)
    play(limit, '.')
    expect(Math.floor(limit.value)).toBe(21)
  })

  it('cuts at each drop of a burst, or once for all that started before the cut', () => {
    const burst = (options: AimdLimitOptions): number => {
      const limit = new AimdLimit({ initialLimit: 100, ...options })
      for (let i = 0; i < 10; i++) limit.sample(1000 + i, 50, 100, true)
      return limit.value
    }
    expect(burst({})).toBe(32)
    expect(burst({ cutOncePerRtt: true })).toBe(90)
  })

  it('cuts again for what started at the last cut or later', () => {
    const limit = new AimdLimit({ initialLimit: 100, cutOncePerRtt: true })
    const drop = (now: number, rttMs: number): number => {
      limit.sample(now, rttMs, 100, true)
      return limit.value
    }
    expect([drop(1000, 50), drop(1049, 50), drop(1050, 50), drop(1060, 11), drop(1061, 11)]).toEqual([
      90, 90, 81, 81, 72,
    ])
  })

  it('cuts when the clock went back, and reckons from there', () => {
    const limit = new AimdLimit({ initialLimit: 100, cutOncePerRtt: true })
    for (const now of [1e9, 1000, 1001]) limit.sample(now, 50, 100, true)
    expect(limit.value).toBe(81)
  })

  it('stays within a multiple of what was in flight lately', () => {
    const limit = new AimdLimit({ initialLimit: 100, minLimit: 2, inflightFactor: 3, inflightWindowMs: 1000 })
    limit.sample(0, 10, 40, false)
    expect(limit.value).toBe(100)
    limit.sample(500, 10, 4, false)
    limit.sample(1500, 10, 4, false)
    expect(limit.value).toBe(100)
    limit.sample(2500, 10, 4, false)
    expect(limit.value).toBe(12)
    limit.sample(3500, 10, 0, false)
    limit.sample(4500, 10, 0, false)
    limit.sample(5500, 10, 0, false)
    expect(limit.value).toBe(2)
  })

  it('may always be one above the peak, so that a factor of 1 does not pin it', () => {
    const limit = new AimdLimit({ initialLimit: 5, minLimit: 1, inflightFactor: 1 })
    for (let now = 0; now < 100; now++) limit.sample(now, 10, Math.floor(limit.value), false)
    expect(limit.value).toBe(105)
  })
})

describe('AimdLimit, changed while it runs', () => {
  it('keeps what it learnt within the new bounds', () => {
    const limit = new AimdLimit({ initialLimit: 100 })
    limit.update({ maxLimit: 60 })
    expect(limit.value).toBe(60)
    limit.update({ minLimit: 60 })
    limit.update({ maxLimit: 500 })
    expect(limit.value).toBe(60)
  })

  it('lets the ratio of timeouts follow that of drops, until it has one of its own', () => {
    const limit = new AimdLimit({ initialLimit: 100 })
    limit.update({ backoffRatio: 0.5 })
    limit.sample(0, 9999, 100, false)
    expect(limit.value).toBe(50)
    limit.update({ timeoutRatio: 0.8 })
    limit.update({ backoffRatio: 0.9 })
    limit.sample(0, 9999, 100, false)
    expect(limit.value).toBe(40)
  })

  it('changes nothing when one option of several is bad', () => {
    const limit = new AimdLimit({ initialLimit: 100 })
    expect(() => limit.update({ maxLimit: 50, backoffRatio: 2 })).toThrow(
      new RangeError('AimdLimit: option "backoffRatio" must be a number >= 0.1 and <= 1, got 2'),
    )
    expect(limit.value).toBe(100)
    limit.sample(0, 10, 100, true)
    expect(limit.value).toBe(90)
  })
})

describe('options of AimdLimit', () => {
  it.each([
    [{ backoffRatio: 0 }, 'option "backoffRatio" must be a number >= 0.1 and <= 1, got 0'],
    [{ timeoutRatio: 1.1 }, 'option "timeoutRatio" must be a number >= 0.1 and <= 1, got 1.1'],
    [{ timeoutMs: 0 }, 'option "timeoutMs" must be a number >= 0.001, got 0'],
    [{ growth: 'fast' }, 'option "growth" must be one of "per-sample", "per-window", got "fast"'],
    [{ cutOncePerRtt: 1 }, 'option "cutOncePerRtt" must be a boolean, got 1'],
    [{ inflightFactor: 0.5 }, 'option "inflightFactor" must be a number >= 1, got 0.5'],
    [{ inflightWindowMs: 0 }, 'option "inflightWindowMs" must be a number >= 1 and <= 9007199254740991, got 0'],
    [{ initialLimit: 10 }, 'option "initialLimit" must be a number >= 20 and <= 200, got 10'],
    [{ maxConcurrency: 10 }, 'unknown option "maxConcurrency"'],
    [{ warmStart: { kind: 'VegasLimit', limit: 5 } }, 'must be a snapshot of a AimdLimit, got one of VegasLimit'],
  ])('say what is wrong with %o', (options, message) => {
    expect(() => new AimdLimit(options as AimdLimitOptions)).toThrow(message)
  })

  it('may not name at an update what only a start has', () => {
    expect(() => new AimdLimit().update({ initialLimit: 30 } as object)).toThrow('unknown option "initialLimit"')
  })
})
