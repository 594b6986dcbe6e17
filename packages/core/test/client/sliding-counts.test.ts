/** Counts that slide: against a list of everything that was ever counted. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SlidingCounts } from '../../src/client/sliding-counts.ts'

/** Keeps every entry, and adds up those whose slot is not too old. */
class Naive {
  readonly #entries: { readonly column: number; readonly at: number; readonly amount: number }[] = []
  readonly #slotMs: number
  readonly #slots: number
  now = -Infinity

  constructor(slotMs: number, slots: number) {
    this.#slotMs = slotMs
    this.#slots = slots
  }

  addAt(column: number, at: number, amount: number): void {
    if (this.#age(at) <= this.#slots) this.#entries.push({ column, at: Math.min(at, this.now), amount })
  }

  sum(column: number, newest = Infinity): number {
    return this.#entries
      .filter((entry) => entry.column === column && this.#age(entry.at) <= Math.min(this.#slots, newest - 1))
      .reduce((sum, entry) => sum + entry.amount, 0)
  }

  #age(at: number): number {
    return Math.floor(this.now / this.#slotMs) - Math.floor(Math.min(at, this.now) / this.#slotMs)
  }
}

function countAt(counts: SlidingCounts, column: number, at: number): number {
  const row = counts.rowAt(at)
  return row < 0 ? 0 : counts.countIn(row, column)
}

function addAt(counts: SlidingCounts, column: number, at: number, amount: number): void {
  const row = counts.rowAt(at)
  if (row >= 0) counts.addIn(row, column, amount)
}

const step = fc.record({
  pause: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 250 }), fc.integer({ min: -300, max: 5000 })),
  column: fc.nat(1),
  amount: fc.integer({ min: -2, max: 3 }),
  backMs: fc.oneof(fc.constant(0), fc.integer({ min: -50, max: 1500 })),
})

describe('SlidingCounts', () => {
  it('has the sums of a list of everything, whatever the times are', () => {
    const shape = fc.record({ slots: fc.integer({ min: 1, max: 7 }), start: fc.integer({ min: -5000, max: 5000 }) })
    fc.assert(
      fc.property(shape, fc.array(step, { maxLength: 60 }), ({ slots, start }, steps) => {
        const counts = new SlidingCounts({ windowMs: 100 * slots, slots, columns: 2 })
        const naive = new Naive(100, slots)
        let now = start
        for (const { pause, column, amount, backMs } of steps) {
          now += pause
          counts.advance(now)
          naive.now = Math.max(naive.now, now)
          const at = now - backMs
          if (backMs === 0) counts.add(column, amount)
          else addAt(counts, column, at, amount)
          naive.addAt(column, backMs === 0 ? naive.now : at, amount)
          for (const each of [0, 1]) {
            expect(counts.sum(each)).toBe(naive.sum(each))
            for (let newest = 0; newest <= slots + 1; newest++)
              expect(counts.sumOfNewest(each, newest)).toBe(naive.sum(each, newest))
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keeps what was counted for its window, and not for a slot more than that', () => {
    for (let at = 0; at < 300; at += 7) {
      const counts = new SlidingCounts({ windowMs: 1000, slots: 10, columns: 1 })
      counts.advance(at)
      counts.add(0, 1)
      counts.advance(at + 1000)
      expect(counts.sum(0), `at ${at}`).toBe(1)
      counts.advance(at + 1100)
      expect(counts.sum(0), `at ${at}`).toBe(0)
    }
  })

  it('tells what was counted in the slot of an instant, and nothing of one that is forgotten', () => {
    const counts = new SlidingCounts({ windowMs: 300, slots: 3, columns: 1 })
    counts.advance(50)
    counts.add(0, 2)
    counts.advance(310)
    expect([0, 99, 100, 310, 9999].map((at) => countAt(counts, 0, at))).toEqual([2, 2, 0, 0, 0])
    counts.advance(400)
    expect(countAt(counts, 0, 50)).toBe(0)
    addAt(counts, 0, 50, 5)
    expect(counts.sum(0)).toBe(0)
  })

  it('does not move for times that are no numbers', () => {
    const counts = new SlidingCounts({ windowMs: 300, slots: 3, columns: 1 })
    counts.advance(NaN)
    counts.add(0, 1)
    expect(counts.sum(0)).toBe(1)
    expect(counts.sumOfNewest(0, 4)).toBe(0)
    counts.advance(-1e9)
    expect(counts.sum(0)).toBe(0)
    counts.add(0, 1)
    for (const at of [NaN, Infinity, -Infinity]) counts.advance(at)
    expect(counts.sum(0)).toBe(1)
    expect(countAt(counts, 0, NaN)).toBe(0)
    addAt(counts, 0, NaN, 1)
    expect(counts.sum(0)).toBe(1)
  })

  it('is exact at any epoch', () => {
    for (const epoch of [-1e15, 0, 1e12, 1e15]) {
      const counts = new SlidingCounts({ windowMs: 1000, slots: 10, columns: 1 })
      for (let i = 0; i < 30; i++) {
        counts.advance(epoch + i * 100)
        counts.add(0, 1)
      }
      expect(counts.sum(0)).toBe(11)
    }
  })
})
