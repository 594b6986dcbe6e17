/** First come, first served. */
import { createTicket, Fifo, type ArrivalOverflow, type Reason } from '@spillway/core'
import { expect, test } from 'vitest'

const noDrop = (): void => expect.unreachable()

test('gives items back in the order they came', () => {
  const fifo = new Fifo<string>({ capacity: 3 })
  for (const item of ['a', 'b', 'c']) expect(fifo.push(item, 0)).toBeUndefined()
  expect([fifo.next(0, noDrop), fifo.next(0, noDrop), fifo.next(0, noDrop), fifo.next(0, noDrop)]).toEqual([
    'a',
    'b',
    'c',
    undefined,
  ])
})

test('turns the newcomer away when full', () => {
  const fifo = new Fifo<string>({ capacity: 1 })
  fifo.push('a', 0)
  expect(fifo.push('b', 0)).toBe('b')
  expect(fifo.size).toBe(1)
})

test('holds nobody at capacity 0', () => {
  expect(new Fifo<string>({ capacity: 0 }).push('a', 0)).toBe('a')
})

test('frees the place of an item that is removed', () => {
  const fifo = new Fifo<string>({ capacity: 1 })
  fifo.push('a', 0)
  expect(fifo.remove('a')).toBe(true)
  expect(fifo.remove('a')).toBe(false)
  expect(fifo.push('b', 0)).toBeUndefined()
})

test('drops what is as old as it may get, and keeps the age of what was put back', () => {
  const fifo = new Fifo<string>({ capacity: 9, maxAgeMs: 10 })
  const dropped: [string, Reason][] = []
  const drop = (item: string, reason: Reason): void => void dropped.push([item, reason])
  fifo.push('a', 5)
  fifo.push('b', 8)
  expect(fifo.expiresAt()).toBe(15)
  expect(fifo.next(14, drop)).toBe('a')
  fifo.putBack('a')
  expect(fifo.expiresAt()).toBe(15)
  expect(fifo.next(15, drop)).toBe('b')
  expect(dropped).toEqual([['a', 'queue-timeout']])
  expect(fifo.expiresAt()).toBe(Infinity)
})

test('names option, value and range when an option is wrong', () => {
  expect(() => new Fifo({ capacity: -1 })).toThrow(/Fifo: option "capacity" must be an integer >= 0 .* got -1/)
  expect(() => new Fifo({ capacity: 1, maxAgeMs: 0 })).toThrow(RangeError)
  expect(() => new Fifo({ capacity: 1, size: 2 } as never)).toThrow(/unknown option "size"/)
})

test('turns away, or lets the oldest or the newest go, when full', () => {
  const full = (overflow: ArrivalOverflow): Fifo<string> => {
    const fifo = new Fifo<string>({ capacity: 3, overflow })
    for (const item of ['a', 'b', 'c']) fifo.push(item, 0)
    return fifo
  }
  const left = (fifo: Fifo<string>): string => [1, 2, 3, 4].map(() => fifo.next(0, noDrop) ?? '').join('')
  for (const [overflow, gone, rest] of [
    ['reject-new', 'd', 'abc'],
    ['drop-oldest', 'a', 'bcd'],
    ['drop-newest', 'c', 'abd'],
  ] as const) {
    const fifo = full(overflow)
    expect([fifo.push('d', 0), left(fifo)]).toEqual([gone, rest])
  }
})

test('bounds what all cost together, and lets as many go as one costly newcomer needs', () => {
  const costOf = (item: string): number => item.length
  const fifo = new Fifo<string>({ capacity: 9, maxCost: 6, costOf, overflow: 'drop-oldest' })
  for (const item of ['a', 'bb', 'ccc']) expect(fifo.push(item, 0)).toBeUndefined()
  const dropped: [string, Reason][] = []
  expect(fifo.push('dddd', 0, (item, reason) => dropped.push([item, reason]))).toBe('a')
  expect(dropped).toEqual([
    ['bb', 'queue-full'],
    ['ccc', 'queue-full'],
  ])
  expect([fifo.size, fifo.cost]).toEqual([1, 4])
  expect(fifo.push('eeeeeee', 0, noDrop)).toBe('eeeeeee')
})

test('turns a costly newcomer away where only one may go and nobody would hear of the others', () => {
  const fifo = new Fifo<string>({ capacity: 3, maxCost: 6, costOf: (item) => item.length, overflow: 'drop-oldest' })
  for (const item of ['aa', 'bb', 'cc']) fifo.push(item, 0)
  expect(fifo.push('d', 0)).toBe('d')
  fifo.update({ maxCost: 7 })
  expect(fifo.push('d', 0)).toBe('aa')
})

test('counts the cost of a ticket, 1 for what has none, and 1 for what costs nothing that can be counted', () => {
  const fifo = new Fifo<object>({ capacity: 99 })
  fifo.push({ ticket: createTicket(0, { cost: 2.5 }) }, 0)
  fifo.push({}, 0)
  for (const cost of [-1, NaN, Infinity]) fifo.push({ ticket: createTicket(0, { cost }) }, 0)
  expect(fifo.cost).toBe(2.5 + 1 + 1 + 1 + 2 ** 32)
})

test('lets in whose cost cannot be told, and counts that', () => {
  const fifo = new Fifo<string>({
    capacity: 9,
    costOf: () => {
      throw new Error('no idea')
    },
  })
  expect([fifo.push('a', 0), fifo.cost, fifo.failures]).toEqual([undefined, 1, 1])
})

test('drops those beyond lowered bounds on the next move, the newest first, and lets nobody go for raised ones', () => {
  const fifo = new Fifo<string>({ capacity: 4 })
  for (const item of ['a', 'b', 'c', 'd']) fifo.push(item, 0)
  fifo.update({ capacity: 2 })
  expect(fifo.size).toBe(4)
  const dropped: [string, Reason][] = []
  const drop = (item: string, reason: Reason): void => void dropped.push([item, reason])
  expect(fifo.push('e', 0, drop)).toBe('e')
  expect(dropped).toEqual([
    ['d', 'queue-full'],
    ['c', 'queue-full'],
  ])
  fifo.update({ capacity: 9, maxAgeMs: 5 })
  expect([fifo.next(5, drop), fifo.size]).toEqual([undefined, 0])
  expect(() => fifo.update({ capacity: 1.5, maxAgeMs: 7 })).toThrow(/Fifo: option "capacity" must be an integer/)
  fifo.push('f', 10)
  expect(fifo.expiresAt()).toBe(15)
})
