/** The BBR limit: its rule beside a list of all samples, and when it is enforced. */
import { BbrLimit, ConcurrencyLimiter, bbrInflight, createTicket, type BbrOptions, type Signal } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** A processor that is as busy as a test says. */
class Cpu implements Signal {
  readonly name = 'cpu'
  busy = 0
  pressure(): number {
    return this.busy
  }
}

interface Sample {
  readonly now: number
  readonly rttMs: number
  readonly dropped: boolean
}

/** Work that goes on evenly: an end every `everyMs`. */
function feed(limit: BbrLimit, { fromMs = 0, untilMs = 1000, everyMs = 1, rttMs = 20, inflight = 5 } = {}): void {
  for (let now = fromMs; now < untilMs; now += everyMs) limit.sample(now, rttMs, inflight, false)
}

describe('bbrInflight', () => {
  it.each([
    [100, 20, 10, 20],
    [7, 20, 10, 1],
    [8, 20, 10, 2],
    [1, 1, 10, 0],
    [50, 33, 10, 17],
  ])('of %d ends in a bucket, %d ms and %d buckets a second is %d', (maxPass, minRttMs, perSecond, expected) => {
    expect(bbrInflight(maxPass, minRttMs, perSecond)).toBe(expected)
  })
})

describe('BbrLimit', () => {
  it('starts at 20, and where it is told to, until the first bucket is over', () => {
    expect(new BbrLimit().value).toBe(20)
    const limit = new BbrLimit({ initialLimit: 40 })
    feed(limit, { untilMs: 100 })
    expect(limit.value).toBe(40)
    limit.sample(100, 20, 5, false)
    expect(limit.value).toBe(21)
  })

  it('holds the most throughput of a bucket times the least mean round trip, and one more', () => {
    const limit = new BbrLimit()
    feed(limit, { untilMs: 100, everyMs: 2, rttMs: 30 })
    feed(limit, { fromMs: 100, untilMs: 200, everyMs: 1, rttMs: 50 })
    feed(limit, { fromMs: 200, untilMs: 300, everyMs: 20, rttMs: 10.5 })
    limit.sample(300, 20, 5, false)
    expect(limit.snapshot()).toEqual({ kind: 'BbrLimit', limit: 12, state: 'enforced', maxPass: 100, minRttMs: 11 })
  })

  it('forgets what is more than a window ago', () => {
    const limit = new BbrLimit({ windowMs: 1000, buckets: 10 })
    feed(limit, { untilMs: 100 })
    feed(limit, { fromMs: 100, untilMs: 1000, everyMs: 20, rttMs: 20 })
    expect(limit.value).toBe(21)
    limit.sample(1000, 20, 5, false)
    expect(limit.value).toBe(2)
  })

  it('stays where it was while nothing is known', () => {
    const limit = new BbrLimit()
    feed(limit, { untilMs: 200 })
    expect(limit.value).toBe(21)
    limit.sample(60_000, 5, 1, false)
    expect(limit.value).toBe(21)
  })

  it('takes what was dropped neither for throughput nor for a round trip', () => {
    const limit = new BbrLimit()
    for (let now = 0; now <= 100; now++) {
      limit.sample(now, 20, 5, false)
      limit.sample(now, 1, 5, true)
    }
    expect(limit.snapshot()).toMatchObject({ maxPass: 100, minRttMs: 20 })
  })

  it('rounds round trips up to its resolution', () => {
    const coarse = new BbrLimit()
    const fine = new BbrLimit({ resolutionMs: 0.001 })
    for (const limit of [coarse, fine]) feed(limit, { untilMs: 101, everyMs: 0.01, rttMs: 0.05 })
    // 100 a millisecond for 0.05 ms are 5 in flight, not 100.
    expect(coarse.value).toBe(101)
    expect(fine.value).toBe(6)
  })

  it('refuses exactly where aegis does: what runs is more than 1 and more than the product', () => {
    for (const rttMs of [1, 10, 20]) {
      const limit = new BbrLimit()
      feed(limit, { untilMs: 101, rttMs })
      const limiter = new ConcurrencyLimiter(limit)
      const product = bbrInflight(100, rttMs, 10)
      for (let inflight = 0; inflight < 30; inflight++) {
        const refused = limiter.admit(createTicket(101), 101) !== undefined
        expect(refused).toBe(inflight > 1 && inflight > product)
        if (refused) break
      }
    }
  })

  it('with the rule of Sentinel counts the quickest single round trip and the present bucket', () => {
    const limit = new BbrLimit({ rule: 'sentinel' })
    for (const [now, rttMs] of [
      [0, 30],
      [1, 10.2],
      [2, 50],
    ] as const)
      limit.sample(now, rttMs, 3, false)
    // 3 in half a second are 6 a second, for 11 ms.
    expect(limit.snapshot()).toMatchObject({ limit: 2, maxPass: 3, minRttMs: 11 })
    for (let i = 0; i < 300; i++) limit.sample(500 + i, 40, 3, false)
    expect(limit.snapshot()['limit']).toBeCloseTo((300 * 2 * 11) / 1000 + 1, 12)
  })
})

