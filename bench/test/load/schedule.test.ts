/** The absolute schedule: seeded, without clocks. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/load/random.ts'
import { type ArrivalKind, arrivalKinds, Schedule } from '../../src/load/schedule.ts'

function dues(
  arrivals: ArrivalKind,
  rate: number,
  options: { untilMs: number; seed?: number; startMs?: number },
): number[] {
  const { untilMs, seed = 1, startMs = 0 } = options
  const schedule = new Schedule({ arrivals, rate, startMs, random: seededRandom(seed) })
  const due: number[] = []
  while (schedule.nextMs < untilMs) {
    due.push(schedule.nextMs)
    schedule.advance()
  }
  return due
}

describe('Schedule', () => {
  test('spaces constant arrivals evenly and starts with the first at once', () => {
    expect(dues('constant', 400, { untilMs: 10, startMs: 0 })).toEqual([0, 2.5, 5, 7.5])
  })

  test('offers exactly rate times seconds, whatever the rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 20 }), (rate, seconds) => {
        expect(dues('constant', rate, { untilMs: seconds * 1000 - 1e-6 })).toHaveLength(rate * seconds)
      }),
      { numRuns: 50 },
    )
  })

  test.each(arrivalKinds)('gives the same %s arrivals for the same seed', (kind) => {
    const once = dues(kind, 300, { untilMs: 5000, seed: 7 })
    expect(dues(kind, 300, { untilMs: 5000, seed: 7 })).toEqual(once)
  })

  test.each(['poisson', 'bursty'] as const)('gives other %s arrivals for another seed', (kind) => {
    expect(dues(kind, 300, { untilMs: 5000, seed: 7 })).not.toEqual(dues(kind, 300, { untilMs: 5000, seed: 8 }))
  })

  test.each(arrivalKinds)('never goes back in time with %s arrivals', (kind) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const due = dues(kind, 500, { untilMs: 3000, seed })
        expect(due).toEqual([...due].sort((a, b) => a - b))
      }),
    )
  })

  test.each(arrivalKinds)('keeps the mean rate with %s arrivals', (kind) => {
    const { length } = dues(kind, 200, { untilMs: 600_000, seed: 3 })
    expect(length / 600).toBeGreaterThan(190)
    expect(length / 600).toBeLessThan(210)
  })

  test('leaves silences between bursts', () => {
    const due = dues('bursty', 200, { untilMs: 60_000, seed: 5 })
    const gaps = due.slice(1).map((at, index) => at - (due[index] ?? 0))
    expect(gaps.filter((gap) => gap > 300).length).toBeGreaterThan(30)
  })

  test('offers nothing at rate 0 until the rate changes', () => {
    const schedule = new Schedule({ arrivals: 'constant', rate: 0, startMs: 0, random: seededRandom(1) })
    expect(schedule.nextMs).toBe(Infinity)
    schedule.setRate(100, 500)
    expect(schedule.nextMs).toBe(510)
  })

  test('adds no request when an even rate is changed', () => {
    const schedule = new Schedule({ arrivals: 'constant', rate: 10, startMs: 0, random: seededRandom(1) })
    schedule.advance()
    schedule.setRate(1000, 50)
    expect(schedule.nextMs).toBe(51)
  })
})
