/** The knee limit, rule by rule. What it finds is in knee-plants.test.ts. */
import { KneeLimit, type KneeOptions } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** Ends of work, one every `everyMs`, with `inflight` at work. */
function feed(limit: KneeLimit, inflight: number, { fromMs = 0, untilMs = 1000, everyMs = 2, rttMs = 20 } = {}): void {
  for (let now = fromMs; now < untilMs; now += everyMs) limit.sample(now, rttMs, inflight)
}

describe('KneeLimit', () => {
  it('starts at 16, and where it is told to', () => {
    expect(new KneeLimit().value).toBe(16)
    expect(new KneeLimit({ initialLimit: 40 }).value).toBe(40)
    expect(new KneeLimit({ maxLimit: 5 }).value).toBe(5)
    expect(new KneeLimit({ minLimit: 30 }).value).toBe(30)
    expect(new KneeLimit({ minLimit: 20_000 }).value).toBe(20_000)
  })

  it('does nothing while the limit is not reached, however fast or slow work is', () => {
    const limit = new KneeLimit()
    for (const [i, rttMs] of [1, 20, 500, 20_000, 1].entries()) {
      feed(limit, 15, { fromMs: i * 1000, untilMs: (i + 1) * 1000, rttMs })
      expect(limit.value).toBe(16)
      expect(limit.phase).toEqual({ kind: 'open' })
    }
  })

  it('begins to compare when the limit is what holds work back', () => {
    const limit = new KneeLimit()
    feed(limit, 16, { untilMs: 45 })
    expect(limit.phase).toEqual({ kind: 'seek', knee: 16 })
    expect(limit.value).not.toBe(16)
  })

  it('looks below first when work takes longer than before and no more of it comes out', () => {
    const limit = new KneeLimit()
    feed(limit, 10, { untilMs: 2000 })
    feed(limit, 16, { fromMs: 2000, untilMs: 2100, rttMs: 60 })
    expect(limit.phase.kind).toBe('seek')
    expect(limit.value).toBeLessThan(16)
  })

  it('looks above first when less comes out than before the limit was reached: something became slow', () => {
    const limit = new KneeLimit()
    feed(limit, 10, { untilMs: 2000 })
    feed(limit, 16, { fromMs: 2000, untilMs: 2500, everyMs: 10, rttMs: 160 })
    expect(limit.phase.kind).toBe('seek')
    expect(limit.value).toBeGreaterThan(16)
  })

  it('believes no window of fewer than 20 ends or less than 40 ms', () => {
    for (const [ends, everyMs] of [
      [20, 10],
      [400, 0.1],
    ] as const) {
      const limit = new KneeLimit()
      feed(limit, 16, { untilMs: ends * everyMs - 1e-6, everyMs })
      expect(limit.value).toBe(16)
      feed(limit, 16, { fromMs: ends * everyMs, untilMs: (ends + 2) * everyMs, everyMs })
      expect(limit.value).not.toBe(16)
    }
  })

  it('is open again when nobody has needed the limit for a while', () => {
    const limit = new KneeLimit()
    feed(limit, 16, { untilMs: 100 })
    expect(limit.phase.kind).toBe('seek')
    feed(limit, 2, { fromMs: 100, untilMs: 1000 })
    expect(limit.phase.kind).toBe('open')
  })

  it('brings a limit that nobody needs back to where it is safe to start from', () => {
    const limit = new KneeLimit({ initialLimit: 16, maxLimit: 1000 })
    limit.value = 900
    feed(limit, 10, { untilMs: 20_000 })
    expect(limit.value).toBe(40)
    feed(limit, 1, { fromMs: 20_000, untilMs: 40_000 })
    expect(limit.value).toBe(16)
  })

  it('ignores what ends before a new limit can show: for a round trip, a second at most', () => {
    const limit = new KneeLimit()
    feed(limit, 16, { untilMs: 600, everyMs: 10, rttMs: 5000 })
    const { value } = limit
    expect(value).toBeGreaterThan(16)
    feed(limit, 1000, { fromMs: 600, untilMs: 1450, everyMs: 1, rttMs: 5000 })
    expect(limit.value).toBe(value)
    feed(limit, 1000, { fromMs: 1450, untilMs: 2200, everyMs: 1, rttMs: 5000 })
    expect(limit.value).not.toBe(value)
  })
})

