/** What becomes due, earliest first: against a sorted array, and what cancelling costs. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DueHeap, type Due } from '../../src/queue/due-heap.ts'

const due = (dueAt: number, order: number): Due => ({ dueAt, order, armed: false })

test('gives what is due first, and of several the first by order, whatever was cancelled', () => {
  const move = fc.record({ kind: fc.constantFrom('add', 'add', 'take', 'cancel'), n: fc.nat(30) })
  fc.assert(
    fc.property(fc.array(move, { maxLength: 300 }), (moves) => {
      const heap = new DueHeap<Due>()
      let sorted: Due[] = []
      for (const [i, { kind, n }] of moves.entries()) {
        if (kind === 'add') {
          const one = due(n, i)
          heap.add(one)
          sorted = [...sorted, one].toSorted((a, b) => a.dueAt - b.dueAt || a.order - b.order)
        } else if (kind === 'take') expect(heap.take()).toBe(sorted.shift())
        else if (n < sorted.length) for (const one of sorted.splice(n, 1)) heap.cancel(one)
        expect([heap.size, heap.nextAt]).toEqual([sorted.length, sorted[0]?.dueAt ?? Infinity])
      }
    }),
  )
})

test('cancels all in any order with looks in proportion to their number', () => {
  const looksFor = (count: number, at: (i: number) => number): number => {
    let looks = 0
    const heap = new DueHeap<Due>()
    const all = Array.from({ length: count }, (_, order) => ({
      order,
      armed: false,
      get dueAt() {
        looks++
        return (order * 31) % 1009
      },
    }))
    for (const one of all) heap.add(one)
    looks = 0
    for (let i = 0; i < count; i++) heap.cancel(all[at(i)]!)
    expect(heap.peek()).toBeUndefined()
    return looks
  }
  for (const order of [(i: number) => i, (i: number) => (i * 7919) % 10_000]) {
    const few = looksFor(10_000, order)
    const many = looksFor(100_000, (i) => i - (i % 10_000) + order(i % 10_000))
    expect(many).toBeLessThan(15 * few)
    expect(many).toBeLessThan(20 * 100_000)
  }
})

test('keeps its order when what was cancelled is swept out', () => {
  const heap = new DueHeap<Due>()
  const all = Array.from({ length: 400 }, (_, order) => due((order * 7919) % 101, order))
  for (const one of all) heap.add(one)
  // Most of those due first, so that the rest has to be ordered anew; and more come, and go, afterwards.
  const left = all.filter((one, i) => one.dueAt >= 60 || i % 4 === 0)
  for (const one of all) if (!left.includes(one)) heap.cancel(one)
  for (let i = 0; i < 100; i++) left.push(due(i % 50, 400 + i))
  for (const one of left.slice(-100)) heap.add(one)
  const sorted = left.toSorted((a, b) => a.dueAt - b.dueAt || a.order - b.order)
  expect(Array.from({ length: left.length + 1 }, () => heap.take())).toEqual([...sorted, undefined])
})

test('takes no notice of cancelling what is not in: never was, was cancelled, was taken', () => {
  const heap = new DueHeap<Due>()
  const [a, b, c] = [due(1, 1), due(2, 2), due(3, 3)]
  for (const one of [a, b, c]) heap.add(one)
  heap.cancel(due(0, 0))
  heap.cancel(c)
  heap.cancel(c)
  expect(heap.take()).toBe(a)
  heap.cancel(a)
  expect([heap.size, heap.nextAt]).toEqual([1, 2])
})
