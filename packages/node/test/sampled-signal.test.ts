/** The lifetime and the range of signals. */
import { VirtualClock } from '@spillway/core/testing'
import { sampledSignal, Sampler, type SampledSignal } from '@spillway/node'
import { describe, expect, it } from 'vitest'

function make(read: () => number | undefined): { clock: VirtualClock; signal: SampledSignal } {
  const clock = new VirtualClock()
  return {
    clock,
    signal: sampledSignal({ name: 'test', source: { read }, periodMs: 10, limit: 2, sampler: new Sampler(clock) }),
  }
}

describe('sampledSignal', () => {
  it('starts at its first reading and divides what it reads by its limit', async () => {
    const { clock, signal } = make(() => 3)
    expect(clock.pending).toBe(0)
    expect(signal.pressure(0)).toBe(0)
    await clock.advance(10)
    expect([signal.pressure(10), signal.reading]).toEqual([1.5, 3])
  })

  it('never reads in between: asking costs nothing', async () => {
    let reads = 0
    const { clock, signal } = make(() => ++reads)
    signal.start()
    await clock.advance(10)
    for (let i = 0; i < 100; i++) signal.pressure(10)
    expect(reads).toBe(1)
  })

  it('keeps its last pressure when there is nothing new, and is never NaN', async () => {
    const readings: (number | undefined)[] = [2, NaN, undefined, Infinity, -5]
    const { clock, signal } = make(() => readings.shift())
    signal.start()
    const seen: number[] = []
    for (let i = 0; i < 5; i++) {
      await clock.advance(10)
      seen.push(signal.pressure(clock.now()))
    }
    expect(seen).toEqual([1, 1, 1, 10, 0])
  })

  it('reads 0 after its end, stays stopped, and can be started again', async () => {
    const { clock, signal } = make(() => 2)
    signal.start()
    await clock.advance(10)
    signal.stop()
    expect([signal.pressure(10), clock.pending]).toEqual([0, 0])
    signal.start()
    await clock.advance(10)
    expect(signal.pressure(20)).toBe(1)
  })

  it('ends when it is disposed of', () => {
    const { clock, signal } = make(() => 2)
    signal.start()
    expect(clock.pending).toBe(1)
    signal[Symbol.dispose]()
    expect(clock.pending).toBe(0)
  })

  it('starting twice measures once', () => {
    const { clock, signal } = make(() => 2)
    signal.start()
    signal.start()
    signal.stop()
    expect(clock.pending).toBe(0)
  })

  it('stays at 0 where its source cannot start', async () => {
    const clock = new VirtualClock()
    const source = {
      start: () => {
        throw new Error('not implemented')
      },
      read: () => undefined,
    }
    const signal = sampledSignal({ name: 'test', source, periodMs: 10, limit: 1, sampler: new Sampler(clock) })
    signal.start()
    await clock.advance(10)
    expect(signal.pressure(10)).toBe(0)
  })
})
