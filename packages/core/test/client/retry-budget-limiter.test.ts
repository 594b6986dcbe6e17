/** Retry budgets as limiters. */
import {
  ConcurrencyLimiter,
  ConcurrentRetryBudget,
  FixedLimit,
  RetryBudget,
  RetryBudgetLimiter,
  RetryTokenBucket,
  all,
  createTicket,
  keyed,
  type Ticket,
  type TryBudget,
} from '@spillway/core'
import { checked } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const ticket = (kind?: string, now = 0): Ticket => createTicket(now, kind === undefined ? {} : { keys: { try: kind } })

/** Budgets that allow two retries at first. */
const budgets: Record<string, () => TryBudget> = {
  RetryBudget: () => new RetryBudget({ ratio: 0, minPerSecond: 2, ttlMs: 1000 }),
  RetryTokenBucket: () => new RetryTokenBucket({ capacity: 10 }),
  ConcurrentRetryBudget: () => new ConcurrentRetryBudget({ ratio: 0, minConcurrent: 2 }),
}

describe.each(Object.entries(budgets))('RetryBudgetLimiter of a %s', (_name, make) => {
  it('lets first tries in, and refuses retries that are not paid for with one frozen object', () => {
    const limiter = checked(new RetryBudgetLimiter(make(), { name: 'budget' }))
    for (let i = 0; i < 5; i++) expect(limiter.admit(ticket(), 0)).toBeUndefined()
    expect(limiter.admit(ticket('first'), 0)).toBeUndefined()
    expect(limiter.admit(ticket('retry'), 0)).toBeUndefined()
    expect(limiter.admit(ticket('hedge'), 0)).toBeUndefined()
    const no = limiter.admit(ticket('retry'), 0)
    expect(no).toEqual({ reason: 'retry-budget', limiter: 'budget', retryAfterMs: Infinity })
    expect(Object.isFrozen(no)).toBe(true)
    expect(limiter.admit(ticket('timeout-retry'), 0)).toBe(no)
    expect(limiter.admit(ticket(), 0)).toBeUndefined()
  })

  it('leaves no trace of a try that another limiter refused', () => {
    const budget = make()
    const full = new ConcurrencyLimiter(new FixedLimit(1))
    full.admit(ticket(), 0)
    const both = all(new RetryBudgetLimiter(budget), full)
    for (let i = 0; i < 10; i++)
      expect(both.admit(ticket(i % 2 === 0 ? 'retry' : 'first'), 0)?.reason).toBe('concurrency')
    expect(budget.available(0)).toBe(2)
    expect(budget.isIdle(0)).toBe(true)
  })

  it('lets a ticket through uncounted whose kind cannot be told', () => {
    const budget = make()
    const limiter = new RetryBudgetLimiter(budget, {
      kindOf: () => {
        throw new Error('no idea')
      },
    })
    for (let i = 1; i <= 5; i++) {
      const one = ticket('retry')
      expect(limiter.admit(one, 0)).toBeUndefined()
      limiter.settle(one, 0, 'success')
      expect(limiter.failures).toBe(2 * i)
    }
    expect(budget.available(0)).toBe(2)
  })

  it('may be forgotten when its budget may', () => {
    const limiter = new RetryBudgetLimiter(make())
    expect(limiter.isIdle(0)).toBe(true)
    limiter.admit(ticket('retry'), 0)
    expect(limiter.isIdle(0)).toBe(false)
    const targets = keyed(() => new RetryBudgetLimiter(make()))
    for (const key of ['a', 'b'])
      for (let i = 0; i < 3; i++)
        expect(targets.admit(createTicket(0, { key, keys: { try: 'retry' } }), 0) === undefined).toBe(i < 2)
  })
})

describe('RetryBudgetLimiter', () => {
  it('asks its own predicate which try a ticket is, and tells the budget how and since when it ran', () => {
    const told: unknown[] = []
    const budget: TryBudget = {
      start: (...start) => told.push(start) > 0,
      end: (...end) => void told.push(end),
      available: () => 0,
      isIdle: () => true,
    }
    const limiter = new RetryBudgetLimiter(budget, {
      kindOf: ({ key }) => (key === 'again' ? 'timeout-retry' : 'first'),
    })
    const again = createTicket(5, { key: 'again' })
    limiter.admit(again, 5)
    limiter.settle(again, 9, 'dropped')
    expect(told).toEqual([
      ['timeout-retry', 5],
      ['timeout-retry', 'dropped', 9, 5],
    ])
  })

  it('takes what is no known kind for a first try', () => {
    const limiter = new RetryBudgetLimiter(new RetryBudget({ ratio: 0, minPerSecond: 0 }))
    for (const kind of ['', 'third', '__proto__', 'constructor']) expect(limiter.admit(ticket(kind), 0)).toBeUndefined()
    expect(limiter.admit(ticket('hedge'), 0)).toBeDefined()
  })

  it('names the option that is wrong', () => {
    const make = (options: object) => () => new RetryBudgetLimiter(new RetryBudget(), options)
    expect(make({ kindOf: 'retry' })).toThrow(/RetryBudgetLimiter: option "kindOf" must be a function/)
    expect(make({ isRetry: () => true })).toThrow(/unknown option "isRetry"/)
  })
})
