/** The delay limit, rule by rule. */
import { DelayLimit } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** A limit that is used in full, and has ticked once so that time between ticks is known. */
function used(options: ConstructorParameters<typeof DelayLimit>[0] = {}): DelayLimit {
  const limit = new DelayLimit(options)
  limit.tick(0, 0)
  limit.sample(0, 20, Math.floor(limit.value))
  return limit
}

describe('DelayLimit', () => {
  it('starts at 16, and where it is told to', () => {
    expect(new DelayLimit().value).toBe(16)
    expect(new DelayLimit({ initialLimit: 40 }).value).toBe(40)
    expect(new DelayLimit({ maxLimit: 5 }).value).toBe(5)
  })

  it('grows by 15 % in a round trip while the delay is below the target', () => {
    const limit = used()
    limit.tick(10, 0)
    expect(limit.value).toBeCloseTo(16 * (1 + 0.15 / 2), 9)
  })

  it('grows by one in a round trip at least', () => {
    const limit = used({ initialLimit: 4 })
    limit.tick(20, 0)
    expect(limit.value).toBe(5)
  })

  it('grows by no more than one round trip at a tick, however long ago the last was', () => {
    const limit = used()
    limit.tick(60_000, 0)
    expect(limit.value).toBeCloseTo(16 * 1.15, 9)
  })

  it('does not grow while the limit is not used', () => {
    const limit = new DelayLimit()
    for (let now = 0; now < 10_000; now += 10) {
      limit.sample(now, 20, 10)
      limit.tick(now, 0)
    }
    expect(limit.value).toBe(16)
    limit.sample(10_000, 20, 11)
    limit.tick(10_010, 0)
    expect(limit.value).toBeGreaterThan(16)
  })

  it('asks for use anew at each tick', () => {
    const limit = used()
    limit.tick(10, 0)
    const { value } = limit
    limit.tick(20, 0)
    expect(limit.value).toBe(value)
  })

  it('cuts in proportion to the excess, a fifth at most', () => {
    const mild = used()
    mild.tick(20, 12)
    expect(mild.value).toBeCloseTo(16 * (1 - (0.1 * (12 - 8)) / 8), 9)
    const heavy = used()
    heavy.tick(20, 10_000)
    expect(heavy.value).toBeCloseTo(16 * 0.8, 9)
  })

  it('does not cut for a single measurement that a smoothed one does not bear out', () => {
    const limit = used()
    limit.tick(1, 20)
    expect(limit.value).toBe(16)
  })

  it('does not grow at or above the target', () => {
    const limit = used({ targetMs: 10 })
    limit.tick(1, 10)
    expect(limit.value).toBe(16)
  })

  it('cuts once per smoothed round trip, for earlier the cut cannot show', () => {
    const limit = used()
    const cuts: number[] = []
    let before = limit.value
    for (let now = 5; now <= 105; now += 5) {
      limit.tick(now, 100)
      if (limit.value < before) cuts.push(now)
      before = limit.value
    }
    for (let i = 1; i < cuts.length; i++) expect(cuts[i]! - cuts[i - 1]!).toBe(20)
    expect(cuts.length).toBe(6)
  })

  it('takes longer round trips into account, two seconds at most', () => {
    const limit = used()
    for (let i = 0; i < 1000; i++) limit.sample(0, 1e9, 16)
    limit.tick(10, 1000)
    const once = limit.value
    expect(once).toBeLessThan(16)
    limit.tick(1900, 1000)
    expect(limit.value).toBe(once)
    limit.tick(2100, 1000)
    expect(limit.value).toBeLessThan(once)
  })

  it.each([4, 8, 20])('holds a queue at a standing delay of about %d ms', (targetMs) => {
    // One server, 1 ms each; work is away for 20 ms besides: 20 in flight keep it busy, and each further one waits 1 ms.
    const limit = new DelayLimit({ targetMs })
    const delays: number[] = []
    for (let now = 0; now < 20_000; now += 10) {
      const inflight = Math.floor(limit.value)
      const delayMs = Math.max(0, inflight - 20)
      limit.sample(now, 20 + delayMs, inflight)
      limit.tick(now, delayMs)
      if (now > 5000) delays.push(delayMs)
    }
    const mean = delays.reduce((sum, ms) => sum + ms, 0) / delays.length
    expect(mean).toBeGreaterThan(0.6 * targetMs)
    expect(mean).toBeLessThan(1.5 * targetMs)
    expect(Math.min(...delays)).toBeGreaterThan(0)
  })

  it('keeps to its bounds, whatever it is told', () => {
    const event = fc.record({
      gapMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true })),
      delayMs: fc.oneof(fc.constantFrom(0, Number.MAX_VALUE), fc.double({ min: 0, max: 1e4, noNaN: true })),
      rttMs: fc.oneof(fc.constantFrom(0, Number.MAX_VALUE), fc.double({ min: 0, max: 1e4, noNaN: true })),
      inflight: fc.oneof(fc.nat(100), fc.constant(1e9)),
    })
    const bounds = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.nat(1000))
    fc.assert(
      fc.property(bounds, fc.array(event, { maxLength: 100 }), ([min, more], events) => {
        const limit = new DelayLimit({ minLimit: min, maxLimit: min + more })
        let now = 0
        for (const { gapMs, delayMs, rttMs, inflight } of events) {
          limit.sample(now, rttMs, inflight)
          limit.tick((now += gapMs), delayMs)
          expect(limit.value >= min && limit.value <= min + more).toBe(true)
        }
      }),
    )
  })
})

