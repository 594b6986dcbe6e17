/** When a second try is sent, and how many there may be. */
import { ConcurrentRetryBudget, HedgePolicy, RetryBudget } from '@spillway/core'
import { seededRandom } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

describe('HedgePolicy', () => {
  it('hedges once after its delay, or as often as it is told', () => {
    const once = new HedgePolicy({ delayMs: 50 })
    expect([0, 1, 2].map((hedges) => once.afterMs(hedges))).toEqual([50, Infinity, Infinity])
    const twice = new HedgePolicy({ delayMs: 0, maxHedges: 2 })
    expect([0, 1, 2, NaN].map((hedges) => twice.afterMs(hedges))).toEqual([0, 0, Infinity, Infinity])
    expect(new HedgePolicy({ delayMs: Infinity }).afterMs(0)).toBe(Infinity)
  })

  it('asks for the delay each time, and does not hedge while none is known', () => {
    const answers = [NaN, -1, undefined as never, 12, Infinity, 0]
    const policy = new HedgePolicy({ delayMs: () => answers.shift() as number })
    expect(Array.from({ length: 6 }, () => policy.afterMs(0))).toEqual([Infinity, Infinity, Infinity, 12, Infinity, 0])
    expect(policy.failures).toBe(0)
  })

  it('does not hedge when the delay cannot be told, and counts that', () => {
    const policy = new HedgePolicy({
      delayMs: () => {
        throw new Error('no samples')
      },
    })
    expect([policy.afterMs(0), policy.afterMs(0)]).toEqual([Infinity, Infinity])
    expect(policy.failures).toBe(2)
  })

  it('sends at most one hedge for twenty first tries, and none before the twentieth', () => {
    const policy = new HedgePolicy({ delayMs: 10 })
    const sent: number[] = []
    for (let i = 1; i <= 200; i++) {
      policy.budget.start('first', i)
      if (policy.start(i)) sent.push(i)
    }
    expect(sent).toEqual([20, 40, 60, 80, 100, 120, 140, 160, 180, 200])
  })

  it('shares a budget with retries', () => {
    const budget = new ConcurrentRetryBudget({ ratio: 0, minConcurrent: 1 })
    const policy = new HedgePolicy({ delayMs: 10, budget })
    expect(policy.start(0)).toBe(true)
    expect(budget.start('retry')).toBe(false)
    policy.budget.end('hedge', 'revoked', 0, 0)
    expect(budget.start('retry')).toBe(true)
    expect(policy.start(0)).toBe(false)
  })

  it('cuts the tail while few are slow, and adds no load when all are', () => {
    const random = seededRandom(5)
    /** A target with 2 % of stragglers, or ten times slower as a whole. */
    const play = (slowdown: number): { p99: number; extra: number } => {
      const policy = new HedgePolicy({ delayMs: 20 })
      const latency = (): number => slowdown * (random() < 0.02 ? 500 : 10 + 10 * random())
      const [latencies, count] = [[] as number[], 20_000]
      let hedges = 0
      for (let i = 0; i < count; i++) {
        const now = i * 5
        policy.budget.start('first', now)
        let took = latency()
        const after = policy.afterMs(0)
        if (took > after && policy.start(now + after)) {
          hedges++
          took = Math.min(took, after + latency())
        }
        latencies.push(took)
      }
      return { p99: latencies.sort((a, b) => a - b)[count * 0.99]!, extra: hedges / count }
    }
    const calm = play(1)
    expect(calm.p99).toBeLessThan(45)
    expect(calm.extra).toBeCloseTo(0.02, 2)
    expect(play(10).extra).toBeLessThanOrEqual(0.05)
  })

  it('names option, value and range when an option is wrong', () => {
    const make = (options: object) => () => new HedgePolicy({ delayMs: 10, ...options })
    expect(make({ delayMs: NaN })).toThrow(/HedgePolicy: option "delayMs" must be a number >= 0, got NaN/)
    expect(make({ delayMs: '10' })).toThrow(TypeError)
    expect(make({ ratio: 2 })).toThrow(/"ratio" must be a number >= 0 and <= 1/)
    expect(make({ maxHedges: 0 })).toThrow(/"maxHedges" must be an integer >= 1 and <= 10/)
    expect(make({ ratio: 0.1, budget: new RetryBudget() })).toThrow(/"ratio" and "budget" exclude each other/)
    expect(make({ delay: 1 })).toThrow(/unknown option "delay"/)
  })
})
