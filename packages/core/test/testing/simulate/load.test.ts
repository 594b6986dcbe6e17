/** Shapes of load, stops of the process, and tenants that change their minds. */
import { distribution, load, simulate, type Shares } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

describe('load', () => {
  it('rises in a straight line between two times', () => {
    const ramp = load.ramp({ from: 1, to: 3, startMs: 100, endMs: 200 })
    expect([0, 100, 150, 200, 900].map(ramp)).toEqual([1, 1, 2, 3, 3])
  })

  it('comes in waves of random length, the same ones for the same seed', () => {
    const options = { high: 3, low: 0.5, meanOnMs: 200, meanOffMs: 400 }
    const sample = (seed: number): number[] => {
      const waves = load.onOff({ ...options, seed })
      return Array.from({ length: 30_000 }, (_, at) => waves(at))
    }
    const seen = sample(1)
    expect(seen[0]).toBe(0.5)
    expect(new Set(seen)).toEqual(new Set([0.5, 3]))
    const share = seen.filter((level) => level === 3).length / seen.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.5)
    expect(sample(1)).toEqual(seen)
    expect(sample(2)).not.toEqual(seen)
  })
})

describe('stops of the process', () => {
  const workload = { load: 0.5, routes: [{ beforeMs: 2 }], connections: 100 }

  it('lengthen what they fall into', async () => {
    const server = { pauses: { everyMs: 200, forMs: 50 } }
    const [with_, without] = [
      await simulate({ durationMs: 4000, workload, server }),
      await simulate({ durationMs: 4000, workload }),
    ]
    expect(with_.total.served).toBe(without.total.served)
    expect(with_.servedLatencyMs(0.99)).toBeGreaterThan(45)
    expect(without.servedLatencyMs(0.99)).toBeLessThan(25)
  })

  it('take their share of what the server can do', async () => {
    const server = { pauses: { everyMs: distribution.exponential(150), forMs: 50 } }
    const full = { ...workload, load: 3, timeoutMs: 1e6 }
    const { endedAtMs, total } = await simulate({ durationMs: 2000, workload: full, server })
    const busyMs = total.served * 2.05
    expect(busyMs / endedAtMs).toBeGreaterThan(0.65)
    expect(busyMs / endedAtMs).toBeLessThan(0.85)
  })

  it('are refused when they would come without pause', async () => {
    const server = { pauses: { everyMs: 0, forMs: 5 } }
    await expect(simulate({ durationMs: 10, workload, server })).rejects.toThrow(
      'simulate: option "server.pauses.everyMs" must be a number >= 1',
    )
  })

  it('count as work in what signals may look at', async () => {
    let busy = (): number => 0
    await simulate({
      durationMs: 1000,
      workload,
      server: { pauses: { everyMs: 100, forMs: 100 } },
      signals: (view) => {
        busy = () => view.busyMs
        return []
      },
    })
    expect(busy()).toBeGreaterThan(500)
  })
})

describe('keys', () => {
  const early: Shares = { a: 1 }
  const late: Shares = { a: 1, b: 3 }

  it('may change their shares with time, and are tallied apart', async () => {
    const { byKey, total } = await simulate({
      durationMs: 4000,
      workload: { load: 0.5, routes: [{ beforeMs: 2 }], keys: (at) => (at < 2000 ? early : late) },
    })
    const [a, b] = [byKey.get('a')!, byKey.get('b')!]
    expect(a.offered + b.offered).toBe(total.offered)
    expect(a.served + b.served).toBe(total.served)
    expect(b.offered / total.offered).toBeGreaterThan(0.3)
    expect(b.offered / total.offered).toBeLessThan(0.45)
  })
})
