/** The bucketed window beside a list of everything that was ever added. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { BucketWindow } from '../../src/estimate/bucket-window.ts'

interface Event {
  readonly at: number
  readonly value: number
}

/** What the window must say, from all events: those of the present bucket only if asked for. */
function naive(
  events: readonly Event[],
  now: number,
  { bucketMs = 10, buckets = 5, withPresent = false } = {},
): number[] {
  const present = Math.floor(now / bucketMs)
  const inBucket = new Map<number, number[]>()
  for (const { at, value } of events) {
    const bucket = Math.floor(at / bucketMs)
    if (bucket <= present - buckets || (bucket === present && !withPresent)) continue
    inBucket.set(bucket, [...(inBucket.get(bucket) ?? []), value])
  }
  const all = [...inBucket.values()]
  const means = all.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length)
  return [Math.max(0, ...all.map((values) => values.length)), Math.min(...means), Math.min(...all.flat())]
}

const seen = (window: BucketWindow, withPresent = false): number[] => [
  window.mostCount(withPresent),
  window.leastMean(withPresent),
  window.least(withPresent),
]

describe('BucketWindow', () => {
  it('leaves out the present bucket unless it is asked for', () => {
    const window = new BucketWindow(50, 5)
    expect(window.add(0, 4)).toBe(true)
    expect(window.add(9, 2)).toBe(false)
    expect(seen(window)).toEqual([0, Infinity, Infinity])
    expect(seen(window, true)).toEqual([2, 3, 2])
    expect(window.advance(10)).toBe(true)
    expect(seen(window)).toEqual([2, 3, 2])
  })

  it('forgets a bucket when the window has passed it', () => {
    const window = new BucketWindow(50, 5)
    window.add(0, 4)
    window.advance(49)
    expect(window.mostCount()).toBe(1)
    window.advance(50)
    expect(window.mostCount()).toBe(0)
  })

  it('says what a list of all values says', () => {
    const step = fc.oneof(fc.constant(0), fc.nat(15), fc.nat(80))
    const event = fc.record({ step, value: fc.integer({ min: 1, max: 50 }), adds: fc.boolean() })
    const start = fc.integer({ min: -100, max: 100 })
    fc.assert(
      fc.property(start, fc.array(event, { maxLength: 60 }), (from, steps) => {
        const window = new BucketWindow(50, 5)
        const events: Event[] = []
        let now = from
        for (const { step: ms, value, adds } of steps) {
          now += ms
          if (adds) {
            events.push({ at: now, value })
            window.add(now, value)
          } else window.advance(now)
          expect(seen(window)).toEqual(naive(events, now))
          expect(seen(window, true)).toEqual(naive(events, now, { withPresent: true }))
        }
      }),
    )
  })

  it('counts what comes while time goes back in the present bucket', () => {
    const window = new BucketWindow(50, 5)
    window.add(100, 1)
    expect(window.add(20, 3)).toBe(false)
    expect(seen(window, true)).toEqual([2, 2, 1])
  })

  it('survives instants that are too large for buckets', () => {
    const window = new BucketWindow(0.5, 5)
    window.add(Number.MAX_VALUE, 1)
    expect(seen(window, true)).toEqual([0, Infinity, Infinity])
    window.add(1e300, 1)
    window.add(1e301, 2)
    expect(seen(window, true)).toEqual([1, 2, 2])
  })
})
