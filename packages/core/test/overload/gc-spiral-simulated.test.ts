/** A simulated server with a simulated heap: it spirals to death without shedding, and is well with it. */
import { GcSpiral, Guard, observe, PressureLimiter, type GcSpiralSnapshot, type Signal } from '@spillway/core'
import { load, simulate, type ServerView, type SimulationResult } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const limitMb = 100
/** Alive when nothing runs. */
const baseMb = 20
/** Alive for each request that runs. */
const requestMb = 0.5
/** Garbage of each piece of processor work, of which a request has two of 1 ms. */
const garbageMb = 1
/** Cost of a full collection for each megabyte that is alive: what is dead costs nothing. */
const msPerMb = 0.5

/** Allocates until it is full, then stops the world in proportion to what is alive. */
class Heap {
  readonly spiral = new GcSpiral()
  mostAliveMb = 0
  isDead = false
  #garbageMb = 0
  #server: ServerView | undefined

  /** The signal, and with it the view of the server. */
  readonly signals = (server: ServerView): readonly Signal[] => {
    this.#server = server
    return [this.spiral]
  }

  /** Factor on a piece of work: 1, or more if it had to wait for a collection. */
  readonly slowdown = (now: number): number => {
    const aliveMb = baseMb + requestMb * (this.#server?.running ?? 0)
    this.mostAliveMb = Math.max(this.mostAliveMb, aliveMb)
    if (aliveMb >= limitMb) this.isDead = true
    this.#garbageMb += garbageMb
    if (aliveMb + this.#garbageMb < limitMb) return 1
    this.#garbageMb = 0
    const durationMs = msPerMb * aliveMb
    const usedBytes = Math.min(aliveMb, limitMb)
    this.spiral.collected(now + durationMs, { durationMs, major: true, usedBytes, limitBytes: limitMb })
    return 1 + durationMs
  }
}

interface Run {
  readonly result: SimulationResult
  readonly heap: Heap
  /** What was known when the first request was shed. */
  readonly atFirst: GcSpiralSnapshot | undefined
}

const spike = { base: 0.6, peak: 1.4, fromMs: 5000, untilMs: 8000 }

async function run(sheds: boolean, seed: number): Promise<Run> {
  const heap = new Heap()
  let atFirst: GcSpiralSnapshot | undefined
  const result = await simulate({
    seed,
    durationMs: 20_000,
    workload: {
      load: load.spike(spike),
      routes: [{ beforeMs: 1, downstream: { latencyMs: 50 }, afterMs: 1 }],
      connections: 2000,
    },
    server: { slowdown: heap.slowdown },
    signals: heap.signals,
    protect: ({ signals, random, clock }) =>
      sheds
        ? observe(new Guard(new PressureLimiter(signals, random), clock), {
            decided: (ticket, no) => void (atFirst ??= no && heap.spiral.snapshot(ticket.arrivedAt)),
          })
        : undefined,
  })
  return { result, heap, atFirst }
}

const servedShare = ({ result }: Run, fromMs: number, untilMs: number): number => {
  const { served, offered } = result.between(fromMs, untilMs)
  return served / offered
}

describe.each([1, 2, 3])('a heap that a spike of load fills, seed %d', (seed) => {
  it('is the end of a server that lets everybody in, long after the spike is over', async () => {
    const bare = await run(false, seed)
    expect(servedShare(bare, 0, spike.fromMs)).toBeGreaterThan(0.99)
    expect(bare.heap.isDead).toBe(true)
    expect(servedShare(bare, 12_000, 20_000)).toBeLessThan(0.1)
  })

  it('is kept from filling by shedding that begins before either measure is at its limit', async () => {
    const shed = await run(true, seed)
    expect(servedShare(shed, 0, spike.fromMs)).toBeGreaterThan(0.99)
    expect(shed.heap.isDead).toBe(false)
    expect(shed.heap.mostAliveMb).toBeLessThan(0.8 * limitMb)
    expect(shed.atFirst?.live).toBeLessThan(0.85 * 0.9)
    expect(shed.atFirst?.share).toBeLessThan(0.3 * 0.9)
    expect(shed.result.between(spike.fromMs, spike.untilMs).goodput).toBeGreaterThan(0.5)
    expect(servedShare(shed, 10_000, 20_000)).toBeGreaterThan(0.99)
    expect(shed.result.recoveryMs(spike.untilMs)).toBeLessThanOrEqual(1500)
  })
})
