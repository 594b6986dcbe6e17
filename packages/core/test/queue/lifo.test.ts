/** Last come, first served, always and only while a queue stands. */
import { AdaptiveLifo, Lifo, type Reason } from '@spillway/core'
import { describe, expect, it } from 'vitest'

const noDrop = (): void => expect.unreachable()

describe('Lifo', () => {
  it('gives items back in the reverse of the order they came', () => {
    const lifo = new Lifo<string>({ capacity: 3 })
    for (const item of ['a', 'b', 'c']) lifo.push(item, 0)
    expect([1, 2, 3, 4].map(() => lifo.next(0, noDrop))).toEqual(['c', 'b', 'a', undefined])
  })

  it('lets the oldest go when full, or whoever it was told', () => {
    const gone = (overflow?: 'reject-new' | 'drop-newest'): string | undefined => {
      const lifo = new Lifo<string>(overflow === undefined ? { capacity: 2 } : { capacity: 2, overflow })
      for (const item of ['a', 'b']) lifo.push(item, 0)
      return lifo.push('c', 0)
    }
    expect([gone(), gone('reject-new'), gone('drop-newest')]).toEqual(['a', 'c', 'b'])
  })

  it('drops from the far end what has waited too long, and keeps the age of what was put back', () => {
    const lifo = new Lifo<string>({ capacity: 9, maxAgeMs: 10 })
    const dropped: [string, Reason][] = []
    for (const [i, item] of ['a', 'b', 'c'].entries()) lifo.push(item, i * 4)
    expect(lifo.next(9, noDrop)).toBe('c')
    lifo.putBack('c')
    expect(lifo.expiresAt()).toBe(10)
    expect(lifo.next(14, (item, reason) => dropped.push([item, reason]))).toBe('c')
    lifo.putBack('c')
    expect(dropped.map(([item]) => item)).toEqual(['a', 'b'])
    expect(lifo.expiresAt()).toBe(18)
  })

  it('names option, value and range when an option is wrong', () => {
    expect(() => new Lifo({ capacity: 1, overflow: 'drop' as never })).toThrow(
      /Lifo: option "overflow" must be one of "reject-new", "drop-oldest", "drop-newest", got "drop"/,
    )
    expect(() => new Lifo({ capacity: 1, maxCost: -1 })).toThrow(RangeError)
    expect(() => new Lifo({ capacity: 1, costOf: 3 as never })).toThrow(/Lifo: option "costOf" must be a function/)
    expect(() => new Lifo({ capacity: 1 }).update({ size: 2 } as never)).toThrow(/unknown option "size"/)
  })
})

describe('AdaptiveLifo', () => {
  const rule = { intervalMs: 100, targetMs: 30 }

  it('serves the oldest first while a burst passes, and the newest once the queue has stood for the interval', () => {
    const line = new AdaptiveLifo<number>({ capacity: 99, ...rule })
    for (let item = 0; item < 5; item++) line.push(item, 0)
    expect([line.next(99, noDrop), line.standing]).toEqual([0, false])
    line.push(5, 99)
    line.push(6, 99)
    const dropped: number[] = []
    expect(line.next(100, (item) => dropped.push(item))).toBe(6)
    // Whoever waited since the beginning would wait for ever.
    expect([line.standing, dropped]).toEqual([true, [1, 2, 3, 4]])
  })

  it('is fair again after a moment without anybody waiting', () => {
    const line = new AdaptiveLifo<string>({ capacity: 9, ...rule })
    line.push('a', 0)
    expect(line.next(90, noDrop)).toBe('a')
    line.push('b', 90)
    line.push('c', 95)
    expect(line.next(115, noDrop)).toBe('b')
  })

  it('does not take somebody who was put back for a moment without anybody', () => {
    const line = new AdaptiveLifo<string>({ capacity: 9, ...rule })
    line.push('a', 0)
    for (let now = 10; now < 100; now += 10) {
      expect(line.next(now, noDrop)).toBe('a')
      line.putBack('a')
    }
    line.push('b', 99)
    line.push('c', 99)
    expect(line.next(100, () => {})).toBe('c')
  })

  it('puts back at the end it took from', () => {
    const line = new AdaptiveLifo<string>({ capacity: 9, ...rule })
    for (const item of ['a', 'b', 'c']) line.push(item, 0)
    expect(line.next(10, noDrop)).toBe('a')
    line.putBack('a')
    expect(line.next(11, noDrop)).toBe('a')
    line.push('d', 99)
    line.push('e', 99)
    expect(line.next(100, () => {})).toBe('e')
    line.putBack('e')
    expect([line.next(101, noDrop), line.next(101, noDrop)]).toEqual(['e', 'd'])
  })

  it('is due when the queue will stand, or when the oldest will have waited too long in it, or ever', () => {
    const line = new AdaptiveLifo<string>({ capacity: 9, maxAgeMs: 500, ...rule })
    expect(line.expiresAt()).toBe(Infinity)
    line.push('a', 0)
    expect(line.expiresAt()).toBe(100)
    line.push('b', 90)
    line.remove('a')
    expect(line.expiresAt()).toBe(120)
    line.update({ maxAgeMs: 20 })
    expect(line.expiresAt()).toBe(110)
  })

  it('turns the newcomer away when full, and once the queue stands lets the oldest go', () => {
    const line = new AdaptiveLifo<number>({ capacity: 3, ...rule })
    for (const item of [1, 2, 3]) line.push(item, 0)
    expect([line.push(4, 50), line.evict()]).toEqual([4, 3])
    line.push(5, 90)
    expect([line.push(6, 100), line.push(7, 100), line.evict()]).toEqual([1, 2, 5])
  })

  it('changes its rule while it runs, all or nothing', () => {
    const line = new AdaptiveLifo<number>({ capacity: 3 })
    for (const item of [1, 2]) line.push(item, 0)
    expect(() => line.update({ intervalMs: 5, capacity: NaN })).toThrow(RangeError)
    expect(line.expiresAt()).toBe(100)
    line.update({ intervalMs: 5, targetMs: 7 })
    expect(line.expiresAt()).toBe(7)
    expect(() => new AdaptiveLifo({ capacity: 3, targetMs: 0 })).toThrow(/AdaptiveLifo: option "targetMs"/)
  })
})
