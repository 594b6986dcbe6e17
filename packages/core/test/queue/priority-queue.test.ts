/** The most important first, the least important out. */
import {
  createTicket,
  DeficitRoundRobin,
  Fifo,
  Lifo,
  priorities,
  PriorityQueue,
  type InnerDiscipline,
  type Reason,
  type Waiter,
} from '@spillway/core'
import { describe, expect, it } from 'vitest'

interface Work {
  readonly name: string
  readonly class: number
  readonly cost?: number
}

const noDrop = (): void => expect.unreachable()
const priorityOf = (work: Work): number => work.class
const costOf = (work: Work): number => work.cost ?? 1
const work = (name: string, rank: number, cost = 1): Work => ({ name, class: rank, cost })

function queue(capacity: number, maxCost = Infinity): PriorityQueue<Work> {
  return new PriorityQueue<Work>({ capacity, maxCost, priorityOf, costOf })
}

function drain(line: PriorityQueue<Work>): string {
  let names = ''
  for (let next = line.next(0, noDrop); next !== undefined; next = line.next(0, noDrop)) names += next.name
  return names
}

describe('PriorityQueue', () => {
  it('serves the most important class first, and within a class who came first', () => {
    const line = queue(99)
    for (const [name, rank] of Object.entries({ a: 3, b: 1, c: 1023, d: 0, e: 1, f: 0 })) line.push(work(name, rank), 0)
    expect(drain(line)).toBe('dfbeac')
  })

  it('lets the newest of the least important class go for one that matters more, and nobody for one that does not', () => {
    const line = queue(3)
    for (const one of [work('a', 1), work('b', 2), work('c', 2)]) line.push(one, 0)
    expect(line.push(work('d', 2), 0)?.name).toBe('d')
    expect(line.push(work('e', 1), 0)?.name).toBe('c')
    expect(line.push(work('f', 0), 0)?.name).toBe('b')
    expect(line.push(work('g', 1), 0)?.name).toBe('g')
    expect(drain(line)).toBe('fae')
  })

  it('lets several go for one that costs as much as they do, but nobody for one that they could not make room for', () => {
    const line = queue(9, 6)
    for (const one of [work('a', 1, 2), work('b', 2, 2), work('c', 3, 2)]) line.push(one, 0)
    const dropped: [string, Reason][] = []
    const drop = ({ name }: Work, reason: Reason): void => void dropped.push([name, reason])
    expect(line.push(work('d', 1, 5), 0, drop)?.name).toBe('d')
    expect(dropped).toEqual([])
    expect(line.push(work('e', 0, 4), 0, drop)?.name).toBe('c')
    expect(dropped).toEqual([['b', 'queue-full']])
    expect([drain(line), line.cost]).toEqual(['ea', 0])
  })

  it('reads tickets if nothing else is said, and takes what is outside of 0..1023 for the nearest', () => {
    const line = new PriorityQueue({ capacity: 99 })
    const ranks = [NaN, 5000, 1022.9, priorities.sheddable, priorities.critical, 0.5, -Infinity]
    for (const [i, priority] of ranks.entries()) line.push({ ticket: createTicket(i, { priority }) }, i)
    const served = ranks.map(() => line.next(9, noDrop)!.ticket.arrivedAt)
    expect(served).toEqual([5, 6, 4, 3, 2, 0, 1])
    const names = new PriorityQueue<string>({ capacity: 9 })
    names.push('no ticket', 0)
    expect(names.next(0, noDrop)).toBe('no ticket')
  })

  it('takes whoever its priority throws for as the least important, and counts that', () => {
    const line = new PriorityQueue<string>({
      capacity: 9,
      priorityOf: (name) => {
        if (name === 'bad') throw new Error('no idea')
        return 1000
      },
    })
    for (const name of ['bad', 'good']) line.push(name, 0)
    expect([line.failures, line.next(0, noDrop)]).toEqual([1, 'good'])
  })

  it('keeps whatever order it is given within each class', () => {
    const made: number[] = []
    const line = new PriorityQueue<Work>({
      capacity: 3,
      priorityOf,
      within: (priority) => {
        made.push(priority)
        return new Lifo<Work>({ capacity: 2 })
      },
    })
    for (const name of ['a', 'b', 'c']) expect(line.push(work(name, 7), 0)?.name).toBe(name === 'c' ? 'a' : undefined)
    line.push(work('d', 4), 0)
    // Of the last class goes whom its own order can spare.
    expect(line.push(work('e', 4), 0)?.name).toBe('b')
    expect([drain(line), made]).toEqual(['edc', [7, 4]])
  })

  it('drops in every class who has waited too long for it, though only the first one is served', () => {
    const line = new PriorityQueue<Work>({
      capacity: 9,
      priorityOf,
      within: (priority) => new Fifo<Work>({ capacity: 9, maxAgeMs: priority === 0 ? 100 : 10 }),
    })
    for (const one of [work('a', 0), work('b', 1), work('c', 2)]) line.push(one, 0)
    const dropped: string[] = []
    expect(line.expiresAt()).toBe(10)
    expect(line.next(10, ({ name }) => dropped.push(name))?.name).toBe('a')
    expect(dropped.toSorted()).toEqual(['b', 'c'])
  })

  it('drops those of one class though one of another is due at this instant and not gone', () => {
    const undecided: InnerDiscipline<Work> = {
      size: 1,
      push: () => undefined,
      next: () => undefined,
      putBack: () => {},
      remove: () => true,
      expiresAt: () => 10,
      evict: () => undefined,
      expire: () => {},
    }
    const line = new PriorityQueue<Work>({
      capacity: 9,
      priorityOf,
      within: (priority) => (priority === 0 ? undecided : new Fifo<Work>({ capacity: 9, maxAgeMs: 10 })),
    })
    for (const one of [work('a', 0), work('b', 1)]) line.push(one, 0)
    const dropped: string[] = []
    line.expire(10, ({ name }) => dropped.push(name))
    expect([dropped, line.expiresAt()]).toEqual([['b'], 10])
  })

  it('turns a costly newcomer away where only one may go and nobody would hear of the others', () => {
    const line = queue(9, 4)
    for (const name of ['a', 'b', 'c', 'd']) line.push(work(name, 2), 0)
    expect(line.push(work('e', 1, 2), 0)?.name).toBe('e')
    expect(drain(line)).toBe('abcd')
  })

  it('keeps tenants fair within a class', () => {
    const line = new PriorityQueue<Waiter>({ capacity: 99, within: () => new DeficitRoundRobin({ capacity: 99 }) })
    for (const [key, priority] of [
      ['x', 1],
      ['x', 1],
      ['x', 1],
      ['y', 1],
      ['z', 0],
    ] as const)
      line.push({ ticket: createTicket(0, { key, priority }) }, 0)
    expect([1, 2, 3, 4, 5].map(() => line.next(0, noDrop)?.ticket.key).join('')).toBe('zxyxx')
  })

  it('takes first come, first served, where making the order of a class fails', () => {
    const line = new PriorityQueue<Work>({
      capacity: 9,
      priorityOf,
      within: () => {
        throw new Error('no such order')
      },
    })
    for (const name of ['a', 'b']) line.push(work(name, 1), 0)
    expect([line.failures, drain(line)]).toEqual([1, 'ab'])
  })

  it('drops those beyond lowered bounds on the next move, the least important first', () => {
    const line = queue(9)
    for (const one of [work('a', 1), work('b', 0), work('c', 1)]) line.push(one, 0)
    line.update({ capacity: 1, maxAgeMs: 5 })
    const dropped: string[] = []
    expect(line.expiresAt()).toBe(5)
    expect(line.next(1, ({ name }) => dropped.push(name))?.name).toBe('b')
    expect(dropped).toEqual(['c', 'a'])
  })

  it('names option, value and range when an option is wrong', () => {
    expect(() => new PriorityQueue({ capacity: 1, maxAgeMs: 5, within: () => new Fifo({ capacity: 1 }) })).toThrow(
      /PriorityQueue: option "maxAgeMs" and option "within" exclude each other/,
    )
    const line = new PriorityQueue<string>({ capacity: 1, within: () => new Fifo({ capacity: 1 }) })
    expect(() => line.update({ maxAgeMs: 5 })).toThrow(TypeError)
    expect(() => new PriorityQueue({ capacity: 1, priorityOf: 1 as never })).toThrow(/"priorityOf" must be a function/)
    expect(() => new PriorityQueue({ capacity: 1, overflow: 'drop-oldest' as never })).toThrow(
      /one of "evict-lowest", "reject-new"/,
    )
  })
})
