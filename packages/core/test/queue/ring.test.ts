/** The double-ended queue: against a plain array, and in linear time. */
import { Ring } from '@spillway/core'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

const operation = fc.oneof(
  fc.record({ kind: fc.constantFrom('pushBack', 'pushBack', 'pushFront') }),
  fc.record({ kind: fc.constantFrom('takeFront', 'takeBack', 'peek') }),
  fc.record({ kind: fc.constant('remove'), at: fc.nat(200) }),
)

test('does what an array would do', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      const ring = new Ring<number>()
      const array: number[] = []
      // A third is not exact in doubles.
      const costOf = (item: number | undefined): number => (item === undefined ? 0 : (item % 5) / 3)
      const seen = (): number[] => Array.from({ length: next }, (_, i) => i + 1)
      let next = 0
      for (const op of operations) {
        if (op.kind === 'pushBack') {
          ring.pushBack(++next, next * 10, costOf(next))
          array.push(next)
        } else if (op.kind === 'pushFront') {
          ring.pushFront(++next, next * 10, costOf(next))
          array.unshift(next)
        } else if (op.kind === 'takeFront') expect(ring.takeFront()).toBe(array.shift())
        else if (op.kind === 'takeBack') expect(ring.takeBack()).toBe(array.pop())
        else if (op.kind === 'remove' && 'at' in op) {
          const item = array[op.at] ?? -1
          expect(ring.has(item)).toBe(op.at < array.length)
          expect(ring.remove(item)).toBe(op.at < array.length)
          if (op.at < array.length) array.splice(op.at, 1)
        }
        expect(ring.size).toBe(array.length)
        expect(ring.front()).toBe(array[0])
        expect(ring.back()).toBe(array.at(-1))
        expect(ring.frontAt()).toBe(array.length === 0 ? Infinity : array[0]! * 10)
        expect(ring.backAt()).toBe(array.length === 0 ? -Infinity : array.at(-1)! * 10)
        expect([ring.frontCost(), ring.backCost()]).toEqual([costOf(array[0]), costOf(array.at(-1))])
        expect(ring.cost).toBeCloseTo(
          array.reduce((sum, item) => sum + costOf(item), 0),
          9,
        )
        if (array.length === 0) expect(ring.cost).toBe(0)
        expect([...ring]).toEqual(array)
        expect(seen().filter((item) => ring.has(item))).toEqual(array.toSorted((a, b) => a - b))
      }
    }),
    { numRuns: 150 },
  )
})

test('keeps its order while it grows past holes', () => {
  const ring = new Ring<number>()
  for (let i = 0; i < 1000; i++) ring.pushBack(i, i)
  for (let i = 0; i < 1000; i++) if (i % 10 !== 0) ring.remove(i)
  for (let i = 1000; i < 3000; i++) ring.pushBack(i, i)
  expect([...ring].slice(0, 102)).toEqual([...Array.from({ length: 100 }, (_, i) => i * 10), 1000, 1001])
})

test('keeps order, times and costs while it closes holes, wherever its front is', () => {
  const change = fc.record({ atFront: fc.boolean(), remove: fc.nat(30) })
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(change, { minLength: 50, maxLength: 150 }),
      (held, changes) => {
        const ring = new Ring<number>()
        const array: number[] = []
        for (const [i, { atFront, remove }] of changes.entries()) {
          if (atFront) {
            ring.pushFront(i, i * 10, i % 7)
            array.unshift(i)
          } else {
            ring.pushBack(i, i * 10, i % 7)
            array.push(i)
          }
          const gone = array.length > held ? array.splice(remove % array.length, 1) : []
          for (const item of gone) expect(ring.remove(item)).toBe(true)
          expect([...ring]).toEqual(array)
        }
        const left = array.map((item) => [item * 10, item % 7, item])
        const taken = array.map(() => [ring.frontAt(), ring.frontCost(), ring.takeFront()])
        expect(taken).toEqual(left)
        expect([ring.size, ring.cost, ring.front()]).toEqual([0, 0, undefined])
      },
    ),
  )
})

test('does not grow while what it holds does not, whatever is taken from the middle', () => {
  // What the ring keeps its items in is made by this.
  const spy = vi.spyOn(Array, 'from')
  const ring = new Ring<number>()
  for (let i = 0; i < 10_000; i++) {
    ring.pushBack(i, i)
    if (i >= 12) ring.remove(i - 1)
  }
  const made = spy.mock.calls.length
  spy.mockRestore()
  expect(ring.size).toBe(12)
  expect(made).toBeLessThan(5)
})

test('does not take out twice what was taken from an end', () => {
  const ring = new Ring<string>()
  for (const item of ['a', 'b', 'c']) ring.pushBack(item, 0)
  ring.takeFront()
  ring.takeFront()
  expect([ring.remove('a'), ring.remove('b'), ring.remove('c'), ring.size]).toEqual([false, false, true, 0])
})

test('takes out all of 100,000 in any order with looks in proportion to their number', () => {
  const looksFor = (count: number): number => {
    let looks = 0
    const from = Array.from.bind(Array)
    // What the ring keeps its items in is made by this.
    const spy = vi.spyOn(Array, 'from').mockImplementation(
      ((...given: Parameters<typeof Array.from>) =>
        new Proxy(from(...given), {
          get(target, key) {
            looks++
            return Reflect.get(target, key) as unknown
          },
        })) as typeof Array.from,
    )
    const ring = new Ring<number>()
    for (let i = 0; i < count; i++) ring.pushBack(i, i, 1)
    spy.mockRestore()
    looks = 0
    for (let i = 0; i < count; i++) {
      ring.remove((i * 7919) % count)
      ring.front()
    }
    expect([ring.size, ring.cost]).toEqual([0, 0])
    return looks
  }
  const few = looksFor(10_000)
  expect(few).toBeGreaterThan(10_000)
  expect(looksFor(100_000)).toBeLessThan(15 * few)
})
