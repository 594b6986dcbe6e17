/** Refusals made once and counted. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Refusals } from '../../src/pace/refusals.ts'

describe('Refusals', () => {
  it.each([
    [0, 1000],
    [0.3, 1000],
    [1, 1000],
    [1.01, 2000],
    [4, 4000],
    [29.5, 30_000],
    [1e9, 30_000],
    [Infinity, 30_000],
  ])('at %d times what can be served asks to come back after %d ms', (ratio, retryAfterMs) => {
    expect(new Refusals('door').refuse('queue-full', ratio)).toEqual({
      reason: 'queue-full',
      limiter: 'door',
      retryAfterMs,
    })
  })

  it('gives one frozen object for the same refusal', () => {
    const refusals = new Refusals('door')
    const first = refusals.refuse('queue-full', 2)
    expect(refusals.refuse('queue-full', 1.5)).toBe(first)
    expect(refusals.refuse('queue-full', 3)).not.toBe(first)
    expect(refusals.refuse('queue-timeout', 2)).not.toBe(first)
    expect(Object.isFrozen(first)).toBe(true)
  })

  it('makes no more than thirty objects per reason', () => {
    const refusals = new Refusals('door')
    const made = new Set<unknown>()
    const loads = fc.sample(fc.double({ min: 0, max: 1e6, noNaN: true }), { numRuns: 2000, seed: 1 })
    for (const ratio of loads) made.add(refusals.refuse('draining', ratio))
    expect(made.size).toBeLessThanOrEqual(30)
  })

  it("counts by reason, somebody else's refusals too", () => {
    const refusals = new Refusals('door')
    expect(refusals.lastAt).toBe(-Infinity)
    refusals.admitted += 2
    refusals.refuse('queue-full', 1)
    refusals.refuse('queue-full', 9)
    const foreign = { reason: 'deadline', limiter: 'elsewhere', retryAfterMs: 0 } as const
    expect(refusals.count(foreign)).toBe(foreign)
    expect(refusals.snapshot()).toEqual({
      admitted: 2,
      refused: {
        rate: 0,
        blocked: 0,
        concurrency: 0,
        pressure: 0,
        'queue-full': 2,
        'queue-timeout': 0,
        deadline: 1,
        draining: 0,
        cancelled: 0,
        priority: 0,
        fairness: 0,
        'circuit-open': 0,
        throttled: 0,
        'retry-budget': 0,
      },
    })
  })

  it('hands out a copy that later refusals do not change', () => {
    const refusals = new Refusals('door')
    const before = refusals.snapshot()
    refusals.refuse('draining', 1)
    expect(before.refused.draining).toBe(0)
  })
})
