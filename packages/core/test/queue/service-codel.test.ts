/** Service CoDel: the rule, and the queue that obeys it. */
import { ServiceCodel, ServiceCodelState, type Reason } from '@spillway/core'
import { describe, expect, it } from 'vitest'

const noDrop = (): void => expect.unreachable()

describe('ServiceCodelState', () => {
  it('drops what waited longer than twice the target, once a whole interval had no delay within it', () => {
    const codel = new ServiceCodelState()
    expect([codel.shouldDrop(0, 0), codel.shouldDrop(6, 1)]).toEqual([false, false])
    // The interval that began at 1 ends at 101; its least delay was 6.
    expect([codel.shouldDrop(50, 101), codel.overloaded]).toEqual([false, false])
    expect([codel.shouldDrop(50, 101.1), codel.overloaded]).toEqual([false, true])
    expect([codel.shouldDrop(10, 102), codel.shouldDrop(10.1, 102)]).toEqual([false, true])
  })

  it('takes the very first delay for a whole interval, as the original does', () => {
    const codel = new ServiceCodelState()
    codel.shouldDrop(50, 0)
    expect([codel.shouldDrop(50, 1), codel.overloaded, codel.shouldDrop(50, 2)]).toEqual([false, true, true])
  })

  it('ends it with an interval that had one delay within the target', () => {
    const codel = new ServiceCodelState()
    for (const at of [0, 1, 102, 150]) codel.shouldDrop(50, at)
    expect(codel.overloaded).toBe(true)
    codel.shouldDrop(5, 200)
    codel.shouldDrop(50, 203)
    expect([codel.overloaded, codel.shouldDrop(50, 204)]).toEqual([false, false])
  })

  it('never drops the first of an interval, however rare they are', () => {
    const codel = new ServiceCodelState()
    for (let at = 0; at < 5000; at += 101) expect(codel.shouldDrop(500, at)).toBe(false)
    expect(codel.overloaded).toBe(true)
  })

  it('tells the load: 0 idle, 1 where the dropping begins', () => {
    const codel = new ServiceCodelState({ targetMs: 10 })
    const loads = [0, 5, 20, 40].map((delay, i) => {
      codel.shouldDrop(delay, i * 101)
      return codel.load
    })
    expect(loads).toEqual([0, 0.25, 1, 1])
    expect(codel.minDelayMs).toBe(40)
  })

  it('unlearns what did not happen', () => {
    const codel = new ServiceCodelState()
    for (const at of [0, 1]) codel.shouldDrop(50, at)
    codel.shouldDrop(1, 50)
    codel.undo()
    codel.shouldDrop(50, 102)
    expect(codel.overloaded).toBe(true)
  })

  it('says from when on somebody is dropped if nobody leaves: never after the end of the interval', () => {
    const codel = new ServiceCodelState()
    expect(codel.dropsAfter(0)).toBe(Infinity)
    for (const at of [0, 1, 102]) codel.shouldDrop(50, at)
    expect([codel.dropsAfter(100), codel.dropsAfter(191), codel.dropsAfter(192)]).toEqual([110, 201, Infinity])
  })

  it('changes its rule while it runs, and names what is wrong', () => {
    const codel = new ServiceCodelState()
    for (const at of [0, 1, 102]) codel.shouldDrop(50, at)
    codel.update({ targetMs: 30 })
    expect([codel.shouldDrop(50, 103), codel.shouldDrop(61, 103)]).toEqual([false, true])
    expect(() => codel.update({ targetMs: 0, intervalMs: 1 })).toThrow(/ServiceCodelState: option "targetMs"/)
    expect(() => new ServiceCodelState({ target: 5 } as never)).toThrow(/unknown option "target"/)
  })
})

/** One comes each ms, one is served each `serviceMs`: what became of them. */
function overload(
  line: ServiceCodel<number>,
  serviceMs: number,
  untilMs = 1000,
): { delays: number[]; dropped: Reason[] } {
  const cameAt = new Map<number, number>()
  const delays: number[] = []
  const dropped: Reason[] = []
  for (let now = 0; now < untilMs; now++) {
    line.push(now, now)
    cameAt.set(now, now)
    if (now % serviceMs !== 0) continue
    const item = line.next(now, (_, reason) => dropped.push(reason))
    if (item !== undefined) delays.push(now - cameAt.get(item)!)
  }
  return { delays, dropped }
}

