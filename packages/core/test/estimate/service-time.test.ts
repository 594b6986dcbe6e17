/** Service times, learnt. */
import { ServiceTimeEstimate, createTicket, type ServiceTimeOptions, type Ticket } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const of = (key = ''): Ticket => createTicket(0, { key })
const byKey = (ticket: Ticket): string => ticket.key

/** An estimate that was fed these, one per ms. */
function fed(samples: readonly number[], options: ServiceTimeOptions = {}): ServiceTimeEstimate {
  const estimate = new ServiceTimeEstimate({ deviations: 0, ...options })
  samples.forEach((ms, now) => estimate.sample(of(), now, ms))
  return estimate
}

const repeated = (ms: number, times: number): number[] => Array.from({ length: times }, () => ms)

describe('ServiceTimeEstimate', () => {
  it('knows nothing before it has seen eight', () => {
    expect(fed(repeated(100, 7)).estimateMs(of())).toBe(0)
    expect(fed(repeated(100, 7)).describe(of())).toBeUndefined()
    expect(fed(repeated(100, 8)).estimateMs(of())).toBe(100)
    expect(fed([100], { minSamples: 1 }).describe(of())).toEqual({ meanMs: 100, deviationMs: 50, samples: 1 })
  })

  it('is the plain mean of the first, and then an exponentially weighted one with its mean deviation', () => {
    const first = [10, 20, 30, 40, 50, 60, 70, 80]
    expect(fed(first).estimateMs(of())).toBeCloseTo(45, 9)
    // RFC 6298 with weights of 1/8 for both, by hand.
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 8, maxLength: 40 }), (samples) => {
        let mean = samples[0]!
        let deviation = mean / 2
        samples.slice(1).forEach((ms, i) => {
          const weight = Math.max(1 / 8, i + 2 <= 8 ? 1 / (i + 2) : 0)
          deviation = (1 - weight) * deviation + weight * Math.abs(ms - mean)
          mean = (1 - weight) * mean + weight * ms
        })
        const known = fed(samples).describe(of())!
        expect(known.meanMs).toBeCloseTo(mean, 6)
        expect(known.deviationMs).toBeCloseTo(deviation, 6)
        expect(fed(samples, { deviations: 2 }).estimateMs(of())).toBeCloseTo(mean + 2 * deviation, 6)
      }),
    )
  })

  it.each([
    [0, 0.6, 0.66],
    [1, 0.8, 0.85],
    [2, 0.9, 0.94],
  ])('with %d deviations is above %d to %d of exponential service times', (deviations, least, most) => {
    const random = seededRandom(3)
    const estimate = new ServiceTimeEstimate({ deviations, weight: 0.02 })
    let below = 0
    for (let i = 0; i < 20_000; i++) {
      const ms = -50 * Math.log(1 - random())
      if (ms <= estimate.estimateMs(of())) below++
      estimate.sample(of(), i, ms)
    }
    expect(below / 20_000).toBeGreaterThan(least)
    expect(below / 20_000).toBeLessThan(most)
  })

  it('adds one deviation unless told otherwise', () => {
    const estimate = new ServiceTimeEstimate({ minSamples: 1 })
    estimate.sample(of(), 0, 100)
    expect(estimate.estimateMs(of())).toBe(150)
  })

  it('leaves out what cannot be', () => {
    const estimate = fed(repeated(100, 8))
    for (const ms of [-1, NaN, Infinity, 86_400_001]) estimate.sample(of(), 10, ms)
    expect(estimate.describe(of())).toMatchObject({ meanMs: 100, samples: 8 })
  })

  it('tells kinds apart, and takes all work together where it knows too little of one', () => {
    const estimate = new ServiceTimeEstimate({ deviations: 0, by: byKey })
    for (let i = 0; i < 8; i++) {
      estimate.sample(of('fast'), i, 10)
      estimate.sample(of('slow'), i, 1000)
    }
    expect(estimate.estimateMs(of('fast'))).toBe(10)
    expect(estimate.estimateMs(of('slow'))).toBe(1000)
    expect(estimate.estimateMs(of('new'))).toBeGreaterThan(100)
    estimate.sample(of('__proto__'), 9, 5)
    expect(estimate.size).toBe(3)
  })

  it('has no more kinds than it may, and lets go of those that are not used', () => {
    const estimate = new ServiceTimeEstimate({ deviations: 0, by: byKey, maxKinds: 16 })
    const learn = (key: string): void => {
      for (let i = 0; i < 8; i++) estimate.sample(of(key), i, 7)
    }
    learn('kept')
    for (let i = 0; i < 10_000; i++) {
      estimate.sample(of(`route ${i}`), i, 1000)
      expect(estimate.estimateMs(of('kept'))).toBe(7)
    }
    expect(estimate.size).toBe(16)
    for (let i = 0; i < 100; i++) learn(`later ${i % 4}`)
    expect(estimate.estimateMs(of('later 3'))).toBe(7)
  })

  it('counts a function that throws and goes on with all work together', () => {
    const estimate = new ServiceTimeEstimate({
      deviations: 0,
      by: () => {
        throw new Error('broken')
      },
    })
    for (let i = 0; i < 8; i++) estimate.sample(of(), i, 20)
    expect(estimate.estimateMs(of())).toBe(20)
    expect(estimate.failures).toBe(9)
  })
})

