/** Tenants by turns: who is served how much, and who has to go. */
import { createTicket, DeficitRoundRobin, Fifo, Lifo, type DeficitRoundRobinOptions, type Reason } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface Work {
  readonly tenant: string
  readonly cost: number
  readonly name: string
}

const noDrop = (): void => expect.unreachable()
const work = (tenant: string, cost = 1, name = tenant): Work => ({ tenant, cost, name })

function queue(options: Partial<DeficitRoundRobinOptions<Work>> = {}): DeficitRoundRobin<Work> {
  return new DeficitRoundRobin<Work>({
    capacity: 10_000,
    tenantOf: ({ tenant }) => tenant,
    costOf: ({ cost }) => cost,
    ...options,
  })
}

function serve(line: DeficitRoundRobin<Work>, times: number): string {
  return Array.from({ length: times }, () => line.next(0, noDrop)?.name ?? '-').join('')
}

describe('DeficitRoundRobin: turns', () => {
  it('serves tenants by turns, each first come, first served, whatever the order they came in', () => {
    const line = queue()
    for (const name of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) line.push(work(name[0]!, 1, name), 0)
    expect(serve(line, 7)).toBe('a1b1c1a2b2a3-')
  })

  it('serves as much cost as the weight says', () => {
    const line = queue({ weightOf: (tenant) => ({ a: 3, b: 1, c: 0.5 })[tenant] ?? 1 })
    for (const tenant of ['a', 'b', 'c']) for (let i = 0; i < 100; i++) line.push(work(tenant), 0)
    const served = serve(line, 90)
    expect(['a', 'b', 'c'].map((tenant) => served.split(tenant).length - 1)).toEqual([60, 20, 10])
  })

  it('lets one that costs more than a quantum wait as many turns as it takes', () => {
    const line = queue({ quantum: 2 })
    line.push(work('a', 5), 0)
    for (let i = 0; i < 6; i++) line.push(work('b'), 0)
    expect(serve(line, 7)).toBe('bbbbabb')
  })

  it('takes no longer for an enormous cost, a tiny quantum and a tiny weight', () => {
    const line = queue({ quantum: 0.001, weightOf: () => 0 })
    for (const tenant of ['a', 'b', 'a', 'b']) line.push(work(tenant, Number.MAX_VALUE), 0)
    line.push(work('c', 1), 0)
    expect(serve(line, 6)).toBe('cabab-')
  })

  it('gives no endless turn to work that costs nothing', () => {
    const line = queue()
    for (let i = 0; i < 500; i++) line.push(work('a', 0), 0)
    line.push(work('b'), 0)
    expect(serve(line, 129)).toBe(`${'a'.repeat(128)}b`)
  })

  it('saves nothing up for a tenant of whom nobody waits', () => {
    const line = queue({ quantum: 5 })
    line.push(work('a'), 0)
    for (let i = 0; i < 50; i++) line.push(work('b'), 0)
    serve(line, 6)
    for (let i = 0; i < 20; i++) line.push(work('a'), 0)
    expect(serve(line, 15)).toBe('aaaaabbbbbaaaaa')
  })

  it('does not let a tenant that asks for one at a time overtake one that has many waiting', () => {
    const line = queue()
    for (let i = 0; i < 10; i++) line.push(work('many'), 0)
    const served: string[] = []
    for (let i = 0; i < 10; i++) {
      line.push(work('one'), 0)
      served.push(line.next(0, noDrop)!.name, line.next(0, noDrop)!.name)
    }
    expect(served.filter((name) => name === 'many')).toHaveLength(10)
  })

  it('keeps turn and savings of whoever is put back', () => {
    const line = queue({ quantum: 3 })
    for (const tenant of ['a', 'a', 'b']) line.push(work(tenant, 2), 0)
    for (let i = 0; i < 5; i++) {
      const item = line.next(0, noDrop)!
      expect(item.name).toBe('a')
      line.putBack(item)
    }
    expect(serve(line, 3)).toBe('aba')
  })

  it('serves what backlogged tenants cost per weight to within a quantum and the largest cost', () => {
    const tenants = fc.array(
      fc.record({
        weight: fc.double({ min: 0.1, max: 10, noNaN: true }),
        costs: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
      }),
      { minLength: 2, maxLength: 5 },
    )
    fc.assert(
      fc.property(tenants, fc.double({ min: 0.5, max: 30, noNaN: true }), (given, quantum) => {
        const line = queue({ quantum, weightOf: (tenant) => given[Number(tenant)]!.weight })
        const served = given.map(() => 0)
        // Each has always three waiting.
        const next = given.map(() => 0)
        const refill = (t: number): void => {
          const { costs } = given[t]!
          const turn = next[t]!
          next[t] = turn + 1
          line.push(work(`${t}`, costs[turn % costs.length]), 0)
        }
        for (const t of given.keys()) for (let i = 0; i < 3; i++) refill(t)
        for (let i = 0; i < 300; i++) {
          const { tenant, cost } = line.next(0, noDrop)!
          served[Number(tenant)] = served[Number(tenant)]! + cost
          refill(Number(tenant))
          for (const [s, one] of given.entries()) {
            for (const [t, other] of given.entries()) {
              const apart = served[s]! / one.weight - served[t]! / other.weight
              const most = quantum + 20 / Math.min(one.weight, other.weight)
              expect(apart).toBeLessThanOrEqual(most + 1e-6)
            }
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('DeficitRoundRobin: bounds', () => {
  it('lets the newest of the tenant with the most waiting go, so that a flood pushes out only itself', () => {
    const line = queue({ capacity: 4 })
    for (const name of ['a1', 'a2', 'a3', 'a4']) line.push(work('a', 1, name), 0)
    expect(line.push(work('a', 1, 'a5'), 0)?.name).toBe('a5')
    expect(line.push(work('b', 1, 'b1'), 0)?.name).toBe('a4')
    expect(line.push(work('b', 1, 'b2'), 0)?.name).toBe('a3')
    expect(line.push(work('b', 1, 'b3'), 0)?.name).toBe('b3')
    expect(line.push(work('a', 1, 'a6'), 0)?.name).toBe('a6')
    expect(line.push(work('c', 1, 'c1'), 0)?.name).toMatch(/[ab]2/)
  })

  it('turns the newcomer away where its tenant would have as much waiting as any, or nobody would hear of further ones', () => {
    const line = queue({ capacity: 3, maxCost: 4 })
    for (const name of ['a1', 'a2', 'b1']) line.push(work(name[0]!, 1, name), 0)
    expect(line.push(work('b', 1, 'b2'), 0)?.name).toBe('b2')
    expect(line.push(work('c', 1.5, 'c1'), 0)?.name).toBe('c1')
    expect(serve(line, 4)).toBe('a1b1a2-')
  })

  it('forgets what stood within for a tenant of whom nobody waits any more', () => {
    let asked = 0
    const line = queue({
      within: () => {
        const fifo = new Fifo<Work>({ capacity: 9, maxAgeMs: 50 })
        return Object.assign(fifo, {
          expiresAt: () => {
            asked++
            return Fifo.prototype.expiresAt.call(fifo)
          },
        })
      },
    })
    for (let i = 0; i < 100; i++) {
      const item = work(`${i}`)
      line.push(item, i)
      line.remove(item)
    }
    asked = 0
    line.expire(1000, noDrop)
    expect([line.expiresAt(), asked]).toEqual([Infinity, 0])
  })

  it('measures what waits by cost and weight', () => {
    const line = queue({ capacity: 99, maxCost: 12, weightOf: (tenant) => (tenant === 'heavy' ? 10 : 1) })
    line.push(work('heavy', 8), 0)
    line.push(work('light', 2, 'l1'), 0)
    line.push(work('light', 2, 'l2'), 0)
    expect(line.push(work('other', 2), 0, noDrop)?.name).toBe('l2')
  })

  it('lets several go for one that costs as much as they do, but nobody for one that they could not make room for', () => {
    const line = queue({ maxCost: 12 })
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'b3']) line.push(work(name[0]!, 2, name), 0)
    const dropped: [string, Reason][] = []
    const drop = ({ name }: Work, reason: Reason): void => void dropped.push([name, reason])
    // Down to 5 each for the others there is room for 2, not for 5.
    expect(line.push(work('c', 5), 0, drop)?.name).toBe('c')
    expect(dropped).toEqual([])
    const gone = line.push(work('c', 4), 0, drop)?.name
    expect(new Set([gone, dropped[0]?.[0]])).toEqual(new Set(['a3', 'b3']))
    expect([line.cost, line.size]).toEqual([12, 5])
  })

  it('evicts from a tenant with the most waiting per weight, always', () => {
    const arrivals = fc.array(
      fc.record({ tenant: fc.constantFrom('a', 'b', 'c', 'd'), cost: fc.integer({ min: 1, max: 3 }) }),
    )
    const weights: Record<string, number> = { a: 1, b: 1, c: 2, d: 0.5 }
    fc.assert(
      fc.property(arrivals, (all) => {
        const line = queue({ capacity: 10, weightOf: (tenant) => weights[tenant]! })
        const length = new Map<string, number>()
        const grow = ({ tenant, cost }: Work, by: 1 | -1): void =>
          void length.set(tenant, (length.get(tenant) ?? 0) + (by * (cost + 1 / 128)) / weights[tenant]!)
        for (const { tenant, cost } of all) {
          const item = work(tenant, cost)
          const gone = line.push(item, 0)
          grow(item, 1)
          if (gone === undefined) continue
          expect(length.get(gone.tenant)).toBeGreaterThanOrEqual(Math.max(...length.values()) - 1e-9)
          grow(gone, -1)
        }
      }),
    )
  })

  it('does not let work without cost fill the queue unseen', () => {
    const line = queue({ capacity: 10 })
    for (let i = 0; i < 10; i++) line.push(work('free', 0), 0)
    expect(line.push(work('free', 0, 'x'), 0)?.name).toBe('x')
    const evicted = Array.from({ length: 9 }, (_, i) => line.push(work('paid', 0.01, `p${i}`), 0)?.tenant)
    expect(evicted.slice(0, 3)).toEqual(['free', 'free', 'free'])
  })

  it('keeps nothing of tenants of whom nobody waits', () => {
    const line = queue({ capacity: 5 })
    for (let i = 0; i < 1000; i++) {
      line.push(work(`t${i}`), 0)
      expect(line.tenants).toBeLessThanOrEqual(5)
      if (i % 3 === 0) line.next(0, noDrop)
    }
    while (line.next(0, noDrop) !== undefined);
    expect([line.tenants, line.size]).toEqual([0, 0])
  })

  it('lets tenants beyond the most there may be share one turn', () => {
    const made: string[] = []
    const line = queue({
      maxTenants: 2,
      within: (tenant) => {
        made.push(tenant)
        return new Fifo<Work>({ capacity: 99 })
      },
    })
    for (const name of ['a', 'b', 'c', 'd', 'a', 'b', 'c']) line.push(work(name), 0)
    expect([serve(line, 7), made]).toEqual(['abcabdc', ['a', 'b', '*']])
  })

  it('bounds one tenant by what stands within, in whatever order that has', () => {
    const line = queue({ within: () => new Lifo<Work>({ capacity: 2, maxAgeMs: 10 }) })
    for (const name of ['a1', 'a2']) line.push(work('a', 1, name), 0)
    expect(line.push(work('a', 1, 'a3'), 5)?.name).toBe('a1')
    line.push(work('b', 1, 'b1'), 7)
    const dropped: string[] = []
    expect(line.expiresAt()).toBe(10)
    expect(line.next(10, ({ name }) => dropped.push(name))?.name).toBe('a3')
    expect(dropped).toEqual(['a2'])
  })

  it('takes a tenant named like something of JavaScript for what it is', () => {
    const line = queue()
    for (const tenant of ['__proto__', 'constructor', '', 'toString']) line.push(work(tenant, 1, 'x'), 0)
    expect([line.tenants, serve(line, 5)]).toEqual([4, 'xxxx-'])
  })

  it('serves on where a function of the user throws or talks nonsense, and counts that', () => {
    const fail = (): never => {
      throw new Error('no idea')
    }
    const line = queue({ tenantOf: fail, weightOf: fail, within: fail, costOf: fail })
    for (const name of ['a', 'b']) line.push(work(name, 1, name), 0)
    expect([serve(line, 3), line.failures]).toEqual(['ab-', 6])
    const odd = queue({ weightOf: (tenant) => ({ a: NaN, b: -1, c: Infinity })[tenant] ?? 1 })
    for (const tenant of ['b', 'a', 'c', 'c']) odd.push(work(tenant), 0)
    expect(serve(odd, 4)).toBe('accb')
  })

  it('reads tickets if nothing else is said', () => {
    const line = new DeficitRoundRobin({ capacity: 99 })
    for (const key of ['x', 'x', 'y']) line.push({ ticket: createTicket(0, { key }) }, 0)
    expect([1, 2, 3].map(() => line.next(0, noDrop)?.ticket.key).join('')).toBe('xyx')
  })

  it('drops those beyond lowered bounds on the next move, of the longest queue first', () => {
    const line = queue()
    for (const name of ['a1', 'a2', 'a3', 'b1']) line.push(work(name[0]!, 1, name), 0)
    line.update({ capacity: 2, maxAgeMs: 50 })
    const dropped: string[] = []
    expect([line.size, line.expiresAt()]).toEqual([4, 50])
    expect(line.push(work('b', 1, 'b2'), 1, ({ name }) => dropped.push(name))?.name).toBe('b2')
    expect(dropped).toEqual(['a3', 'a2'])
  })

  it('names option, value and range when an option is wrong', () => {
    expect(() => queue({ quantum: 0 })).toThrow(/DeficitRoundRobin: option "quantum" must be a number >= 0.001/)
    expect(() => queue({ maxTenants: 0 })).toThrow(RangeError)
    expect(() => queue({ weightOf: 2 as never })).toThrow(/"weightOf" must be a function/)
    expect(() => queue({ within: {} as never })).toThrow(/"within" must be a function/)
    expect(() => queue().update({ quantum: 2 } as never)).toThrow(/unknown option "quantum"/)
    expect(() => queue({ overflow: 'evict-lowest' as never })).toThrow(/one of "evict-longest", "reject-new"/)
  })
})
