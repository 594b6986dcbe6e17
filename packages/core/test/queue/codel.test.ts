/** RFC 8289 CoDel as a queue; the rule itself is replayed in codel-replay. */
import { Codel } from '@spillway/core'
import { describe, expect, it } from 'vitest'

const noDrop = (): void => expect.unreachable()

/** One comes each ms, one is served each `serviceMs`. */
function overload(line: Codel<number>, serviceMs: number, fromMs: number, untilMs: number): number {
  let drops = 0
  for (let now = fromMs; now < untilMs; now++) {
    line.push(now, now)
    if (now % serviceMs === 0) line.next(now, () => drops++)
  }
  return drops
}

describe('Codel', () => {
  it('drops one when every delay of an interval was above the target, and more and more often from then on', () => {
    const line = new Codel<number>({ capacity: 10_000 })
    expect(overload(line, 2, 0, 100)).toBe(0)
    expect(overload(line, 2, 100, 112)).toBe(1)
    expect(line.snapshot()).toMatchObject({ dropping: true, count: 1 })
    const drops = [212, 312, 412].map((from) => overload(line, 2, from - 100, from))
    expect(drops).toEqual([1, 1, 2])
  })

  it('cannot hold the delay against callers that do not slow down', () => {
    const line = new Codel<number>({ capacity: 10_000 })
    const drops = overload(line, 2, 0, 1200)
    // Half of 1200 would have to go.
    expect(drops).toBeLessThan(60)
    const item = line.next(1200, () => {})!
    expect(1200 - item).toBeGreaterThan(400)
  })

  it('drops nobody while no more than maxPacket would be left behind', () => {
    const line = new Codel<number>({ capacity: 9, maxPacket: 2 })
    for (const item of [1, 2, 3]) line.push(item, 0)
    for (const now of [10, 1000]) {
      expect(line.next(now, noDrop)).toBe(1)
      line.putBack(1)
    }
    expect(line.expiresAt()).toBe(Infinity)
  })

  it('learns nothing from somebody who was put back', () => {
    const line = new Codel<number>({ capacity: 99 })
    for (let item = 0; item < 9; item++) line.push(item, 0)
    for (let now = 0; now < 1000; now++) {
      expect(line.next(now, noDrop)).toBe(0)
      line.putBack(0)
    }
    expect(line.snapshot()).toEqual({ dropping: false, count: 0, dropNext: -Infinity })
    expect(line.expiresAt()).toBe(Infinity)
  })

  it('makes a drop that is due while nobody is served, once', () => {
    const line = new Codel<number>({ capacity: 99 })
    for (let item = 0; item < 9; item++) line.push(item, 0)
    expect(line.next(10, noDrop)).toBe(0)
    expect(line.expiresAt()).toBe(110)
    line.expire(109, noDrop)
    const dropped: number[] = []
    for (const now of [110, 110, 150, 209]) line.expire(now, (item) => dropped.push(item))
    expect(dropped).toEqual([1])
    expect([line.snapshot(), line.expiresAt()]).toEqual([{ dropping: true, count: 1, dropNext: 210 }, 210])
    expect(line.next(211, (item) => dropped.push(item))).toBe(3)
    expect(dropped).toEqual([1, 2])
  })

  it('keeps the schedule of a drop whose successor was found good and put back', () => {
    const line = new Codel<number>({ capacity: 99 })
    for (let item = 0; item < 3; item++) line.push(item, 0)
    line.next(10, () => {})
    for (let item = 3; item < 9; item++) line.push(item, 207)
    line.expire(110, () => {})
    const dropped: number[] = []
    for (const now of [210, 211]) {
      expect(line.next(now, (item) => dropped.push(item))).toBe(3)
      line.putBack(3)
      expect(line.snapshot()).toEqual({ dropping: true, count: 2, dropNext: 210 + 100 / Math.SQRT2 })
    }
    expect(dropped).toEqual([2])
    // Found good and taken, it ends the dropping.
    expect(line.next(211, noDrop)).toBe(3)
    expect(line.snapshot().dropping).toBe(false)
  })

  it('begins anew after everybody has left unserved', () => {
    const line = new Codel<number>({ capacity: 99 })
    for (let item = 0; item < 9; item++) line.push(item, 0)
    line.next(10, noDrop)
    for (let item = 1; item < 9; item++) line.remove(item)
    for (let item = 10; item < 20; item++) line.push(item, 200)
    expect([line.expiresAt(), line.next(250, noDrop), line.expiresAt()]).toEqual([Infinity, 10, 350])
  })

  it('is not due while too little waits to drop anybody', () => {
    const line = new Codel<number>({ capacity: 99, maxPacket: 2, maxAgeMs: 500 })
    for (let item = 0; item < 9; item++) line.push(item, 0)
    line.next(10, noDrop)
    expect(line.expiresAt()).toBe(110)
    for (let item = 4; item < 9; item++) line.remove(item)
    expect(line.expiresAt()).toBe(500)
  })

  it('changes bounds and rule while it runs, and names what is wrong', () => {
    const line = new Codel<number>({ capacity: 99 })
    line.update({ targetMs: 50, intervalMs: 10, capacity: 98 })
    for (let item = 0; item < 9; item++) line.push(item, 0)
    line.next(50, noDrop)
    expect(line.expiresAt()).toBe(60)
    expect(() => line.update({ maxPacket: 3 } as never)).toThrow(/Codel: unknown option "maxPacket"/)
    expect(() => new Codel({ capacity: 1, maxPacket: -1 })).toThrow(/Codel: option "maxPacket" must be a number >= 0/)
    expect(() => new Codel({ capacity: 1, overflow: 'evict-lowest' as never })).toThrow(RangeError)
  })
})
