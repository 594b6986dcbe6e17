/** The waiting line of the paced gate, against a naive sorted array. */
import { createTicket } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Line, classOf, levels, type Waiter } from '../../src/pace/line.ts'

const waiter = (c: number, arrivedAt = 0): Waiter => ({
  ticket: createTicket(arrivedAt, { priority: c }),
  level: c,
  resolve: () => {},
  older: undefined,
  newer: undefined,
})

describe('classOf', () => {
  it.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
    [1.9, 1],
    [4, 3],
    [1e9, 3],
    [Infinity, 3],
    [-1, 0],
    [-Infinity, 0],
    [NaN, 3],
  ])('puts priority %d into class %d', (priority, expected) => {
    expect(classOf(createTicket(0, { priority }))).toBe(expected)
  })
})

describe('Line', () => {
  it('is empty at first', () => {
    const line = new Line()
    expect(line.size).toBe(0)
    expect(line.first()).toBeUndefined()
    expect(line.last()).toBeUndefined()
    expect(line.oldestArrival()).toBe(Infinity)
    for (let c = 0; c < levels; c++) expect(line.count(c)).toBe(0)
  })

  it('calls by class, then by arrival, and sends away the newest of the least important', () => {
    const line = new Line()
    const [a, b, c, d] = [waiter(2, 1), waiter(1, 2), waiter(2, 3), waiter(1, 4)] as const
    for (const each of [a, b, c, d]) line.push(each)
    expect([line.first(), line.last()]).toEqual([b, c])
    line.remove(b)
    expect(line.first()).toBe(d)
    line.remove(d)
    line.remove(c)
    expect([line.first(), line.last()]).toEqual([a, a])
  })

  it('counts a class and all that matter more', () => {
    const line = new Line()
    for (const c of [3, 1, 1, 0, 3, 3]) line.push(waiter(c))
    expect([0, 1, 2, 3].map((c) => line.count(c))).toEqual([1, 3, 3, 6])
  })

  it('knows the longest waiting of each class and of all', () => {
    const line = new Line()
    const [young, old] = [waiter(0, 9), waiter(3, 2)]
    line.push(old)
    line.push(young)
    expect([line.oldestOf(0), line.oldestOf(1), line.oldestOf(3)]).toEqual([young, undefined, old])
    expect(line.oldestArrival()).toBe(2)
    line.remove(old)
    expect(line.oldestArrival()).toBe(9)
  })

  it('lets go of who leaves from the middle, so that nothing is kept alive by its neighbours', () => {
    const line = new Line()
    const three = [waiter(1, 1), waiter(1, 2), waiter(1, 3)]
    for (const each of three) line.push(each)
    line.remove(three[1]!)
    expect([three[1]!.older, three[1]!.newer]).toEqual([undefined, undefined])
    expect([three[0]!.newer, three[2]!.older]).toEqual([three[2], three[0]])
  })

  it('does what a sorted array does, whoever comes and leaves', () => {
    const step = fc.record({ leave: fc.boolean(), n: fc.nat(1000), c: fc.integer({ min: 0, max: 3 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const line = new Line()
        let naive: Waiter[] = []
        for (const [at, { leave, n, c }] of steps.entries()) {
          if (leave && naive.length > 0) {
            const gone = naive[n % naive.length]!
            line.remove(gone)
            naive = naive.filter((each) => each !== gone)
          } else {
            const comes = waiter(c, at)
            line.push(comes)
            // Sorting is stable: within a class by arrival.
            naive = [...naive, comes].sort((a, b) => a.level - b.level)
          }
          expect(line.size).toBe(naive.length)
          expect(line.first()).toBe(naive[0])
          expect(line.last()).toBe(naive.at(-1))
          expect(line.oldestArrival()).toBe(Math.min(...naive.map((each) => each.ticket.arrivedAt)))
          for (let k = 0; k < levels; k++) {
            expect(line.count(k)).toBe(naive.filter((each) => each.level <= k).length)
            expect(line.oldestOf(k)).toBe(naive.find((each) => each.level === k))
          }
        }
        const order: Waiter[] = []
        for (let next = line.first(); next !== undefined; next = line.first()) {
          order.push(next)
          line.remove(next)
        }
        expect(order).toEqual(naive)
        expect(line.size).toBe(0)
      }),
      { numRuns: 150 },
    )
  })
})
