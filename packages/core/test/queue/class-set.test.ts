/** The set of classes against a plain one. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ClassSet } from '../../src/queue/class-set.ts'

const edge = fc.oneof(fc.integer({ min: 0, max: 1023 }), fc.constantFrom(0, 31, 32, 63, 991, 992, 1022, 1023))

test('finds the first from anywhere and the last to anywhere, as a sorted list would', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), edge), { maxLength: 80 }), fc.array(edge), (moves, from) => {
      const set = new ClassSet()
      const plain = new Set<number>()
      for (const [adds, c] of moves) {
        if (adds) set.add(c)
        else set.delete(c)
        if (adds) plain.add(c)
        else plain.delete(c)
      }
      const sorted = [...plain].toSorted((a, b) => a - b)
      expect([set.first(), set.last()]).toEqual([sorted[0] ?? -1, sorted.at(-1) ?? -1])
      for (const c of from) {
        expect(set.first(c)).toBe(sorted.find((other) => other >= c) ?? -1)
        expect(set.last(c)).toBe(sorted.findLast((other) => other <= c) ?? -1)
      }
      expect([set.first(1024), set.last(-1)]).toEqual([-1, -1])
    }),
    { numRuns: 300 },
  )
})
