/** Whoever has the least time left first. */
import { createTicket, EarliestDeadlineFirst, type Reason } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

type Work = readonly [name: string, deadline: number, cost?: number]

const noDrop = (): void => expect.unreachable()
const deadlineOf = ([, deadline]: Work): number => deadline
const costOf = ([, , cost = 1]: Work): number => cost

function queue(
  capacity: number,
  options: { maxCost?: number; minRemainingMs?: number } = {},
): EarliestDeadlineFirst<Work> {
  return new EarliestDeadlineFirst<Work>({ capacity, deadlineOf, costOf, ...options })
}

describe('EarliestDeadlineFirst', () => {
  it('serves the earliest deadline first, equal ones in the order they came, and those without one last', () => {
    const line = queue(9)
    for (const one of [
      ['a', Infinity],
      ['b', 30],
      ['c', 20],
      ['d', NaN],
      ['e', 20],
    ] as Work[])
      line.push(one, 0)
    expect([1, 2, 3, 4, 5].map(() => line.next(0, noDrop)![0]).join('')).toBe('cebad')
  })

  it('drops whoever cannot make it any more', () => {
    const line = queue(9, { minRemainingMs: 5 })
    const dropped: [string, Reason][] = []
    for (const one of [
      ['a', 10],
      ['b', 15],
      ['c', 20],
    ] as Work[])
      line.push(one, 0)
    expect(line.expiresAt()).toBe(5)
    expect(line.next(10, ([name], reason) => dropped.push([name, reason]))![0]).toBe('b')
    expect(dropped).toEqual([['a', 'deadline']])
    line.update({ minRemainingMs: 0 })
    expect(line.expiresAt()).toBe(20)
    // With nothing left there is nothing that can be done.
    line.expire(20, ([name], reason) => dropped.push([name, reason]))
    expect(dropped.at(-1)).toEqual(['c', 'deadline'])
  })

  it('drops who has waited too long besides, however much time it has', () => {
    const line = new EarliestDeadlineFirst<Work>({ capacity: 9, maxAgeMs: 10, deadlineOf })
    const dropped: [string, Reason][] = []
    line.push(['late', 99], 0)
    line.push(['soon', 50], 5)
    expect(line.expiresAt()).toBe(10)
    expect(line.next(10, ([name], reason) => dropped.push([name, reason]))![0]).toBe('soon')
    expect(dropped).toEqual([['late', 'queue-timeout']])
  })

  it('lets the latest deadline go when full, the newest of several, and nobody for one that is no earlier', () => {
    const line = queue(3)
    for (const one of [
      ['a', 30],
      ['b', 50],
      ['c', 50],
    ] as Work[])
      line.push(one, 0)
    expect(line.push(['d', 50], 0)?.[0]).toBe('d')
    expect(line.push(['e', 40], 0)?.[0]).toBe('c')
    expect(line.push(['f', 20], 0)?.[0]).toBe('b')
    expect(line.evict()?.[0]).toBe('e')
  })

  it('lets several go for one that costs as much as they do, but nobody for one that they could not make room for', () => {
    const line = queue(9, { maxCost: 6 })
    const dropped: string[] = []
    const drop = ([name]: Work): void => void dropped.push(name)
    for (const one of [
      ['a', 10, 2],
      ['b', 20, 2],
      ['c', 30, 2],
    ] as Work[])
      line.push(one, 0)
    expect(line.push(['d', 15, 5], 0, drop)?.[0]).toBe('d')
    expect([dropped, line.size]).toEqual([[], 3])
    expect(line.push(['e', 15, 4], 0, drop)?.[0]).toBe('c')
    expect([dropped, line.cost, line.size]).toEqual([['b'], 6, 2])
    // Where only one may go, for nobody would hear of the others.
    expect(line.push(['f', 5, 6], 0)?.[0]).toBe('f')
    expect([line.next(0, noDrop)?.[0], line.next(0, noDrop)?.[0]]).toEqual(['a', 'e'])
  })

  it('turns away whoever more than 64 others would have to go for', () => {
    const line = queue(999, { maxCost: 100 })
    for (let i = 0; i < 100; i++) line.push([`${i}`, 50], 0)
    expect(line.push(['65', 20, 65], 0, () => {})?.[0]).toBe('65')
    expect(line.push(['64', 20, 64], 0, () => {})?.[0]).toBe('99')
    expect(line.size).toBe(37)
  })

  it('meets every deadline that can be met, in whatever order the work comes', () => {
    // Work of one unit of time each, all there at the start: it can be done in time if the k-th deadline is at least k.
    const deadlines = fc.array(fc.nat(20), { maxLength: 30 }).map((slack) => slack.map((s, i) => i + 1 + s))
    fc.assert(
      fc.property(deadlines, fc.integer(), (all, seed) => {
        const line = queue(100)
        const shuffled = all.toSorted((a, b) => ((a * 7919 + seed) % 31) - ((b * 7919 + seed) % 31))
        for (const [i, deadline] of shuffled.entries()) line.push([`${i}`, deadline], 0)
        for (let now = 0; line.size > 0; now++) expect(line.next(now, noDrop)![1]).toBeGreaterThanOrEqual(now + 1)
      }),
    )
  })

  it('reads tickets if nothing else is said, and counts a deadline that cannot be told as none', () => {
    const line = new EarliestDeadlineFirst({ capacity: 9 })
    for (const deadline of [30, 20]) line.push({ ticket: createTicket(0, { deadline }) }, 0)
    expect(line.next(0, noDrop)?.ticket.deadline).toBe(20)
    const failing = new EarliestDeadlineFirst<string>({
      capacity: 9,
      deadlineOf: () => {
        throw new Error('no idea')
      },
    })
    failing.push('a', 0)
    expect([failing.failures, failing.expiresAt()]).toEqual([1, Infinity])
  })

  it('names option, value and range when an option is wrong', () => {
    expect(() => queue(1, { minRemainingMs: -1 })).toThrow(/EarliestDeadlineFirst: option "minRemainingMs"/)
    expect(() => new EarliestDeadlineFirst({ capacity: 1, deadlineOf: 5 as never })).toThrow(TypeError)
    const line = queue(1)
    expect(() => line.update({ minRemainingMs: 3, capacity: -1 })).toThrow(RangeError)
    line.push(['a', 2], 0)
    expect(line.expiresAt()).toBe(2)
  })
})