describe('KneeLimit.lost', () => {
  const leave = (limit: KneeLimit, times: number, inflight = limit.value, now = 0): void => {
    for (let i = 0; i < times; i++) limit.lost(now, 500, inflight)
  }

  it('brakes when ten have given up and nothing has ended', () => {
    const limit = new KneeLimit()
    leave(limit, 9)
    expect(limit.value).toBe(16)
    leave(limit, 1)
    expect(limit.value).toBe(8)
    expect(limit.phase.kind).toBe('seek')
  })

  it('does not brake when more work ends than callers leave', () => {
    const limit = new KneeLimit()
    feed(limit, 16, { untilMs: 32 })
    leave(limit, 14, 16, 32)
    expect(limit.value).toBe(16)
  })

  it('does not mind who leaves while there is room', () => {
    const limit = new KneeLimit()
    leave(limit, 1000, 15)
    expect(limit.value).toBe(16)
  })

  it('brakes down to the least and no further', () => {
    const limit = new KneeLimit({ minLimit: 3 })
    for (let i = 0; i < 20; i++) leave(limit, 10, limit.value, i * 5000)
    expect(limit.value).toBe(3)
  })
})

describe('KneeLimit, its bounds', () => {
  const time = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 500, noNaN: true }), fc.constant(1e9))
  const rtt = fc.oneof(
    fc.constantFrom(0, Number.MIN_VALUE, Number.MAX_VALUE, 1e9),
    fc.double({ min: 0, max: 1e4, noNaN: true }),
  )
  const event = fc.record({
    kind: fc.constantFrom('end', 'end', 'end', 'dropped', 'lost'),
    times: fc.integer({ min: 1, max: 60 }),
    gapMs: time,
    rttMs: rtt,
    inflight: fc.oneof(fc.constantFrom(0, 1, 1e9), fc.nat(200), fc.constant(-1)),
  })
  const options = fc
    .tuple(fc.integer({ min: 1, max: 50 }), fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([min, more, share]): Required<KneeOptions> => {
      return { minLimit: min, maxLimit: min + more, initialLimit: min + Math.floor(share * more) }
    })

  it('hold for any samples: time that stands still, endless round trips, any number in flight', () => {
    fc.assert(
      fc.property(options, fc.array(event, { maxLength: 60 }), (bounds, events) => {
        const limit = new KneeLimit(bounds)
        let now = 0
        for (const { kind, times, gapMs, rttMs, inflight } of events) {
          for (let i = 0; i < times; i++) {
            now += gapMs
            // -1 stands for exactly as many as the limit lets in.
            const running = inflight === -1 ? Math.floor(limit.value) : inflight
            if (kind === 'lost') limit.lost(now, rttMs, running)
            else limit.sample(now, rttMs, running)
            expect(limit.value >= bounds.minLimit && limit.value <= bounds.maxLimit).toBe(true)
          }
        }
      }),
    )
  })
})

describe('options of KneeLimit', () => {
  const make = (options: object): KneeLimit => new KneeLimit(options)

  it.each([
    ['minLimit', {}, 1],
    ['maxLimit', { minLimit: 5 }, 5],
    ['initialLimit', { minLimit: 4, maxLimit: 9 }, 4],
  ])('takes nothing but whole numbers in range for %s', (option, others, min) => {
    for (const value of [min - 1, min + 0.5, -1, NaN, Infinity, 1e6 + 1]) {
      expect(() => make({ ...others, [option]: value })).toThrow(RangeError)
      expect(() => make({ ...others, [option]: value })).toThrow(
        `KneeLimit: option "${option}" must be an integer >= ${min}`,
      )
    }
    for (const value of ['5', {}]) expect(() => make({ ...others, [option]: value })).toThrow(TypeError)
    expect(() => make({ ...others, [option]: min })).not.toThrow()
  })

  it('takes no initialLimit above maxLimit and no maxLimit below minLimit', () => {
    expect(() => make({ maxLimit: 8, initialLimit: 9 })).toThrow(
      '"initialLimit" must be an integer >= 2 and <= 8, got 9',
    )
    expect(() => make({ minLimit: 8, maxLimit: 7 })).toThrow('"maxLimit" must be an integer >= 8')
  })

  it('names an option that it does not know', () => {
    expect(() => make({ max: 5 })).toThrow(
      'KneeLimit: unknown option "max"; known are initialLimit, minLimit, maxLimit',
    )
  })
})
