/** Virtual time, and the debts that it pays. */
import { seededRandom } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Debts } from '../../src/share/debts.ts'
import { burstParts, VirtualTime } from '../../src/share/virtual-time.ts'
import { waterLevel } from './water-level.ts'

/** All debts in a list; time goes from part to part. */
class List {
  now = 0
  debts: { tag: number; weight: number }[] = []

  get weight(): number {
    return this.debts.reduce((sum, { weight }) => sum + weight, 0)
  }

  advance(served: number): void {
    let left = served
    while (left > 0 && this.debts.length > 0) {
      const edge = Math.floor(this.now) + 1
      const need = (edge - this.now) * this.weight
      if (left < need) {
        this.now += left / this.weight
        return
      }
      left -= need
      this.now = edge
      this.debts = this.debts.filter(({ tag }) => Math.round(tag) > edge)
    }
  }
}

describe('VirtualTime', () => {
  it('agrees with a list of all debts', () => {
    const weight = fc.integer({ min: 1, max: 4096 }).map((each) => each / 1024)
    const add = fc.record({ ahead: fc.double({ min: 0, max: 2 * burstParts - 2, noNaN: true }), weight })
    const advance = fc.record({ served: fc.double({ min: 0, max: 3000, noNaN: true }) })
    const remove = fc.record({ pick: fc.nat(100) })
    fc.assert(
      fc.property(fc.array(fc.oneof(add, add, advance, remove), { maxLength: 100 }), (moves) => {
        const clock = new VirtualTime()
        const list = new List()
        for (const move of moves) {
          if ('served' in move) {
            clock.advance(move.served)
            list.advance(move.served)
          } else if ('pick' in move) {
            const [gone] = list.debts.splice(move.pick % (list.debts.length + 1), 1)
            if (gone !== undefined) clock.remove(gone.tag, gone.weight)
          } else {
            const tag = list.now + move.ahead
            clock.add(tag, move.weight)
            if (Math.round(tag) > Math.floor(list.now)) list.debts.push({ tag, weight: move.weight })
          }
          expect(clock.weight).toBe(list.weight)
          expect(clock.now).toBeCloseTo(list.now, 6)
          for (const { tag } of list.debts) expect(clock.isDue(tag)).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('stands still while nobody owes anything, however much is served', () => {
    const clock = new VirtualTime()
    clock.advance(Infinity)
    expect(clock.now).toBe(0)
    clock.add(10, 2)
    clock.advance(1e300)
    expect([clock.now, clock.weight]).toEqual([10, 0])
    clock.remove(10, 2)
    expect(clock.weight).toBe(0)
  })
})

describe('Debts', () => {
  it('charges up to the burst per weight and pays by weight', () => {
    const debts = new Debts(2, 16)
    debts.open(0, 1, true)
    debts.open(1, 2, true)
    expect(debts.charge(0, 1, true)).toBe(false)
    expect(debts.charge(1, 1, true)).toBe(false)
    debts.pay(6)
    expect(debts.level).toBeCloseTo(2, 9)
    expect([1, 1, 1].map((cost) => debts.charge(0, cost, true))).toEqual([true, true, false])
    expect([3, 1, 1].map((cost) => debts.charge(1, cost, true))).toEqual([true, true, false])
  })

  it('charges what is dearer than a burst to who owes nothing, but to nobody what is no number', () => {
    const debts = new Debts(1, 16)
    expect(debts.charge(0, NaN, true)).toBe(false)
    expect(debts.charge(0, Infinity, true)).toBe(false)
    expect(debts.charge(0, 1000, true)).toBe(true)
    expect(debts.charge(0, 0.01, true)).toBe(false)
    expect(debts.charge(0, -5, true)).toBe(true)
    expect(debts.charge(0, 0.01, false)).toBe(true)
    debts.pay(15)
    expect(debts.charge(0, 15, true)).toBe(true)
    expect(debts.charge(0, 1, true)).toBe(false)
  })

  it('gives back what is owed and not more', () => {
    const debts = new Debts(1, 16)
    debts.charge(0, 10, true)
    debts.giveBack(0, 4)
    expect(debts.charge(0, 10, true)).toBe(true)
    expect(debts.charge(0, 0.1, true)).toBe(false)
    debts.giveBack(0, 1000)
    debts.giveBack(0, NaN)
    expect(debts.charge(0, 16, true)).toBe(true)
    expect(debts.charge(0, 0.1, true)).toBe(false)
  })

  it('lets those who are paused take no part, and they owe what they owed', () => {
    const debts = new Debts(2, 16)
    debts.open(0, 1, true)
    debts.open(1, 1, true)
    expect(debts.weight).toBe(2)
    debts.pause(1)
    debts.pause(1)
    expect(debts.weight).toBe(1)
    debts.pay(4)
    expect(debts.level).toBeCloseTo(4, 9)
    expect(debts.charge(1, 5, true)).toBe(false)
    expect(debts.charge(1, 4, true)).toBe(true)
    expect(debts.weight).toBe(2)
    debts.reset()
    expect([debts.weight, debts.level, debts.isDue(1)]).toEqual([0, 0, false])
  })

  it('divides what is served max-min fairly, by weight', () => {
    const tenant = fc.record({ wants: fc.integer({ min: 1, max: 400 }), weight: fc.integer({ min: 1, max: 4 }) })
    fc.assert(
      fc.property(fc.array(tenant, { minLength: 1, maxLength: 8 }), fc.nat(1000), (tenants, seed) => {
        const random = seededRandom(seed)
        const debts = new Debts(tenants.length, 16)
        tenants.forEach(({ weight }, i) => debts.open(i, weight, i % 2 === 0))
        const had = tenants.map(() => 0)
        const rounds = 5000
        for (let round = 0; round < rounds; round++) {
          debts.pay(1)
          tenants.forEach(({ wants }, i) => {
            // Pieces of half a unit, by chance; on average a hundredth of `wants` units a round.
            for (let left = wants / 50; left > 0; left--) {
              if (random() < left && debts.charge(i, 0.5, true)) had[i]! += round < 1000 ? 0 : 0.5
            }
          })
        }
        const due = waterLevel(
          tenants.map(({ wants, weight }) => ({ wants: wants / 100, weight })),
          1,
        )
        // Below what there is, nobody is held back; above, the level decides. Chance moves what is wanted by a few per cent.
        had.forEach((each, i) =>
          expect(Math.abs(each / (rounds - 1000) - due[i]!)).toBeLessThan(0.012 + 0.06 * due[i]!),
        )
      }),
      { numRuns: 40 },
    )
  })
})
