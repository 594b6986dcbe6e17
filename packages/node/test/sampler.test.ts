/** One timer for all samples. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { VirtualClock } from '@spillway/core/testing'
import { Sampler } from '@spillway/node'
import { describe, expect, it } from 'vitest'

describe('Sampler', () => {
  it('samples each subscriber at its own period with one timer', async () => {
    const clock = new VirtualClock()
    const sampler = new Sampler(clock)
    const seen: string[] = []
    sampler.every(20, (now) => seen.push(`a${now}`))
    sampler.every(30, (now) => seen.push(`b${now}`))
    expect(clock.pending).toBe(1)
    await clock.advance(60)
    expect(seen).toEqual(['a20', 'b30', 'a40', 'a60', 'b60'])
    expect(clock.pending).toBe(1)
  })

  it('has no timer when nobody listens', async () => {
    const clock = new VirtualClock()
    const sampler = new Sampler(clock)
    const stops = [sampler.every(20, () => {}), sampler.every(30, () => {})]
    for (const stop of stops) stop()
    expect(clock.pending).toBe(0)
  })

  it('arms again for a subscriber that is due earlier than the others', async () => {
    const clock = new VirtualClock()
    const sampler = new Sampler(clock)
    let seen = 0
    sampler.every(1000, () => {})
    sampler.every(10, () => seen++)
    await clock.advance(100)
    expect(seen).toBe(10)
  })

  it('tells how late it is and takes one sample for a stall, not one per period', () => {
    let now = 0
    let fire: (() => void) | undefined
    const clock = { now: () => now, after: (_ms: number, fn: () => void) => ((fire = fn), () => {}) }
    const late: number[] = []
    new Sampler(clock).every(10, (_now, lateMs) => late.push(lateMs))
    now = 500
    fire?.()
    now = 510
    fire?.()
    expect(late).toEqual([490, 0])
  })

  it('goes on after a sample that throws', async () => {
    const clock = new VirtualClock()
    const sampler = new Sampler(clock)
    let calls = 0
    sampler.every(10, () => {
      calls++
      throw new Error('broken')
    })
    await clock.advance(30)
    expect([calls, sampler.failures]).toEqual([3, 3])
  })

  it('arms its timer in the context in which it was made, so that it keeps no request alive', () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const clock = { now: () => 0, after: () => (seen.push(storage.getStore()), () => {}) }
    const sampler = new Sampler(clock)
    storage.run('request', () => sampler.every(10, () => {}))
    expect(seen).toEqual([undefined])
  })

  it('names a period that makes no sense', () => {
    expect(() => new Sampler(new VirtualClock()).every(0, () => {})).toThrow('option "periodMs"')
  })
})
