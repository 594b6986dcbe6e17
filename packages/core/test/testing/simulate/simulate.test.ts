/** The simulator against theory, against its own books, and against what was measured on real servers. */
import type { Gate, Rejection, Ticket, Verdict } from '@spillway/core'
import { distribution, load, simulate, type Server, type SimulationResult, type Workload } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const full: Rejection = Object.freeze({ reason: 'concurrency', limiter: 'test', retryAfterMs: 1000 })
const gone: Rejection = Object.freeze({ reason: 'cancelled', limiter: 'test', retryAfterMs: Infinity })

/** A fixed number may run, some may wait: the plainest gate that uses everything a gate may do. */
class Bulkhead implements Gate {
  running = 0
  peak = 0
  entered = 0
  left = 0
  readonly #limit: number
  readonly #room: number
  readonly #line: { readonly ticket: Ticket; readonly decide: (verdict: Verdict) => void }[] = []

  constructor(limit: number, room = 0) {
    this.#limit = limit
    this.#room = room
  }

  enter(ticket: Ticket): Verdict | Promise<Verdict> {
    if (this.running < this.#limit) {
      this.#admit()
      return undefined
    }
    if (this.#line.length >= this.#room) return full
    return new Promise((decide) => this.#line.push({ ticket, decide }))
  }

  leave(): void {
    this.running--
    this.left++
    const next = this.#line.shift()
    if (next === undefined) return
    this.#admit()
    next.decide(undefined)
  }

  cancel(ticket: Ticket): void {
    const at = this.#line.findIndex((waiter) => waiter.ticket === ticket)
    if (at >= 0) this.#line.splice(at, 1)[0]?.decide(gone)
  }

  #admit(): void {
    this.entered++
    this.peak = Math.max(this.peak, ++this.running)
  }
}

/** A server whose own moves cost nothing: only the handlers count, as in textbooks. */
const ideal = { acceptMs: 0, readMs: 0, refuseMs: 0, turnMs: 0.0001 }
const processorBound: Workload = { load: 2, routes: [{ beforeMs: 2.5, downstream: { latencyMs: 20 }, afterMs: 2.5 }] }
const downstreamBound: Workload = {
  load: 2,
  routes: [{ beforeMs: 0.2, downstream: { latencyMs: distribution.exponential(20), servers: 5 } }],
}

const run = async (workload: Workload, gate?: Bulkhead, server: Server = {}): Promise<SimulationResult> =>
  await simulate({ durationMs: 8000, workload, server, protect: () => gate })

describe('simulate, against queueing theory', () => {
  for (const utilisation of [0.3, 0.5, 0.7]) {
    it(`has the mean sojourn time of M/M/1 at a utilisation of ${utilisation}`, async () => {
      const routes = [{ beforeMs: distribution.exponential(10) }]
      const workload = { load: utilisation, routes, connections: 1e6, timeoutMs: Infinity }
      const result = await simulate({ seed: 7, durationMs: 1_000_000, server: ideal, workload })
      expect(result.goodput).toBeCloseTo(utilisation, 1)
      expect(result.servedMeanMs / (10 / (1 - utilisation))).toBeCloseTo(1, 1)
    })
  }

  it('has the mean sojourn time of M/M/2 when a pool of two servers is what handlers wait for', async () => {
    const routes = [{ downstream: { latencyMs: distribution.exponential(10), servers: 2 } }]
    const workload = { load: 0.7, routes, connections: 1e6, timeoutMs: Infinity }
    const result = await simulate({ seed: 7, durationMs: 500_000, server: ideal, workload })
    expect(result.servedMeanMs / (10 / (1 - 0.7 ** 2))).toBeCloseTo(1, 1)
  })

  it('has as many in flight as the law of Little says: throughput times time', async () => {
    const routes = [{ downstream: { latencyMs: 50 } }]
    const workload: Workload = { load: 0.01, arrivals: 'constant', routes, connections: 1e6 }
    const result = await simulate({ durationMs: 10_000, workload })
    const perMs = result.total.served / 10_000
    expect(result.peakInflight).toBe(Math.ceil(perMs * result.servedMeanMs))
  })
})

describe('simulate, its books', () => {
  const shapes: Record<string, Workload> = {
    'fresh connections': processorBound,
    'kept-alive connections': { ...processorBound, connections: 100 },
    'few connections': { ...processorBound, connections: 3 },
    'a saturated pool': downstreamBound,
    retries: { ...processorBound, load: 1.2, retries: { attempts: 2, delayMs: 100 } },
    'patient clients': { ...downstreamBound, timeoutMs: Infinity },
    bursts: { ...processorBound, load: load.bursts({ high: 6, low: 0, onMs: 300, offMs: 700 }) },
    'classes and keys': { ...processorBound, priorities: { critical: 1, sheddable: 4 }, keys: { a: 1, b: 2 } },
  }
  for (const [name, workload] of Object.entries(shapes)) {
    for (const room of [undefined, 0, 20]) {
      it(`adds up for ${name} ${room === undefined ? 'without a gate' : `with a line of ${room}`}`, async () => {
        const gate = room === undefined ? undefined : new Bulkhead(12, room)
        const result = await simulate({ durationMs: 3000, workload, protect: () => gate })
        const { offered, served, late, refused, unanswered } = result.total
        expect(served + late + refused + unanswered).toBe(offered)
        const classes = Object.values(result.byPriority)
        expect(classes.reduce((sum, tally) => sum + tally.offered, 0)).toBe(offered)
        expect(classes.reduce((sum, tally) => sum + tally.unanswered, 0)).toBe(unanswered)
        expect(Math.min(served, late, refused, unanswered)).toBeGreaterThanOrEqual(0)
        if (gate === undefined) return
        expect(gate.left).toBe(gate.entered)
        expect(gate.running).toBe(0)
      })
    }
  }

  it('gives equal results for equal seeds and others for other seeds', async () => {
    const options = { durationMs: 2000, workload: processorBound, protect: () => new Bulkhead(8, 8) }
    const first = await simulate({ ...options, seed: 1 })
    const again = await simulate({ ...options, seed: 1 })
    const other = await simulate({ ...options, seed: 2 })
    expect(again.slices()).toEqual(first.slices())
    expect(other.slices()).not.toEqual(first.slices())
  })

  it('offers the same requests whatever gate stands in front', async () => {
    const options = { durationMs: 2000, workload: processorBound }
    const open = await simulate(options)
    const guarded = await simulate({ ...options, protect: () => new Bulkhead(1) })
    expect(guarded.slices().map((slice) => slice.offered)).toEqual(open.slices().map((slice) => slice.offered))
  })

  it('sums slices of a second to the total', async () => {
    const result = await simulate({ durationMs: 4000, workload: processorBound })
    const seconds = result.slices(1)
    expect(seconds.map((slice) => slice.startMs)).toEqual([0, 1000, 2000, 3000])
    expect(seconds.reduce((sum, slice) => sum + slice.served, 0)).toBe(result.total.served)
  })
})

describe('simulate, what was seen on real servers', () => {
  it('collapses without protection on kept-alive connections at twice the capacity', async () => {
    const result = await run({ ...processorBound, connections: 600 })
    expect(result.between(2000, 8000).goodput).toBeLessThan(0.05)
    expect(result.between(2000, 8000).answered).toBeLessThan(0.05)
  })

  it('collapses without protection when the downstream is saturated, and the loop is idle all along', async () => {
    const result = await run(downstreamBound)
    expect(result.between(2000, 8000).goodput).toBeLessThan(0.05)
    expect(result.peakInflight).toBeGreaterThan(1000)
  })

  it('holds a saturated downstream by a fixed limit with the right number', async () => {
    const result = await run(downstreamBound, new Bulkhead(12))
    expect(result.goodput).toBeGreaterThan(0.9)
    expect(result.answered).toBe(1)
    expect(result.refusedLatencyMs(0.99)).toBeLessThan(2)
  })

  it('holds kept-alive connections by a fixed limit with the right number', async () => {
    const result = await run({ ...processorBound, connections: 600 }, new Bulkhead(24))
    expect(result.goodput).toBeGreaterThan(0.85)
    expect(result.answered).toBeGreaterThan(0.99)
  })

  it('hides fresh connections from the same limit, because one is accepted per turn', async () => {
    const blind = await run({ ...processorBound, load: 4 }, new Bulkhead(24))
    expect(blind.total.refused).toBe(0)
    expect(blind.answered).toBeLessThan(0.1)
    const seeing = await run({ ...processorBound, load: 4 }, new Bulkhead(24), { acceptsPerTurn: 1000 })
    expect(seeing.answered).toBeGreaterThan(0.9)
  })

  it('looks fine by goodput alone when the backlog is short: most clients get no answer all the same', async () => {
    const result = await run({ ...processorBound, load: 4 }, undefined, { backlog: 20 })
    expect(result.goodput).toBeGreaterThan(0.8)
    expect(result.answered).toBeLessThan(0.3)
  })

  it('recovers from a spike at once with a limit and never without', async () => {
    const spike = load.spike({ base: 0.8, peak: 4, fromMs: 2000, untilMs: 4000 })
    const workload = { ...downstreamBound, load: spike, timeoutMs: 300 }
    const options = { durationMs: 12_000, workload }
    expect((await simulate({ ...options, protect: () => new Bulkhead(16) })).recoveryMs(4000)).toBeLessThan(1000)
    expect((await simulate(options)).recoveryMs(4000)).toBeGreaterThan(3000)
  })
})
