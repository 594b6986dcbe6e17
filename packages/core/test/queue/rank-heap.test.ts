/** The heap of changing ranks against a search through all of them, and what it costs. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RankHeap, type Ranked } from '../../src/queue/rank-heap.ts'

interface Node extends Ranked {
  truth: number
}

const node = (truth: number): Node => ({ truth, rank: 0, slot: -1 })

const move = fc.record({
  kind: fc.constantFrom('add', 'add', 'rise', 'fall', 'fall', 'remove', 'top'),
  which: fc.nat(50),
  by: fc.integer({ min: 1, max: 20 }),
})

test('knows the highest, however ranks rise and fall', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 200 }), (moves) => {
      const heap = new RankHeap<Node>((one) => one.truth)
      let nodes: Node[] = []
      for (const { kind, which, by } of moves) {
        const one = nodes[which % Math.max(1, nodes.length)]
        if (kind === 'add') {
          const added = node(by)
          nodes.push(added)
          heap.raise(added)
        } else if (one !== undefined && kind === 'rise') {
          one.truth += by
          heap.raise(one)
        } else if (one !== undefined && kind === 'fall') one.truth -= by
        else if (one !== undefined && kind === 'remove') {
          heap.remove(one)
          heap.remove(one)
          nodes = nodes.filter((other) => other !== one)
        }
        if (kind === 'top') expect(heap.top()?.truth).toBe(nodes.toSorted((a, b) => b.truth - a.truth)[0]?.truth)
      }
      while (nodes.length > 0) {
        const top = heap.top()!
        expect(top.truth).toBe(Math.max(...nodes.map((one) => one.truth)))
        heap.remove(top)
        nodes = nodes.filter((one) => one !== top)
      }
      expect(heap.top()).toBeUndefined()
    }),
  )
})

test('puts the one that fills a gap in its place, be it up', () => {
  const heap = new RankHeap<Node>((one) => one.truth)
  const nodes = [100, 10, 90, 9, 8, 80, 85].map(node)
  for (const one of nodes) heap.raise(one)
  heap.remove(nodes[3]!)
  const order: number[] = []
  for (let top = heap.top(); top !== undefined; top = heap.top()) {
    order.push(top.truth)
    heap.remove(top)
  }
  expect(order).toEqual([100, 90, 85, 80, 10, 8])
})

test('adds up what those above a floor have, as if it looked at all of them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(20), { maxLength: 40 }),
      fc.nat(20),
      fc.integer({ min: 1, max: 200 }),
      (ranks, floor, need) => {
        const heap = new RankHeap<Node>((one) => one.truth)
        for (const rank of ranks) heap.raise(node(rank))
        const above = ranks.filter((rank) => rank > floor).reduce((sum, rank) => sum + rank - floor, 0)
        expect(heap.covers(need, floor, (one) => one.truth - floor)).toBe(above >= need)
      },
    ),
  )
})

test('does not look at more than it may to add up', () => {
  const heap = new RankHeap<Node>((one) => one.truth)
  for (let i = 0; i < 1000; i++) heap.raise(node(10))
  let looks = 0
  const gain = (): number => {
    looks++
    return 1
  }
  expect(heap.covers(1000, 0, gain)).toBe(false)
  expect(looks).toBeLessThanOrEqual(64)
  expect(heap.covers(60, 0, gain)).toBe(true)
})

test('takes no look at ranks that fall until it is asked, and then at each once', () => {
  const looksFor = (nodes: number): number => {
    let looks = 0
    const heap = new RankHeap<Node>((one) => {
      looks++
      return one.truth
    })
    const all = Array.from({ length: nodes }, (_, i) => node(i % 97))
    for (const one of all) heap.raise(one)
    looks = 0
    for (const one of all) one.truth = -one.truth
    heap.top()
    return looks
  }
  expect(looksFor(10_000)).toBeLessThan(20_000)
  expect(looksFor(100_000)).toBeLessThan(200_000)
})
