/** The smallest of several limits. */
import { FixedLimit, LowestLimit, SettableLimit, type Limit } from '@spillway/core'
import { expect, test } from 'vitest'

class Recorder implements Limit {
  value = 5
  readonly log: unknown[][] = []
  sample(...args: unknown[]): void {
    this.log.push(['sample', ...args])
  }
  lost(...args: unknown[]): void {
    this.log.push(['lost', ...args])
  }
}

test('has the value of the strictest, as it is now', () => {
  const first = new SettableLimit(10)
  const limit = new LowestLimit(first, new FixedLimit(7))
  expect(limit.value).toBe(7)
  first.set(3)
  expect(limit.value).toBe(3)
  expect(new LowestLimit(new FixedLimit(4)).value).toBe(4)
})

test('hands every sample and every loss to all of them, also to one that does not count losses', () => {
  const recorders = [new Recorder(), new Recorder()]
  const limit = new LowestLimit(recorders[0]!, new FixedLimit(9), recorders[1]!)
  limit.sample(1, 20, 3, true)
  limit.lost(2, 30, 4)
  for (const { log } of recorders) {
    expect(log).toEqual([
      ['sample', 1, 20, 3, true],
      ['lost', 2, 30, 4],
    ])
  }
})

test('needs at least one', () => {
  expect(() => new LowestLimit()).toThrow(new TypeError('LowestLimit: needs at least one limit'))
})

test('tells what each of them has learnt, by its place', () => {
  const limit = new LowestLimit(new SettableLimit(10), new Recorder(), new LowestLimit(new FixedLimit(7)))
  expect(limit.snapshot()).toEqual({
    kind: 'LowestLimit',
    limit: 5,
    '0.kind': 'SettableLimit',
    '0.limit': 10,
    '1.kind': 'unknown',
    '1.limit': 5,
    '2.kind': 'LowestLimit',
    '2.limit': 7,
    '2.0.kind': 'FixedLimit',
    '2.0.limit': 7,
  })
})
