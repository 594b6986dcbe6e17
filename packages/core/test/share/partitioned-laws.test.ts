/** What a partitioned limiter promises, whatever comes: against a model that counts everything anew each time. */
import { PartitionedLimiter, SettableLimit, createTicket, type Borrowing, type Ticket } from '@spillway/core'
import { checked } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apportion } from '../../src/share/apportion.ts'

const names = ['a', 'b', 'c', 'default']

interface Rules {
  readonly shares: readonly number[]
  readonly borrowing: Borrowing
  readonly reserved: number
}

/** All that runs in a list, claims in another: slow and plain. */
class Model {
  running: string[] = []
  wanted = new Map<string, { places: number; until: number }>()
  readonly #rules: Rules

  constructor(rules: Rules) {
    this.#rules = rules
  }

  admits(name: string, places: number, now: number): boolean {
    const limits = new Map(apportion(places, this.#rules.shares).map((limit, i) => [names[i]!, limit]))
    const held = (each: string): number => this.running.filter((one) => one === each).length
    const reserve = (each: string): number => Math.ceil(limits.get(each)! * this.#rules.reserved - 1e-9)
    const claimed = (each: string): number => {
      const claim = this.wanted.get(each)
      return claim === undefined ? 0 : Math.min(limits.get(each)!, claim.places)
    }
    const sum = (of: (each: string) => number): number =>
      names.reduce((total, each) => total + Math.max(0, of(each)), 0)
    const free = places - this.running.length
    let yes = free > 0
    if (held(name) >= limits.get(name)!) {
      if (this.#rules.borrowing === 'none') return false
      for (const [each, { until }] of this.wanted) if (now >= until) this.wanted.delete(each)
      return yes && free > sum((each) => Math.max(reserve(each), claimed(each)) - held(each))
    }
    if (held(name) >= reserve(name)) yes &&= free > sum((each) => reserve(each) - held(each))
    if (!yes && this.#rules.borrowing !== 'none') {
      // One more than it has, and than it claimed before, as far as the limit of that time went.
      const before = Math.max(reserve(name), claimed(name), held(name))
      this.wanted.set(name, { places: Math.min(limits.get(name)!, before + 1), until: now + 1000 })
    }
    return yes
  }
}

const shares = fc
  .tuple(fc.nat(10), fc.nat(10), fc.nat(10), fc.nat(5))
  .filter((weights) => weights.some((weight) => weight > 0))
  .map((weights) => weights.map((weight) => weight / weights.reduce((sum, each) => sum + each, 0)))
const rules = fc.record({
  shares,
  borrowing: fc.constantFrom<Borrowing>('idle', 'idle', 'none'),
  reserved: fc.constantFrom(0, 0, 0.3, 1),
})
const step = fc.record({
  name: fc.nat(3),
  pick: fc.nat(60),
  settle: fc.nat(2),
  pause: fc.constantFrom(0, 1, 400, 1200),
})

function build(
  { shares: [a = 0, b = 0, c = 0], borrowing, reserved }: Rules,
  limit: SettableLimit,
): PartitionedLimiter {
  const partitions = { a, b, c }
  return new PartitionedLimiter(limit, { partitions, partitionOf: (ticket) => ticket.key, borrowing, reserved })
}

describe('PartitionedLimiter', () => {
  it('decides as a model that counts everything anew, as long as the limit stays', () => {
    fc.assert(
      fc.property(
        rules,
        fc.integer({ min: 1, max: 30 }),
        fc.array(step, { maxLength: 150 }),
        (given, places, steps) => {
          const limiter = build(given, new SettableLimit(places))
          const watched = checked(limiter)
          const model = new Model(given)
          const running: Ticket[] = []
          let now = 0
          for (const { name, pick, settle, pause } of steps) {
            now += pause
            if (settle === 0 && running.length > 0) {
              const at = pick % running.length
              watched.settle(running.splice(at, 1)[0]!, now, 'success')
              model.running.splice(at, 1)
              continue
            }
            const ticket = createTicket(now, { key: names[name]! })
            const yes = watched.admit(ticket, now) === undefined
            expect(yes).toBe(model.admits(ticket.key, places, now))
            if (yes) {
              running.push(ticket)
              model.running.push(ticket.key)
            }
          }
        },
      ),
      { numRuns: 1500 },
    )
  })

  it('never admits above the limit, counts right, and shares out all of it, while limit and shares change', () => {
    const change = fc.record({ limit: fc.integer({ min: 1, max: 30 }), shares })
    const moves = fc.array(fc.oneof(step, change), { maxLength: 150 })
    fc.assert(
      fc.property(rules, moves, (given, steps) => {
        const limit = new SettableLimit(10)
        const limiter = build(given, limit)
        const watched = checked(limiter)
        const running: Ticket[] = []
        let now = 0
        for (const each of steps) {
          if ('limit' in each) {
            limit.set(each.limit)
            const [a = 0, b = 0, c = 0] = each.shares
            limiter.update({ partitions: { a: 0, b: 0, c: 0 } })
            limiter.update({ partitions: { a, b, c } })
          } else if (each.settle === 0 && running.length > 0) {
            watched.settle(running.splice(each.pick % running.length, 1)[0]!, (now += each.pause), 'ignored')
          } else {
            const ticket = createTicket(now, { key: names[each.name]! })
            const before = running.length
            if (watched.admit(ticket, (now += each.pause)) === undefined) {
              expect(before + 1).toBeLessThanOrEqual(limit.value)
              running.push(ticket)
            }
          }
          const { partitions, inflight, limit: places } = limiter.snapshot()
          expect(inflight).toBe(running.length)
          expect(partitions.reduce((sum, partition) => sum + partition.limit, 0)).toBe(places)
          for (const { name, inflight: held } of partitions)
            expect(held).toBe(running.filter(({ key }) => key === name).length)
        }
      }),
    )
  })

  it('never refuses a partition below its share where nothing is lent, nor below what is reserved', () => {
    fc.assert(
      fc.property(
        rules,
        fc.integer({ min: 1, max: 30 }),
        fc.array(step, { maxLength: 150 }),
        (given, places, steps) => {
          const limiter = build(given, new SettableLimit(places))
          const limits = apportion(places, given.shares)
          const running: Ticket[] = []
          for (const { name, pick, settle } of steps) {
            if (settle === 0 && running.length > 0) {
              limiter.settle(running.splice(pick % running.length, 1)[0]!, 0, 'success')
              continue
            }
            const ticket = createTicket(0, { key: names[name]! })
            const held = running.filter(({ key }) => key === ticket.key).length
            const part = given.borrowing === 'none' ? 1 : given.reserved
            const yes = limiter.admit(ticket, 0) === undefined
            if (held < Math.ceil(limits[name]! * part - 1e-9)) expect(yes).toBe(true)
            if (yes) running.push(ticket)
          }
        },
      ),
    )
  })
})
