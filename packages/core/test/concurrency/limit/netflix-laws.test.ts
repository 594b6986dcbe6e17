/** What holds for Netflix's limits whatever they are told and whatever they see. */
import type { LearningLimit, LimitSnapshot, Random } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { aimd, bounds, feed, gradient, gradient2, kinds, sane, vegas, wild } from './netflix-kinds.ts'

describe.each(kinds)('$name', ({ options, make }) => {
  it('stays within its bounds, finite, and never throws, whatever it sees', () => {
    fc.assert(
      fc.property(bounds, options, fc.array(wild, { minLength: 20, maxLength: 120 }), (within, others, samples) => {
        const limit = make({ ...others, ...within }, { random: seededRandom(1) })
        feed(limit, samples, { now: 0 }, () => {
          expect(limit.value).toBeGreaterThanOrEqual(within.minLimit)
          expect(limit.value).toBeLessThanOrEqual(within.maxLimit)
        })
        for (const detail of Object.values(limit.snapshot())) expect(detail).not.toBeOneOf([NaN, Infinity, -Infinity])
      }),
      { numRuns: 60 },
    )
  })

  it('goes on as if nothing had happened when it is rebuilt from its snapshot', () => {
    const many = fc.array(sane, { minLength: 5, maxLength: 60 })
    fc.assert(
      fc.property(bounds, options, many, many, (within, others, before, after) => {
        const all = { ...others, ...within }
        let drawn = 0
        const tape = (from: number): Random => {
          let at = from
          return () => {
            drawn = Math.max(drawn, ++at)
            return seededRandom(at)()
          }
        }
        const limit = make(all, { random: tape(0) })
        const clock = { now: 1000 }
        feed(limit, before, clock)
        const kept = JSON.parse(JSON.stringify(limit.snapshot())) as LimitSnapshot
        const twin = make(all, { random: tape(drawn), warmStart: kept })
        expect(twin.value).toBe(limit.value)
        expect(twin.snapshot()).toEqual(limit.snapshot())
        const twinClock = { ...clock }
        for (const sample of after) {
          feed(limit, [sample], clock)
          feed(twin, [sample], twinClock)
          expect(twin.value).toBe(limit.value)
        }
        expect(twin.snapshot()).toEqual(limit.snapshot())
      }),
      { numRuns: 60 },
    )
  })
})

describe.each([aimd, vegas, gradient, gradient2])('$name, changed while it runs', ({ name, options, make }) => {
  it('takes all of a change or nothing, and stays within the new bounds', () => {
    fc.assert(
      fc.property(bounds, bounds, options, fc.array(sane, { maxLength: 30 }), (within, change, others, samples) => {
        const [limit, other] = [0, 1].map(() => make({ ...others, ...within }, { random: seededRandom(1) })) as [
          LearningLimit<object>,
          LearningLimit<object>,
        ]
        for (const each of [limit, other]) feed(each, samples, { now: 0 })
        const { minLimit, maxLimit } = change
        const bad = { minLimit, maxLimit, inflightFactor: 0 }
        expect(() => limit.update(bad)).toThrow('option "inflightFactor" must be a number >= 1, got 0')
        expect(() => limit.update({ minLimit, maxLimit, colour: 1 })).toThrow('unknown option "colour"')
        for (const each of [limit, other]) feed(each, samples, { now: 1e5 })
        expect(limit.snapshot()).toEqual(other.snapshot())
        limit.update({ minLimit, maxLimit })
        expect(limit.value).toBeCloseTo(Math.max(minLimit, Math.min(maxLimit, other.value)), 6)
        feed(limit, samples, { now: 2e5 }, () => {
          expect(limit.value).toBeGreaterThanOrEqual(minLimit)
          expect(limit.value).toBeLessThanOrEqual(maxLimit)
        })
      }),
      { numRuns: 40 },
    )
  })

  it('does as one made with those options does', () => {
    fc.assert(
      fc.property(options, options, fc.array(sane, { maxLength: 40 }), (old, change, samples) => {
        // A countdown drawn before a change stays, so a gradient is compared where it never probes.
        const steady = name === 'GradientLimit' ? { probeInterval: Infinity } : {}
        const changed = make({ ...old, ...steady, initialLimit: 50 }, { random: () => 0 })
        changed.update({ ...change, ...steady })
        changed.update({})
        const fresh = make({ ...old, ...change, ...steady, initialLimit: 50 }, { random: () => 0 })
        for (const each of [changed, fresh]) feed(each, samples, { now: 0 })
        expect(changed.snapshot()).toEqual(fresh.snapshot())
      }),
      { numRuns: 40 },
    )
  })
})
