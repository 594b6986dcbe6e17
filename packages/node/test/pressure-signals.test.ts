/** Thresholds under the names of under-pressure: which signal each becomes, and when it is at its limit. */
import { createOverloadControl, createTicket, systemLoop } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { pressureSignals, Sampler, type PressureSignalsOptions } from '@spillway/node'
import { describe, expect, it } from 'vitest'

const sampled = async (options: PressureSignalsOptions, ms: number): Promise<Record<string, number>> => {
  const clock = new VirtualClock()
  const signals = pressureSignals({ ...options, sampler: new Sampler(clock) })
  for (const signal of signals) signal.start()
  await clock.advance(ms)
  const found = Object.fromEntries(signals.map((signal) => [signal.name, signal.pressure(ms)]))
  for (const signal of signals) signal.stop()
  return found
}

describe('pressureSignals', () => {
  it('makes no signal of a threshold that is 0 or missing', () => {
    expect(pressureSignals({})).toEqual([])
    expect(pressureSignals({ maxEventLoopDelay: 0, maxHeapUsedBytes: 0, maxRssBytes: 0 })).toEqual([])
  })

  it('makes one of each that is given', () => {
    const all = { maxEventLoopDelay: 100, maxHeapUsedBytes: 1e8, maxRssBytes: 2e8, maxEventLoopUtilization: 0.98 }
    const names = pressureSignals(all).map(({ name }) => name)
    expect(names).toEqual(['event-loop-delay', 'heap', 'memory', 'event-loop-utilization'])
  })

  it('is 1 at the threshold, measured every second', async () => {
    const memoryUsage = (): { heapUsed: number; rss: number } => ({ heapUsed: 50, rss: 300 })
    const options = { maxHeapUsedBytes: 100, maxRssBytes: 300, memoryUsage }
    expect(await sampled(options, 999)).toEqual({ heap: 0, memory: 0 })
    expect(await sampled(options, 1000)).toEqual({ heap: 0.5, memory: 1 })
    expect(await sampled({ ...options, sampleInterval: 100 }, 100)).toEqual({ heap: 0.5, memory: 1 })
  })

  it('reads this very process where nobody says otherwise', async () => {
    const { heap = 0, memory = 0 } = await sampled({ maxHeapUsedBytes: 1e6, maxRssBytes: 1e9 }, 1000)
    expect(heap).toBeGreaterThan(1)
    expect(memory).toBeGreaterThan(0.01)
  })

  it('is 0 where the runtime tells nothing', async () => {
    expect(await sampled({ maxRssBytes: 1, maxHeapUsedBytes: 1, memoryUsage: () => undefined }, 1000)).toEqual({
      heap: 0,
      memory: 0,
    })
  })

  it('sheds all or nothing at the threshold, with a scale that says so', async () => {
    const clock = new VirtualClock()
    let rss = 100
    const memoryUsage = (): { heapUsed: number; rss: number } => ({ heapUsed: 0, rss })
    const signals = pressureSignals({ maxRssBytes: 200, memoryUsage, sampler: new Sampler(clock) })
    const pressure = { scales: { memory: { start: 1, full: 1 } }, hysteresis: 0, sampleMs: 0 }
    const control = createOverloadControl(
      { clock, loop: systemLoop, random: () => 0.999, signals: [] },
      { signals, pressure },
    )
    const ask = async (): Promise<string | undefined> => {
      const ticket = createTicket(clock.now())
      const verdict = await control.enter(ticket)
      if (verdict === undefined) control.leave(ticket, 'success')
      return verdict?.limiter
    }
    expect(await ask()).toBeUndefined()
    rss = 199
    await clock.advance(1000)
    expect(await ask()).toBeUndefined()
    rss = 201
    await clock.advance(1000)
    expect(await ask()).toContain('pressure/memory')
    for (const signal of signals) signal.stop()
  })

  const bad: readonly (readonly [PressureSignalsOptions, RegExp])[] = [
    [{ maxEventLoopDelay: -1 }, /"maxEventLoopDelay".*>= 1/],
    [{ maxHeapUsedBytes: NaN }, /"maxHeapUsedBytes"/],
    [{ maxRssBytes: '1' as unknown as number }, /"maxRssBytes".*number/],
    [{ maxEventLoopUtilization: 98 }, /"maxEventLoopUtilization".*<= 1/],
    [{ sampleInterval: 1 }, /"sampleInterval".*>= 10/],
    [{ memoryUsage: 1 as unknown as () => undefined }, /"memoryUsage"/],
    [{ maxRssByte: 1 } as PressureSignalsOptions, /unknown option "maxRssByte"/],
  ]
  for (const [options, message] of bad) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => pressureSignals(options)).toThrow(message)
    })
  }
})
