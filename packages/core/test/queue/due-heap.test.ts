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
