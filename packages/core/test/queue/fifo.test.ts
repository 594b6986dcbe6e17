/** First come, first served. */
import { Fifo, type Reason } from '@spillway/core'
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
