/** The retry budget of what is in flight. */
import { ConcurrentRetryBudget, type TryKind } from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

function withFirsts(firsts: number, options = {}): ConcurrentRetryBudget {
  const budget = new ConcurrentRetryBudget(options)
  for (let i = 0; i < firsts; i++) budget.start('first')
  return budget
}

function drain(budget: ConcurrentRetryBudget): number {
  let started = 0
  while (started < 1000 && budget.start(started % 2 === 0 ? 'retry' : 'hedge')) started++
  return started
}

describe('ConcurrentRetryBudget', () => {
  it.each([
    [0, {}, 3],
    [12, {}, 3],
    [16, {}, 4],
    [100, {}, 25],
    [100, { ratio: 0 }, 3],
    [100, { ratio: 0, minConcurrent: 0 }, 0],
    [90, { ratio: 0.1, minConcurrent: 0 }, 10],
    [89, { ratio: 0.1, minConcurrent: 0 }, 9],
    [1, { ratio: 0.5, minConcurrent: 0 }, 1],
  ])('beside %d first tries, told %j, lets %d retries and hedges run', (firsts, options, extras) => {
    const budget = withFirsts(firsts, options)
    expect(budget.available()).toBe(extras)
    expect(drain(budget)).toBe(extras)
    expect(budget.available()).toBe(0)
  })

  it('knows no bound for a ratio of 1', () => {
    const budget = withFirsts(0, { ratio: 1, minConcurrent: 0 })
    expect(budget.available()).toBe(Number.MAX_SAFE_INTEGER)
    expect(drain(budget)).toBe(1000)
  })

  it('answers at once where nearly everything in flight may be a retry', () => {
    // So near to 1 that the most there could be is above 2^53, where counting by ones stands still.
    for (const ratio of [0.9999999999999858, 1 - 2 ** -52, 1 - 2 ** -53])
      for (let firsts = 1; firsts < 200; firsts++)
        expect(withFirsts(firsts, { ratio }).available()).toBeGreaterThan(1e12)
    for (const ratio of [0.999, 1 - 2 ** -20, 1 - 2 ** -40]) {
      const budget = withFirsts(3, { ratio, minConcurrent: 0 })
      expect(budget.available() / ((3 * ratio) / (1 - ratio))).toBeCloseTo(1, 2)
    }
  })

  it('lets one start exactly when it says that one is available, and keeps its law at every start', () => {
    const step = fc.record({
      kind: fc.constantFrom<TryKind>('first', 'retry', 'timeout-retry', 'hedge'),
      ends: fc.boolean(),
    })
    const rule = fc.record({ ratio: fc.double({ min: 0, max: 1, noNaN: true }), minConcurrent: fc.nat(4) })
    fc.assert(
      fc.property(rule, fc.array(step, { maxLength: 150 }), (options, steps) => {
        const budget = new ConcurrentRetryBudget(options)
        let [firsts, extras] = [0, 0]
        for (const { kind, ends } of steps) {
          const isFirst = kind === 'first'
          if (ends && (isFirst ? firsts : extras) > 0) {
            budget.end(kind, 'success')
            if (isFirst) firsts--
            else extras--
          } else {
            const available = budget.available()
            const started = budget.start(kind)
            expect(started).toBe(isFirst || available > 0)
            if (isFirst) firsts++
            else if (started) extras++
            if (started && !isFirst && extras > options.minConcurrent)
              expect(extras / (firsts + extras)).toBeLessThanOrEqual(options.ratio)
          }
          expect([budget.firsts, budget.extras]).toEqual([firsts, extras])
        }
      }),
    )
  })

  it('frees a place at every end, whatever came of the try, and none that was not taken', () => {
    for (const outcome of ['success', 'dropped', 'ignored', 'revoked'] as const) {
      const budget = withFirsts(0, { minConcurrent: 1 })
      budget.end('retry', outcome)
      budget.end('first', outcome)
      expect([budget.start('retry'), budget.start('retry')]).toEqual([true, false])
      budget.end('timeout-retry', outcome)
      expect(budget.isIdle()).toBe(true)
      expect(budget.start('hedge')).toBe(true)
      expect(budget.isIdle()).toBe(false)
    }
  })

  it('takes other bounds from the next try on, all or none', () => {
    const budget = withFirsts(100)
    expect(drain(budget)).toBe(25)
    budget.update({ ratio: 0.5 })
    expect(budget.available()).toBe(75)
    expect(() => budget.update({ ratio: 0.1, minConcurrent: 1.5 })).toThrow(/ConcurrentRetryBudget: .*"minConcurrent"/)
    expect(budget.available()).toBe(75)
    budget.update({ ratio: 0.1, minConcurrent: 0 })
    expect(budget.available()).toBe(0)
  })

  it('names option, value and range when an option is wrong', () => {
    expect(() => new ConcurrentRetryBudget({ ratio: 1.1 })).toThrow(
      /ConcurrentRetryBudget: option "ratio" must be a number >= 0 and <= 1, got 1.1/,
    )
    expect(() => new ConcurrentRetryBudget({ min: 3 } as object)).toThrow(/unknown option "min"/)
  })
})
