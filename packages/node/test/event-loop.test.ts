/** Delay and utilization of the loop from injected counters. */
import { VirtualClock } from '@spillway/core/testing'
import { eventLoopDelaySignal, eventLoopUtilizationSignal, Sampler } from '@spillway/node'
import { describe, expect, it } from 'vitest'
import { Drift } from '../src/drift.ts'
import { histogramDelay } from '../src/event-loop-delay.ts'

describe('eventLoopUtilizationSignal', () => {
  it('measures each window from the end of the one before, however long the process has idled', async () => {
    const clock = new VirtualClock()
    const times = { active: 0, idle: 86_400_000 }
    const signal = eventLoopUtilizationSignal({
      times: () => ({ ...times }),
      windowMs: 100,
      sampler: new Sampler(clock),
    })
    signal.start()
    times.active += 100
    await clock.advance(100)
    expect(signal.reading).toBe(1)
    times.idle += 100
    await clock.advance(100)
    expect(signal.reading).toBe(0)
    times.active += 25
    times.idle += 75
    await clock.advance(100)
    expect(signal.reading).toBe(0.25)
  })

  it('reaches pressure 1 at its limit', async () => {
    const clock = new VirtualClock()
    let active = 0
    const times = () => ({ active: (active += 80), idle: active / 4 })
    const signal = eventLoopUtilizationSignal({ times, limit: 0.8, windowMs: 100, sampler: new Sampler(clock) })
    signal.start()
    await clock.advance(100)
    expect(signal.pressure(100)).toBeCloseTo(1)
  })

  it('keeps its value when the counters do not move, as on runtimes that only imitate them', async () => {
    const clock = new VirtualClock()
    const times = () => ({ active: 0, idle: 0 })
    const signal = eventLoopUtilizationSignal({ times, windowMs: 100, sampler: new Sampler(clock) })
    signal.start()
    await clock.advance(1000)
    expect(signal.pressure(1000)).toBe(0)
  })
})

describe('eventLoopDelaySignal', () => {
  it('subtracts the resolution that the mean of Node.js includes', async () => {
    const clock = new VirtualClock()
    let resets = 0
    const histogram = { mean: 60e6, enable: () => true, disable: () => true, reset: () => void resets++ }
    const source = histogramDelay(histogram, 10)
    const signal = eventLoopDelaySignal({ source, limitMs: 100, windowMs: 100, sampler: new Sampler(clock) })
    signal.start()
    await clock.advance(200)
    expect([signal.reading, signal.pressure(200)]).toEqual([50, 0.5])
    expect(resets).toBe(3)
    histogram.mean = 9e6
    await clock.advance(100)
    expect(signal.reading).toBe(0)
    histogram.mean = NaN
    await clock.advance(100)
    expect(signal.reading).toBe(0)
  })

  it('names the option that is wrong', () => {
    expect(() => eventLoopDelaySignal({ limitMs: 0 })).toThrow('option "limitMs"')
    expect(() => eventLoopDelaySignal({ limit: 5 } as object)).toThrow('unknown option "limit"')
  })
})

describe('Drift', () => {
  it('tells the mean lateness and the share of time that was late, window by window', () => {
    let now = 0
    let fire: (() => void) | undefined
    const clock = { now: () => now, after: (_ms: number, fn: () => void) => ((fire = fn), () => {}) }
    const [mean, share] = [new Drift(10), new Drift(10)]
    const sampler = new Sampler(clock)
    mean.start(sampler)
    share.start(sampler)
    // Ten timers, each 90 ms late: a loop whose turns last 100 ms.
    for (let i = 0; i < 10; i++) {
      now += 100
      fire?.()
    }
    expect(mean.takeMeanMs(now)).toBe(90)
    expect(share.takeShare(now)).toBe(0.9)
    expect(mean.takeMeanMs(now)).toBeUndefined()
    expect(share.takeShare(now)).toBeUndefined()
  })

  it('is 0 on an idle loop', async () => {
    const clock = new VirtualClock()
    const drift = new Drift(10)
    drift.start(new Sampler(clock))
    await clock.advance(1000)
    expect(drift.takeMeanMs(1000)).toBe(0)
    drift.stop()
    expect(clock.pending).toBe(0)
  })
})