describe('ServiceCodel', () => {
  it('keeps the delay of those it serves at twice the target under overload, but for the first of each interval', () => {
    const { delays, dropped } = overload(new ServiceCodel({ capacity: 1000 }), 2)
    const steady = delays.slice(150)
    expect(steady.filter((delay) => delay > 10).length).toBeLessThanOrEqual(Math.ceil(steady.length / 50))
    expect(dropped.length).toBeGreaterThan(400)
    expect(new Set(dropped)).toEqual(new Set(['queue-timeout']))
  })

  it('serves the newest while overloaded if told so', () => {
    const { delays } = overload(new ServiceCodel({ capacity: 1000, order: 'adaptive-lifo' }), 2)
    expect(delays.slice(0, 40).at(-1)).toBeGreaterThan(20)
    expect(delays.slice(150).every((delay) => delay === 0)).toBe(true)
  })

  it('learns nothing from somebody who was put back', () => {
    const line = new ServiceCodel<string>({ capacity: 9 })
    line.push('a', 0)
    line.push('b', 0)
    for (let now = 0; now < 300; now++) {
      expect(line.next(now, noDrop)).toBe('a')
      line.putBack('a')
    }
    expect(line.overloaded).toBe(false)
    expect(line.expiresAt()).toBe(Infinity)
  })

  it('is due when the oldest will have waited twice the target', () => {
    const line = new ServiceCodel<number>({ capacity: 1000 })
    overload(line, 2, 301)
    expect(line.overloaded).toBe(true)
    line.expire(300, () => {})
    const dueAt = line.expiresAt()
    expect(dueAt).toBeGreaterThan(300)
    expect(dueAt).toBeLessThanOrEqual(310)
    line.expire(dueAt, noDrop)
    let drops = 0
    line.expire(dueAt + 0.001, () => drops++)
    expect(drops).toBe(1)
  })

  it('lets whoever would be served last give way when full', () => {
    const fifo = new ServiceCodel<number>({ capacity: 2 })
    const both = new ServiceCodel<number>({ capacity: 20, order: 'adaptive-lifo' })
    fifo.push(1, 0)
    fifo.push(2, 0)
    expect([fifo.push(3, 0), fifo.evict()]).toEqual([3, 2])
    overload(both, 2, 300)
    for (let item = 1000; both.size < 20; item++) both.push(item, 300)
    const oldest = both.push(2000, 300)!
    expect(both.overloaded).toBe(true)
    expect(300 - oldest).toBeGreaterThan(5)
    expect(oldest).toBeLessThan(both.push(2001, 300)!)
  })

  it('changes bounds and rule while it runs, all or nothing', () => {
    const line = new ServiceCodel<number>({ capacity: 3 })
    for (const item of [1, 2, 3]) line.push(item, 0)
    expect(() => line.update({ capacity: 1, targetMs: -1 })).toThrow(/ServiceCodel: option "targetMs"/)
    expect(() => line.update({ capacity: -1, targetMs: 1 })).toThrow(/ServiceCodel: option "capacity"/)
    expect(line.next(0, noDrop)).toBe(1)
    line.putBack(1)
    line.update({ capacity: 1 })
    const dropped: number[] = []
    expect(line.next(0, (item) => dropped.push(item))).toBe(1)
    expect(dropped).toEqual([3, 2])
  })

  it('names option, value and range when an option is wrong', () => {
    expect(() => new ServiceCodel({ capacity: 1, order: 'lifo' as never })).toThrow(/one of "fifo", "adaptive-lifo"/)
    expect(() => new ServiceCodel({ capacity: 1, intervalMs: NaN })).toThrow(RangeError)
    expect(() => new ServiceCodel({ capacity: 1, within: 1 } as never)).toThrow(/unknown option "within"/)
  })
})
