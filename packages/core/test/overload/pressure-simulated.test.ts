/** What shedding by pressure does to a server under load. */
import {
  Guard,
  observe,
  PressureLimiter,
  type Decision,
  type Environment,
  type Gate,
  type PressureOptions,
  type PriorityName,
} from '@spillway/core'
import { simulate, type SimulationOptions, type SimulationResult } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const priorities = { critical_plus: 1, critical: 1, sheddable_plus: 1, sheddable: 1 }
const durationMs = 12_000

interface Seen {
  readonly result: SimulationResult
  readonly decisions: readonly (Decision & { readonly at: number })[]
  /** How often the control began or ceased to shed the least important. */
  readonly switches: number
}

async function play(
  signals: NonNullable<SimulationOptions['signals']>,
  options: PressureOptions,
  load: number,
): Promise<Seen> {
  const decisions: (Decision & { readonly at: number })[] = []
  let switches = 0
  let shedding = false
  const protect = ({ clock, random, signals: given }: Environment): Gate => {
    const limiter = new PressureLimiter(given, random, options)
    const decision = (event: Decision): void => {
      const at = clock.now()
      decisions.push({ ...event, at })
      const sheds = limiter.snapshot(at).shares.sheddable > 0
      if (sheds !== shedding) switches++
      shedding = sheds
    }
    return observe(new Guard(limiter, clock), { decision }, clock)
  }
  const routes = [{ beforeMs: 1, downstream: { latencyMs: 100 }, afterMs: 1 }]
  const result = await simulate({ seed: 3, durationMs, workload: { load, routes, priorities }, signals, protect })
  return { result, decisions, switches }
}

describe('pressure that rises', () => {
  it('sheds the least important first, each class wholly before the one after next begins', async () => {
    const ramp = (now: number): number => 0.85 + (0.35 * now) / durationMs
    const { decisions } = await play(() => [{ name: 'ramp', pressure: ramp }], {}, 0.5)
    const refusedAt = (c: number): number[] =>
      decisions.filter(({ priority, verdict }) => priority === c && verdict !== undefined).map(({ at }) => ramp(at))
    const lastIn = (c: number): number =>
      Math.max(
        ...decisions
          .filter(({ priority, verdict }) => priority === c && verdict === undefined)
          .map(({ at }) => ramp(at)),
      )
    const firstOut = [3, 2, 1, 0].map((c) => Math.min(...refusedAt(c)))
    expect(firstOut).toEqual(firstOut.toSorted((a, b) => a - b))
    for (const [i, start] of [0.9, 0.95, 1, 1.05].entries()) {
      expect(firstOut[i]).toBeGreaterThan(start)
      expect(firstOut[i]).toBeLessThan(start + 0.03)
      expect(lastIn(3 - i)).toBeLessThanOrEqual(start + 0.1)
    }
  })
})

describe('pressure that is what runs', () => {
  const running: NonNullable<SimulationOptions['signals']> = (server) => {
    let mean = 0
    const pressure = (): number => (mean += 0.02 * (server.running / 44 - mean))
    return [{ name: 'running', pressure }]
  }
  const servedShare = ({ byPriority }: SimulationResult, name: PriorityName): number =>
    byPriority[name].served / byPriority[name].offered

  it('is kept between the start and the end of the scale by shedding as much as it takes, least important first', async () => {
    const { result, decisions } = await play(running, {}, 0.95)
    const last = decisions.filter(({ at }) => at > durationMs - 2000)
    expect(last.some(({ verdict }) => verdict !== undefined)).toBe(true)
    expect(result.peakInflight).toBeLessThan(44 * 1.6)
    expect(servedShare(result, 'critical_plus')).toBeGreaterThan(0.99)
    expect(servedShare(result, 'sheddable')).toBeLessThan(servedShare(result, 'sheddable_plus'))
  })

  it('swings less with hysteresis, at little cost', async () => {
    const without = await play(running, { hysteresis: 0 }, 0.9)
    const { switches, result } = await play(running, {}, 0.9)
    const more = await play(running, { hysteresis: 0.1 }, 0.9)
    expect(without.switches).toBeGreaterThan(10)
    expect(switches).toBeLessThan(without.switches / 2)
    expect(more.switches).toBeLessThanOrEqual(3)
    expect(result.total.served).toBeGreaterThan(0.97 * without.result.total.served)
  })
})

describe('pressure with the teeth of a collected heap', () => {
  const saw: NonNullable<SimulationOptions['signals']> = () => [
    { name: 'heap', pressure: (now) => 0.75 + 0.25 * ((now / 200) % 1) },
  ]

  it('is shed tooth by tooth, or evenly as at their tips if it is held for longer than one', async () => {
    const teeth = await play(saw, {}, 0.5)
    const held = await play(saw, { holdMs: 500 }, 0.5)
    expect(teeth.switches).toBeGreaterThan(100)
    expect(held.switches).toBe(1)
    expect(held.result.total.refused).toBeGreaterThan(3 * teeth.result.total.refused)
  })
})
