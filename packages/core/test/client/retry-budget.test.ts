/** The retry budget as in Finagle and tower. */
import { RetryBudget, type RetryBudgetOptions, type TryKind } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** How many retries start at `now` before one is refused. */
function drain(budget: RetryBudget, now: number): number {
  let started = 0
  while (started < 1e6 && budget.start('retry', now)) started++
  return started
}

function first(budget: RetryBudget, now: number, times = 1): void {
  for (let i = 0; i < times; i++) budget.start('first', now)
}

/** The published rule in its own terms: deposits of 1, withdrawals of 1 / ratio, a reserve, and whole slots that expire. */
class Deposits {
  readonly #entries: { readonly slot: number; readonly amount: number }[] = []
  readonly #withdrawal: number
  readonly #reserve: number
  readonly #slotMs: number

  constructor(oneIn: number, minPerSecond: number, ttlMs: number) {
    this.#withdrawal = oneIn
    this.#reserve = minPerSecond * (ttlMs / 1000) * oneIn
    this.#slotMs = ttlMs / 10
  }

  deposit(now: number): void {
    this.#entries.push({ slot: Math.floor(now / this.#slotMs), amount: 1 })
  }

  withdraw(now: number): boolean {
    if (this.balance(now) < this.#withdrawal) return false
    this.#entries.push({ slot: Math.floor(now / this.#slotMs), amount: -this.#withdrawal })
    return true
  }

  balance(now: number): number {
    const oldest = Math.floor(now / this.#slotMs) - 10
    return this.#entries.filter(({ slot }) => slot >= oldest).reduce((sum, { amount }) => sum + amount, this.#reserve)
  }
}

describe('RetryBudget', () => {
  it.each<[string, RetryBudgetOptions, number, number]>([
    ['nothing without a reserve and without first tries', { minPerSecond: 0 }, 0, 0],
    ['the reserve of 10 s at once', {}, 0, 100],
    ['one retry for five first tries beside it', {}, 50, 110],
    ['a share of what was tried', { minPerSecond: 0 }, 99, 19],
    ['a share that is no fraction of 1', { minPerSecond: 0, ratio: 0.3 }, 10, 3],
    ['a share whose product is rounded down', { minPerSecond: 0, ratio: 0.29 }, 100, 29],
    ['several retries for each first try', { minPerSecond: 0, ratio: 2.5 }, 10, 25],
    ['only the reserve for a ratio of 0', { ratio: 0, minPerSecond: 5, ttlMs: 1000 }, 1000, 5],
    ['a reserve for the whole time to live', { ratio: 0, minPerSecond: 2, ttlMs: 60_000 }, 0, 120],
    ['whole retries of a broken reserve', { ratio: 0.1, minPerSecond: 0.25, ttlMs: 10_000 }, 5, 3],
  ])('allows %s', (_what, options, firsts, retries) => {
    const budget = new RetryBudget(options)
    first(budget, 0, firsts)
    expect(budget.available(0)).toBe(retries)
    expect(drain(budget, 0)).toBe(retries)
    expect(budget.available(0)).toBe(0)
  })

  it('passes the published examples of tower', () => {
    expect(new RetryBudget({ ttlMs: 1000, minPerSecond: 0, ratio: 1 }).start('retry', 0)).toBe(false)
    const leaky = new RetryBudget({ ttlMs: 1000, minPerSecond: 0, ratio: 1 })
    first(leaky, 0)
    expect(leaky.start('retry', 3000)).toBe(false)
    const slots = new RetryBudget({ ttlMs: 1000, minPerSecond: 0, ratio: 0.5 })
    first(slots, 0, 2)
    expect(slots.start('retry', 901)).toBe(true)
    first(slots, 2902)
    first(slots, 3203)
    first(slots, 4004)
    expect(slots.start('retry', 4004)).toBe(true)
    expect(drain(new RetryBudget({ ttlMs: 1000, minPerSecond: 5, ratio: 1 }), 0)).toBe(5)
  })

  it('decides as deposits and withdrawals do', () => {
    const options = fc.record({
      oneIn: fc.integer({ min: 1, max: 10 }),
      minPerSecond: fc.integer({ min: 0, max: 3 }),
      ttlMs: fc.constantFrom(1000, 4000, 10_000),
    })
    const step = fc.record({ pause: fc.nat(700), firsts: fc.nat(4), retries: fc.nat(3) })
    fc.assert(
      fc.property(options, fc.array(step, { maxLength: 60 }), ({ oneIn, minPerSecond, ttlMs }, steps) => {
        const budget = new RetryBudget({ ratio: 1 / oneIn, minPerSecond, ttlMs })
        const naive = new Deposits(oneIn, minPerSecond, ttlMs)
        let now = 0
        for (const { pause, firsts, retries } of steps) {
          now += pause
          for (let i = 0; i < firsts; i++) naive.deposit(now)
          first(budget, now, firsts)
          expect(budget.available(now)).toBe(Math.max(0, Math.floor(naive.balance(now) / oneIn)))
          for (let i = 0; i < retries; i++) expect(budget.start('retry', now)).toBe(naive.withdraw(now))
        }
      }),
    )
  })

  it('never lets the retries and hedges of a whole run be more than their share of its first tries', () => {
    const step = fc.record({ pause: fc.nat(3000), kind: fc.constantFrom<TryKind>('first', 'retry', 'hedge') })
    const ratio = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(ratio, fc.array(step, { maxLength: 200 }), (share, steps) => {
        const budget = new RetryBudget({ ratio: share, minPerSecond: 0 })
        let [now, firsts, others] = [0, 0, 0]
        for (const { pause, kind } of steps) {
          now += pause
          if (kind === 'first') firsts++
          const started = budget.start(kind, now)
          if (started && kind !== 'first') others++
          expect(others / Math.max(1, firsts)).toBeLessThanOrEqual(share)
        }
      }),
    )
  })

  it('always lets first tries start', () => {
    const budget = new RetryBudget({ ratio: 0, minPerSecond: 0 })
    for (let i = 0; i < 1000; i++) expect(budget.start('first', i)).toBe(true)
    for (const kind of ['retry', 'timeout-retry', 'hedge'] as const) expect(budget.start(kind, 1000)).toBe(false)
  })

  it('forgets what was taken after its time, and not before', () => {
    const budget = new RetryBudget({ ratio: 0, minPerSecond: 1 })
    expect(drain(budget, 500)).toBe(10)
    expect(drain(budget, 10_500)).toBe(0)
    expect(drain(budget, 11_500)).toBe(10)
  })

  it('gives back what a revoked try took, and what it brought', () => {
    const budget = new RetryBudget({ ratio: 1, minPerSecond: 0 })
    first(budget, 0, 2)
    budget.start('retry', 0)
    budget.end('retry', 'revoked', 3000, 0)
    expect(budget.available(3000)).toBe(2)
    budget.end('first', 'revoked', 3000, 0)
    expect(budget.available(3000)).toBe(1)
    // Where it was counted, so that nothing is missing when that is forgotten.
    const later = new RetryBudget({ ratio: 1, minPerSecond: 0 })
    first(later, 0)
    later.end('first', 'revoked', 3000, 0)
    first(later, 11_000)
    expect(later.available(11_000)).toBe(1)
    for (const outcome of ['success', 'dropped', 'ignored'] as const) budget.end('first', outcome, 3000, 0)
    expect(budget.available(3000)).toBe(1)
  })

  it('makes no retries out of ends too many, nor out of ends of what is forgotten', () => {
    const budget = new RetryBudget({ ratio: 0, minPerSecond: 1, ttlMs: 1000 })
    for (let i = 0; i < 5; i++) budget.end('retry', 'revoked', 0, 0)
    expect(drain(budget, 0)).toBe(1)
    budget.end('retry', 'revoked', 5000, 0)
    budget.end('retry', 'revoked', 5000, NaN)
    expect(drain(budget, 5000)).toBe(1)
  })

  it('earns what a change adds, and loses at once what it takes', () => {
    const budget = new RetryBudget({ ratio: 0.1, minPerSecond: 0 })
    first(budget, 0, 100)
    budget.update({ ratio: 0.5, minPerSecond: 10 }, 0)
    expect(budget.available(0)).toBe(10)
    first(budget, 1000, 100)
    expect(budget.available(1000)).toBe(60)
    budget.update({ minPerSecond: 0, ratio: 0.01 }, 1000)
    expect(budget.available(1000)).toBe(0)
    expect(new RetryBudget().available(0)).toBe(100)
    const crept = new RetryBudget({ ratio: 0.1, minPerSecond: 0 })
    first(crept, 0, 100)
    for (let ratio = 0.1; ratio < 0.5; ratio += 0.01) crept.update({ ratio }, 1000)
    expect(crept.available(1000)).toBe(10)
    const raised = new RetryBudget({ minPerSecond: 0 })
    raised.update({ minPerSecond: 10 }, 0)
    expect(raised.available(0)).toBe(0)
    expect(raised.available(11_000)).toBe(100)
  })

  it('changes nothing when a change is wrong', () => {
    const budget = new RetryBudget({ ratio: 0.5, minPerSecond: 0 })
    first(budget, 0, 10)
    expect(() => budget.update({ ratio: 1, minPerSecond: -1 }, 0)).toThrow(/RetryBudget: option "minPerSecond"/)
    expect(() => budget.update({ ttlMs: 5000 } as object, 0)).toThrow(/unknown option "ttlMs"/)
    expect(budget.available(0)).toBe(5)
    budget.update({}, 0)
    expect(budget.available(0)).toBe(5)
  })

  it('may be forgotten when no retry is remembered', () => {
    const budget = new RetryBudget({ ttlMs: 1000 })
    first(budget, 0, 10)
    expect(budget.isIdle(0)).toBe(true)
    budget.start('retry', 0)
    expect(budget.isIdle(1000)).toBe(false)
    expect(budget.isIdle(1100)).toBe(true)
  })

  it('stays within its bounds while time is no number or goes back', () => {
    const budget = new RetryBudget({ ratio: 0, minPerSecond: 1, ttlMs: 1000 })
    expect([NaN, NaN, Infinity].map((now) => budget.start('retry', now))).toEqual([true, false, false])
    expect(budget.start('retry', 10_000)).toBe(true)
    expect([0, -1e9, NaN, -Infinity].map((now) => budget.start('retry', now))).toEqual([false, false, false, false])
  })

  it('names option, value and range when an option is wrong', () => {
    const make = (options: object) => () => new RetryBudget(options)
    expect(make({ ratio: -0.1 })).toThrow(/RetryBudget: option "ratio" must be a number >= 0 and <= 1000, got -0.1/)
    expect(make({ ratio: NaN })).toThrow(RangeError)
    expect(make({ ratio: '1' })).toThrow(TypeError)
    expect(make({ ttlMs: 999 })).toThrow(/"ttlMs" must be a number >= 1000 and <= 60000/)
    expect(make({ minPerSecond: Infinity })).toThrow(RangeError)
    expect(make({ ttl: 1 })).toThrow(/unknown option "ttl"/)
  })
})