describe('ServiceTimeEstimate.fits', () => {
  it('says whether it will be done; exactly enough time is enough', () => {
    const estimate = fed(repeated(100, 8))
    expect(estimate.fits(of(), 10, 100)).toBe(true)
    expect(estimate.fits(of(), 10, 99.9)).toBe(false)
    expect(new ServiceTimeEstimate().fits(of(), 0, 0)).toBe(true)
  })

  it('lets one in ten through, but no more than one in a second', () => {
    const estimate = fed(repeated(100, 8))
    const answers = Array.from({ length: 3000 }, (_, i) => estimate.fits(of(), 1000 + i, 50))
    const yes = answers.flatMap((answer, i) => (answer ? [i] : []))
    expect(yes).toEqual([9, 1009, 2009])
    const rarely = Array.from({ length: 40 }, (_, i) => estimate.fits(of(), 10_000 * (i + 1), 50))
    expect(rarely.filter(Boolean).length).toBe(4)
    expect(Array.from({ length: 20 }, () => estimate.fits(of(), -1e6, 50)).filter(Boolean).length).toBe(1)
  })

  it('finds out within five seconds that what took ten times as long is over', () => {
    const estimate = fed(repeated(1000, 50))
    let now = 1000
    let refused = 0
    while (now < 60_000 && estimate.estimateMs(of()) > 200) {
      for (let i = 0; i < 20; i++) {
        if (estimate.fits(of(), now, 200)) estimate.sample(of(), now + 100, 100)
        else refused++
      }
      now += 100
    }
    expect(refused).toBeGreaterThan(100)
    expect(now).toBeLessThan(6000)
  })

  it('is not asked for a probe while other work is done', () => {
    const estimate = fed(repeated(100, 8))
    for (let i = 0; i < 5000; i++) {
      expect(estimate.fits(of(), i, 50)).toBe(false)
      if (i % 5 === 0) estimate.sample(of(), i, 100)
    }
  })

  it('names option, value and range when an option is wrong', () => {
    const wrong =
      (options: object): (() => unknown) =>
      () =>
        new ServiceTimeEstimate(options)
    expect(wrong({ weight: 0 })).toThrow(/"weight"/)
    expect(wrong({ weight: 1.1 })).toThrow(RangeError)
    expect(wrong({ deviations: -1 })).toThrow(/"deviations" must be a number >= 0 and <= 16, got -1/)
    expect(wrong({ minSamples: 0 })).toThrow(/"minSamples"/)
    expect(wrong({ maxKinds: 0 })).toThrow(/"maxKinds"/)
    expect(wrong({ by: 'route' })).toThrow(TypeError)
    expect(wrong({ quantile: 0.5 })).toThrow(/unknown option "quantile"/)
  })
})
