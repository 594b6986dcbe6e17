/** A knee limit whose bounds change while it runs, and what it tells of itself. */
import { KneeLimit } from '@spillway/core'
import { describe, expect, it } from 'vitest'

/** Ends of work, one every 2 ms, while as many run as may. */
function saturate(limit: KneeLimit, fromMs: number, untilMs: number): void {
  for (let now = fromMs; now < untilMs; now += 2) limit.sample(now, 20, Math.floor(limit.value))
}

function seeking(options = {}): KneeLimit {
  const limit = new KneeLimit(options)
  saturate(limit, 0, 1000)
  expect(limit.phase.kind).toBe('seek')
  return limit
}

describe('KneeLimit.snapshot', () => {
  it('tells what it is doing and how much it has tried', () => {
    expect(new KneeLimit().snapshot()).toEqual({
      kind: 'KneeLimit',
      limit: 16,
      phase: 'open',
      knee: 0,
      levels: 0,
      rttMs: 0,
      openRttMs: 0,
    })
    const limit = seeking()
    const { phase, knee, levels, rttMs } = limit.snapshot()
    expect(phase).toBe('seek')
    expect(knee).toBe((limit.phase as { knee: number }).knee)
    expect(levels).toBeGreaterThan(1)
    expect(rttMs).toBe(20)
  })
})

describe('KneeLimit.update', () => {
  it('keeps what was learnt where the limits that were tried stay the same', () => {
    const [limit, twin] = [seeking(), seeking()]
    const { levels } = limit.snapshot()
    limit.update({ maxLimit: 500 })
    expect(limit.snapshot()).toEqual(twin.snapshot())
    for (const each of [limit, twin]) saturate(each, 1000, 5000)
    expect(limit.snapshot()).toEqual(twin.snapshot())
    expect(levels).toBeGreaterThan(1)
  })

  it('begins to compare anew where they do not, from the limit that it has', () => {
    const limit = seeking()
    const { value } = limit
    limit.update({ minLimit: 3 })
    expect(limit.value).toBe(value)
    expect(limit.snapshot()).toMatchObject({ phase: 'open', levels: 0 })
    saturate(limit, 2000, 3000)
    expect(limit.phase.kind).toBe('seek')
  })

  it('begins anew too when the highest limit that was tried is cut off', () => {
    const limit = seeking({ minLimit: 2, maxLimit: 100 })
    limit.update({ maxLimit: 10 })
    expect(limit.value).toBeLessThanOrEqual(10)
    expect(limit.phase.kind).toBe('open')
  })

  it('lets an unused limit come back to another start', () => {
    const limit = new KneeLimit({ initialLimit: 500 })
    limit.update({ initialLimit: 30 })
    for (let now = 0; now < 20_000; now += 2) limit.sample(now, 20, 1)
    expect(limit.value).toBe(30)
  })

  it('lets the start give way to bounds that change, but not to a start that is told', () => {
    const limit = new KneeLimit()
    limit.update({ minLimit: 30 })
    limit.value = 500
    for (let now = 0; now < 20_000; now += 2) limit.sample(now, 20, 1)
    expect(limit.value).toBe(30)
    limit.update({ minLimit: 2, maxLimit: 8 })
    expect(limit.value).toBe(8)
    expect(() => limit.update({ maxLimit: 50, initialLimit: 51 })).toThrow(
      'KneeLimit: option "initialLimit" must be an integer >= 2 and <= 50, got 51',
    )
  })
})