describe('DelayLimit.update', () => {
  it('holds another target from now on', () => {
    const limit = used()
    limit.tick(20, 5)
    expect(limit.value).toBeGreaterThan(16)
    const { value } = limit
    limit.update({ targetMs: 1 })
    limit.sample(40, 20, 16)
    limit.tick(40, 5)
    expect(limit.value).toBeLessThan(value)
  })

  it('keeps what it knows of delay and round trip', () => {
    const limit = used()
    limit.tick(20, 5)
    const { delayMs, rttMs } = limit.snapshot()
    limit.update({ maxLimit: 10 })
    expect(limit.snapshot()).toEqual({ kind: 'DelayLimit', limit: 10, delayMs, rttMs })
  })

  it('takes no target out of range', () => {
    const limit = used()
    expect(() => limit.update({ targetMs: 0, maxLimit: 10 })).toThrow(
      'DelayLimit: option "targetMs" must be a number >= 0.1 and <= 10000, got 0',
    )
    expect(limit.value).toBe(16)
  })
})

describe('options of DelayLimit', () => {
  const make = (options: object): DelayLimit => new DelayLimit(options)

  it.each([
    ['targetMs', 0.1, 10_000],
    ['minLimit', 1, 10_000],
    ['maxLimit', 2, 1e6],
    ['initialLimit', 2, 10_000],
  ])('takes %s from %d to %d', (option, min, max) => {
    for (const value of [min, max]) expect(() => make({ [option]: value })).not.toThrow()
    for (const value of [min - 0.1, max + 1e6, NaN, -1]) {
      expect(() => make({ [option]: value })).toThrow(RangeError)
      expect(() => make({ [option]: value })).toThrow(`DelayLimit: option "${option}" must be`)
    }
    expect(() => make({ [option]: '5' })).toThrow(TypeError)
  })

  it('starts at the least when that is more than 16', () => {
    expect(make({ minLimit: 30 }).value).toBe(30)
    expect(make({ minLimit: 20_000 }).value).toBe(20_000)
  })

  it('names an option that it does not know', () => {
    expect(() => make({ target: 5 })).toThrow('DelayLimit: unknown option "target"; known are targetMs')
  })
})