describe('BbrLimit and a list of all samples', () => {
  const sample = fc.record({
    gapMs: fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, max: 30, noNaN: true }),
      fc.double({ min: 0, max: 900, noNaN: true }),
    ),
    rttMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 300, noNaN: true })),
    dropped: fc.boolean(),
    times: fc.integer({ min: 1, max: 30 }),
  })
  const samples = fc.array(sample, { maxLength: 50 }).map((steps) => {
    const all: Sample[] = []
    let now = 0
    for (const { gapMs, rttMs, dropped, times } of steps)
      for (let i = 0; i < times; i++) all.push({ now: (now += gapMs / times), rttMs: rttMs + i, dropped })
    return all
  })

  /** From all samples until now: those of the window, by bucket. */
  function buckets(seen: readonly Sample[], bucketMs: number, count: number, withPresent: boolean): number[][] {
    const present = Math.floor(seen.at(-1)!.now / bucketMs)
    const found: number[][] = []
    for (let bucket = present - count + 1; bucket <= (withPresent ? present : present - 1); bucket++) {
      const within = seen.filter(({ now, dropped }) => !dropped && Math.floor(now / bucketMs) === bucket)
      if (within.length > 0) found.push(within.map(({ rttMs }) => Math.max(1, Math.ceil(rttMs))))
    }
    return found
  }

  it('agree on aegis', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const limit = new BbrLimit({ windowMs: 500, buckets: 5 })
        let expected = 20
        for (const [i, { now, rttMs, dropped }] of all.entries()) {
          limit.sample(now, rttMs, 1, dropped)
          const found = buckets(all.slice(0, i + 1), 100, 5, false)
          if (found.length > 0) {
            const most = Math.max(...found.map((rtts) => rtts.length))
            const means = found.map((rtts) => rtts.reduce((sum, rtt) => sum + rtt, 0) / rtts.length)
            expected = Math.max(2, Math.floor((most * Math.ceil(Math.min(...means)) * 10) / 1000 + 0.5) + 1)
          }
          expect(limit.value).toBe(expected)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('agree on Sentinel', () => {
    fc.assert(
      fc.property(samples, (all) => {
        const limit = new BbrLimit({ rule: 'sentinel' })
        let expected = 20
        for (const [i, { now, rttMs, dropped }] of all.entries()) {
          limit.sample(now, rttMs, 1, dropped)
          const found = buckets(all.slice(0, i + 1), 500, 2, true)
          if (found.length > 0) {
            const most = Math.max(...found.map((rtts) => rtts.length))
            expected = Math.max(2, (most * 2 * Math.min(...found.flat())) / 1000 + 1)
          }
          expect(limit.value).toBeCloseTo(expected, 9)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('BbrLimit and the processor', () => {
  const learnt = (options: BbrOptions = {}): { limit: BbrLimit; cpu: Cpu } => {
    const cpu = new Cpu()
    const limit = new BbrLimit({ cpu, maxLimit: 500, ...options })
    feed(limit, { untilMs: 101 })
    return { limit, cpu }
  }

  it('lets in maxLimit while it is calm', () => {
    const { limit } = learnt()
    expect(limit.value).toBe(500)
    expect(limit.snapshot()).toMatchObject({ limit: 21, state: 'open' })
  })

  it('enforces from the threshold on, inclusive', () => {
    const { limit, cpu } = learnt({ threshold: 0.7 })
    cpu.busy = 0.699
    limit.sample(102, 20, 5, false)
    expect(limit.value).toBe(500)
    cpu.busy = 0.7
    limit.sample(103, 20, 5, false)
    expect(limit.value).toBe(21)
  })

  it('is open again at once when it held nobody back', () => {
    const { limit, cpu } = learnt()
    cpu.busy = 1
    limit.sample(102, 20, 20, false)
    cpu.busy = 0
    limit.sample(103, 20, 20, false)
    expect(limit.value).toBe(500)
  })

  it('goes on for a second after it began to hold work back', () => {
    const { limit, cpu } = learnt()
    cpu.busy = 1
    limit.sample(110, 20, 21, false)
    cpu.busy = 0
    limit.sample(1110, 20, 30, false)
    expect(limit.value).toBe(21)
    limit.sample(1110.001, 20, 30, false)
    expect(limit.value).toBe(500)
    // That is over, and does not come again by itself.
    limit.sample(1111, 20, 30, false)
    expect(limit.value).toBe(500)
  })

  it('counts from when it began, not from when it last did: after a long siege it opens at once', () => {
    const { limit, cpu } = learnt()
    cpu.busy = 1
    for (let now = 110; now < 3000; now += 10) limit.sample(now, 20, 25, false)
    cpu.busy = 0
    limit.sample(3000, 20, 25, false)
    expect(limit.value).toBe(500)
  })

  it('begins to count anew with the next siege', () => {
    const { limit, cpu } = learnt()
    for (const fromMs of [1000, 5000]) {
      cpu.busy = 1
      limit.sample(fromMs, 20, 21, false)
      cpu.busy = 0
      limit.tick(fromMs + 999)
      expect(limit.value).toBe(21)
      limit.tick(fromMs + 1001)
      expect(limit.value).toBe(500)
    }
  })

  it('is full with as many as it lets in, also where that is no whole number', () => {
    const { limit, cpu } = learnt({ rule: 'sentinel', resolutionMs: 0.001 })
    cpu.busy = 1
    limit.sample(400, 7.7, 2, false)
    expect(limit.value).toBeCloseTo((102 * 2 * 7.7) / 1000 + 1, 6)
    limit.sample(401, 20, 2, false)
    cpu.busy = 0
    limit.tick(402)
    expect(limit.value).toBeCloseTo((103 * 2 * 7.7) / 1000 + 1, 6)
  })

  it('reads the signal also when somebody leaves, and when it is told to', () => {
    const { limit, cpu } = learnt()
    cpu.busy = 1
    limit.lost(102, 20, 5)
    expect(limit.value).toBe(21)
    cpu.busy = 0
    limit.tick(103)
    expect(limit.value).toBe(500)
    limit.lost(Number.NaN, 20, 5)
    limit.tick(Infinity)
    expect(limit.value).toBe(500)
  })

  it('takes a signal that throws, or says no number, for calm', () => {
    const { limit, cpu } = learnt()
    cpu.busy = Number.NaN
    limit.sample(102, 20, 5, false)
    expect(limit.value).toBe(500)
    cpu.pressure = () => {
      throw new Error('no processor')
    }
    limit.sample(103, 20, 5, false)
    expect(limit.value).toBe(500)
    expect(limit.failures).toBe(1)
  })
})

describe('options of BbrLimit', () => {
  it.each([
    ['cpu', { cpu: 0.5 }, TypeError, 'BbrLimit: option "cpu" must be a Signal: an object with a function "pressure"'],
    ['cpu', { cpu: null }, TypeError, 'option "cpu" must be a Signal'],
    ['rule', { rule: 'google' }, RangeError, 'option "rule" must be one of "aegis", "sentinel"'],
    ['windowMs', { windowMs: 99 }, RangeError, 'option "windowMs" must be a number >= 100 and <= 600000, got 99'],
    ['buckets', { buckets: 1 }, RangeError, 'option "buckets" must be an integer >= 2 and <= 10000, got 1'],
    ['resolutionMs', { resolutionMs: 0 }, RangeError, 'option "resolutionMs" must be a number >= 0.001'],
    ['threshold', { threshold: -0.1 }, RangeError, 'option "threshold" must be a number >= 0 and <= 10, got -0.1'],
    ['cooldownMs', { cooldownMs: Number.NaN }, RangeError, 'option "cooldownMs" must be a number >= 0 and <= 60000'],
    ['maxBaselineMs', { maxBaselineMs: 0 }, RangeError, 'option "maxBaselineMs" must be a number >= 0.001'],
    ['maxLimit', { minLimit: 5, maxLimit: 4 }, RangeError, 'option "maxLimit" must be an integer >= 5'],
    ['window', { window: 5 }, TypeError, 'BbrLimit: unknown option "window"'],
  ])('%s: %o is refused', (_option, options, kind, message) => {
    expect(() => new BbrLimit(options as BbrOptions)).toThrow(kind)
    expect(() => new BbrLimit(options as BbrOptions)).toThrow(message)
  })

  it('caps the best round trip', () => {
    const limit = new BbrLimit({ maxBaselineMs: 8 })
    feed(limit, { untilMs: 101 })
    expect(limit.value).toBe(9)
  })
})
