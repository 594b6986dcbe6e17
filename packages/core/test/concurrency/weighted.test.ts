/** The concurrency limiter with permits by cost. */
import { ConcurrencyLimiter, FixedLimit, SettableLimit, createTicket, type Limit, type Ticket } from '@spillway/core'
import { checked } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const costing = (cost: number): Ticket => createTicket(0, { cost })
const weighted = (limit: number | Limit): ConcurrencyLimiter =>
  new ConcurrencyLimiter(typeof limit === 'number' ? new FixedLimit(limit) : limit, { weighted: true })

describe('a weighted ConcurrencyLimiter', () => {
  it('takes as many permits as a ticket costs and gives as many back', () => {
    const limiter = weighted(10)
    const [seven, three, one] = [costing(7), costing(3), costing(1)]
    expect(limiter.admit(seven, 0)).toBeUndefined()
    expect(limiter.admit(three, 0)).toBeUndefined()
    expect(limiter.inflight).toBe(10)
    expect(limiter.admit(one, 0)).toMatchObject({ reason: 'concurrency', retryAfterMs: 1000 })
    limiter.settle(three, 1, 'success')
    expect(limiter.inflight).toBe(7)
    expect(limiter.admit(one, 1)).toBeUndefined()
    expect(limiter.isIdle(1)).toBe(false)
    limiter.settle(one, 2, 'ignored')
    limiter.settle(seven, 2, 'revoked')
    expect(limiter.inflight).toBe(0)
    expect(limiter.isIdle(2)).toBe(true)
  })

  it('lets in what is heavier than the whole limit when nothing else runs, and then nothing beside it', () => {
    const limit = new SettableLimit(4)
    const limiter = weighted(limit)
    const [heavy, light] = [costing(9), costing(1)]
    limiter.admit(light, 0)
    expect(limiter.admit(heavy, 0)?.retryAfterMs).toBe(1000)
    limiter.settle(light, 0, 'success')
    expect(limiter.admit(heavy, 0)).toBeUndefined()
    expect(limiter.admit(light, 0)).toBeDefined()
    expect(limiter.admit(costing(0), 0)).toBeDefined()
    limit.set(10)
    expect(limiter.admit(light, 0)).toBeUndefined()
    limiter.settle(heavy, 0, 'success')
    expect(limiter.inflight).toBe(1)
  })

  it('lets in what costs nothing while no more is in flight than may be', () => {
    const limiter = weighted(1)
    for (const cost of [0, -0, -5, -Infinity]) {
      const free = costing(cost)
      expect(limiter.admit(free, 0)).toBeUndefined()
      limiter.settle(free, 0, 'success')
    }
    expect(limiter.inflight).toBe(0)
  })

  it('refuses for good what has no cost that can be counted', () => {
    const limiter = new ConcurrencyLimiter(new FixedLimit(Infinity), { weighted: true, name: 'pool' })
    for (const cost of [NaN, Infinity, 2 ** 32 + 1, 'x' as never]) {
      expect(limiter.admit(costing(cost), 0)).toEqual({
        reason: 'concurrency',
        limiter: 'pool',
        retryAfterMs: Infinity,
      })
    }
    expect(limiter.admit(costing(2 ** 32), 0)).toBeUndefined()
    expect(limiter.inflight).toBe(2 ** 32)
  })

  it('adds up fractions exactly', () => {
    const limiter = weighted(1)
    const tenth = costing(0.1)
    for (let i = 0; i < 10; i++) expect(limiter.admit(tenth, 0)).toBeUndefined()
    expect(limiter.admit(tenth, 0)).toBeDefined()
    for (let i = 0; i < 10; i++) limiter.settle(tenth, 0, 'success')
    expect(limiter.inflight).toBe(0)
    limiter.admit(costing(Number.MIN_VALUE), 0)
    expect(limiter.inflight).toBe(2 ** -20)
  })

  it('samples with the permits in flight, those of the work itself included', () => {
    const samples: unknown[][] = []
    const limit = {
      value: 10,
      sample: (...sample: unknown[]) => void samples.push(sample),
      lost: () => samples.push([]),
    }
    const limiter = weighted(limit)
    const [two, half] = [costing(2), costing(0.5)]
    limiter.admit(two, 0)
    limiter.admit(half, 0)
    limiter.settle(half, 5, 'success')
    limiter.settle(two, 6, 'dropped')
    expect(samples).toEqual([
      [5, 5, 2.5, false],
      [6, 6, 2, true],
    ])
  })

  it('never opens a place that nobody gave back', () => {
    const limiter = weighted(3)
    limiter.admit(costing(2), 0)
    limiter.settle(costing(3), 0, 'success')
    expect(limiter.inflight).toBe(2)
    limiter.settle(costing(NaN), 0, 'success')
    expect(limiter.inflight).toBe(2)
  })

  it('agrees with a list of what runs', () => {
    const cost = fc.oneof(fc.constantFrom(0, 1, 1.5, 3, 100, NaN, -1, Infinity), fc.double({ min: 0, max: 12 }))
    const step = fc.record({ settle: fc.boolean(), pick: fc.nat(30), cost, limit: fc.integer({ min: 1, max: 10 }) })
    const inSteps = (each: number): number => (each > 0 ? Math.max(1, Math.floor(each * 1048576)) : 0)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const limit = new SettableLimit(5)
        const limiter = weighted(limit)
        const watched = checked(limiter)
        const running: Ticket[] = []
        const total = (): number => running.reduce((sum, ticket) => sum + inSteps(ticket.cost), 0)
        for (const each of steps) {
          limit.set(each.limit)
          if (each.settle && running.length > 0) {
            watched.settle(running.splice(each.pick % running.length, 1)[0]!, 0, 'success')
          } else {
            const ticket = costing(each.cost)
            const countable = !Number.isNaN(each.cost) && each.cost !== Infinity
            const fits = countable && (total() === 0 || total() + inSteps(each.cost) <= each.limit * 1048576)
            expect(watched.admit(ticket, 0) === undefined).toBe(fits)
            if (fits) running.push(ticket)
          }
          expect(limiter.inflight).toBe(total() / 1048576)
        }
      }),
    )
  })

  it('counts tickets, whatever they cost, unless it was told to weigh them', () => {
    for (const limiter of [
      new ConcurrencyLimiter(new FixedLimit(2)),
      new ConcurrencyLimiter(new FixedLimit(2), { weighted: false }),
    ]) {
      expect(limiter.admit(costing(50), 0)).toBeUndefined()
      expect(limiter.admit(costing(NaN), 0)).toBeUndefined()
      expect(limiter.admit(costing(0), 0)).toBeDefined()
      limiter.settle(costing(0), 0, 'success')
      expect(limiter.inflight).toBe(1)
    }
  })

  it('names option, value and range when an option is wrong', () => {
    expect(() => new ConcurrencyLimiter(new FixedLimit(1), { weighted: 1 as never })).toThrow(
      new TypeError('ConcurrencyLimiter: option "weighted" must be true or false, got 1'),
    )
  })
})

describe('ConcurrencyLimiter.update', () => {
  it('changes what refusals promise, and nothing when it is told nonsense', () => {
    const limiter = new ConcurrencyLimiter(new FixedLimit(1), { name: 'pool' })
    limiter.admit(costing(1), 0)
    limiter.update({ retryAfterMs: 50 })
    const refusal = limiter.admit(costing(1), 0)
    expect(refusal).toEqual({ reason: 'concurrency', limiter: 'pool', retryAfterMs: 50 })
    expect(Object.isFrozen(refusal)).toBe(true)
    expect(() => limiter.update({ retryAfterMs: 0 })).toThrow(
      /"retryAfterMs" must be a number >= 1 and <= 86400000, got 0/,
    )
    expect(() => limiter.update({ weighted: true } as never)).toThrow(/unknown option "weighted"/)
    limiter.update({})
    expect(limiter.admit(costing(1), 0)).toBe(refusal)
    expect(limiter.inflight).toBe(1)
  })
})
