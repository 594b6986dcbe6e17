/** The dense table and the sketch behind the keyed rate limiter. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TimeSegment } from '../../src/rate/time-segment.ts'
import { TimeSketch } from '../../src/rate/time-sketch.ts'
import { TimeStore } from '../../src/rate/time-store.ts'
import { TimeTable } from '../../src/rate/time-table.ts'

function get(table: TimeTable, hi: number, lo: number): number | undefined {
  const segment = table.segment(hi)
  const slot = segment === undefined ? -1 : segment.find(hi, lo)
  return segment === undefined || slot < 0 ? undefined : segment.times[2 * slot + 1]
}

describe('TimeTable', () => {
  it('is a map of what lies in the future, whatever is added, removed and swept', () => {
    // Few distinct words, so that fingerprints crowd the same slots.
    const word = fc.integer({ min: 0, max: 9 }).map((n) => (n * 0x10000001) | 0)
    const step = fc.record({
      op: fc.constantFrom('add', 'add', 'add', 'remove', 'sweep', 'later'),
      hi: word,
      lo: word,
      ahead: fc.integer({ min: 1, max: 50 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.constantFrom(40, 100, 40_000), (steps, maxKeys) => {
        const present = new Float64Array([0])
        const table = new TimeTable(maxKeys, present)
        const model = new Map<string, number>()
        for (const { op, hi, lo, ahead } of steps) {
          const now = present[0] as number
          const key = `${hi},${lo}`
          if ((hi | lo) === 0) continue
          if (op === 'later') present[0] = now + ahead
          else if (op === 'sweep') table.sweep(ahead)
          else if (op === 'remove') {
            table.remove(hi, lo)
            model.delete(key)
          } else if (get(table, hi, lo) === undefined && table.add(hi, lo, now + ahead)) model.set(key, now + ahead)
          expect(table.used).toBeLessThanOrEqual(maxKeys)
        }
        for (const [key, time] of model) {
          const [hi = 0, lo = 0] = key.split(',').map(Number)
          const found = get(table, hi, lo)
          if (time > (present[0] as number)) expect(found).toBe(time)
          else expect(found === undefined || found === time).toBe(true)
        }
      }),
    )
  })

  it('grows and shrinks with what is live', () => {
    const present = new Float64Array([0])
    const table = new TimeTable(100_000, present)
    for (let i = 1; i <= 100_000; i++) table.add(Math.imul(i, 0x9e3779b1), Math.imul(i, 0x85ebca6b), 1000 + (i % 2))
    expect(table.used).toBe(100_000)
    expect(table.bytes).toBeLessThan(48 * 100_000)
    expect(table.add(7, 7, 1000)).toBe(false)
    present[0] = 1000
    for (let i = 0; i < 3000; i++) table.sweep(128)
    expect(table.used).toBe(50_000)
    expect(table.add(7, 7, 2000)).toBe(true)
    present[0] = 3000
    for (let i = 0; i < 6000; i++) table.sweep(128)
    expect(table.used).toBe(0)
    expect(table.bytes).toBeLessThan(100_000)
  })

  it('takes over the slots of what has expired without growing', () => {
    const present = new Float64Array([0])
    const table = new TimeTable(1000, present)
    for (let i = 1; i <= 100_000; i++) {
      present[0] = i
      expect(table.add(Math.imul(i, 0x9e3779b1), Math.imul(i, 0x85ebca6b), i + 10)).toBe(true)
    }
    expect(table.bytes).toBeLessThan(64 * 16 + 1)
  })
})

describe('TimeSegment', () => {
  it('closes the gap when it removes, also around its end', () => {
    const segment = new TimeSegment(8)
    // All want slot 6, so they run around the end.
    for (const hi of [1, 2, 3, 4]) {
      const slot = segment.vacancy(6, -Infinity)
      segment.occupy(slot, hi, 6)
      segment.times[2 * slot + 1] = hi
    }
    expect([1, 2, 3, 4].map((hi) => segment.find(hi, 6))).toEqual([6, 7, 0, 1])
    segment.remove(segment.find(2, 6))
    expect([1, 2, 3, 4].map((hi) => segment.find(hi, 6))).toEqual([6, -1, 7, 0])
    expect(segment.used).toBe(3)
    expect(segment.times[2 * 7 + 1]).toBe(3)
  })
})

describe('TimeSketch', () => {
  it('never tells an instant before the one that was written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer(), fc.integer(), fc.nat()), { maxLength: 2000 }), (writes) => {
        const sketch = new TimeSketch(1)
        const truth = new Map<string, number>()
        for (const [hi, lo, time] of writes) {
          sketch.raise(hi, lo, time)
          truth.set(`${hi},${lo}`, Math.max(time, truth.get(`${hi},${lo}`) ?? -Infinity))
        }
        for (const [key, time] of truth) {
          const [hi = 0, lo = 0] = key.split(',').map(Number)
          expect(sketch.estimate(hi, lo)).toBeGreaterThanOrEqual(time)
        }
      }),
    )
  })
})

describe('TimeStore', () => {
  it('keeps what does not fit in a sketch, and lets the sketch go when it has nothing to say', () => {
    const present = new Float64Array([0])
    const store = new TimeStore(1, present)
    store.set(1, 1, 100)
    store.set(2, 2, 200)
    expect([store.get(1, 1), store.get(2, 2), store.get(3, 3)]).toEqual([100, 200, -Infinity])
    expect([store.exact(1, 1), store.exact(2, 2), store.exact(3, 3)]).toEqual([true, false, true])
    const full = store.bytes
    present[0] = 200
    store.tidy(1000)
    expect(store.get(2, 2)).toBe(-Infinity)
    expect(store.bytes).toBeLessThan(full)
    expect(store.empty).toBe(true)
  })
})
