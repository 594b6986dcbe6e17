/**
 * What the order of waiting does to a server at its limit: five places, work of 20 ms, clients that leave after 500 ms. Figures in
 * brackets are what was measured; each bound leaves room for other seeds.
 */
import {
  AdaptiveLifo,
  Codel,
  ConcurrencyLimiter,
  DeficitRoundRobin,
  EarliestDeadlineFirst,
  Fifo,
  FixedLimit,
  PriorityQueue,
  QueueGate,
  ServiceCodel,
  type Discipline,
  type Waiter,
} from '@spillway/core'
import { simulate, type SimulationResult, type Slice, type Workload } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const pool = { beforeMs: 0.3, downstream: { latencyMs: 20, servers: 5 }, afterMs: 0.2 }
const capacity = 200

async function run(load: number, line: Discipline<Waiter>, more: Partial<Workload> = {}): Promise<SimulationResult> {
  return await simulate({
    durationMs: 6000,
    workload: { load, routes: [pool], connections: 1e6, ...more },
    protect: ({ clock }) => new QueueGate(new ConcurrencyLimiter(new FixedLimit(5)), line, clock),
  })
}

const steady = (result: SimulationResult): Slice => result.between(1500, 6000)

describe.each([1.2, 2, 4])('at %d times the capacity', (load) => {
  it('first come, first served without a rule of age serves only those who have left [0.08, 0, 0]', async () => {
    const { goodput, answered } = steady(await run(load, new Fifo({ capacity })))
    expect(goodput).toBeLessThan(0.15)
    expect(answered).toBeLessThan(0.8)
  })

  it.each([
    ['service CoDel', () => new ServiceCodel<Waiter>({ capacity })],
    ['service CoDel, newest first', () => new ServiceCodel<Waiter>({ capacity, order: 'adaptive-lifo' })],
    ['adaptive LIFO', () => new AdaptiveLifo<Waiter>({ capacity })],
    ['first come, first served with an age of 50 ms', () => new Fifo<Waiter>({ capacity, maxAgeMs: 50 })],
  ] as const)('%s does nearly all that can be done, and answers everybody [0.94 to 0.98]', async (_, line) => {
    const { goodput, answered, servedP99Ms, refusedP99Ms } = steady(await run(load, line()))
    expect(goodput).toBeGreaterThan(0.92)
    expect(answered).toBeGreaterThan(0.99)
    expect(servedP99Ms).toBeLessThan(180)
    expect(refusedP99Ms).toBeLessThan(160)
  })
})

describe('at twice the capacity', () => {
  it('RFC 8289 CoDel drops too few of callers that do not slow down [0.39]', async () => {
    const { goodput, servedP99Ms } = steady(await run(2, new Codel({ capacity })))
    expect(goodput).toBeLessThan(0.7)
    expect(servedP99Ms).toBeGreaterThan(400)
  })

  it('earliest deadline first serves in time, at the last moment, if it knows how long work takes [0.97]', async () => {
    const line = new EarliestDeadlineFirst<Waiter>({ capacity, minRemainingMs: 50 })
    const { goodput, servedP99Ms } = steady(await run(2, line, { sendsDeadline: true }))
    expect(goodput).toBeGreaterThan(0.93)
    expect(servedP99Ms).toBeGreaterThan(400)
  })

  it('ranks serve all that matters and what is left over of the rest [100 %, and the rest less than half]', async () => {
    const line = new PriorityQueue<Waiter>({ capacity, within: () => new ServiceCodel({ capacity }) })
    const { byPriority } = await run(2, line, { priorities: { critical: 2, sheddable: 8 } })
    expect(byPriority.critical.served / byPriority.critical.offered).toBeGreaterThan(0.98)
    expect(byPriority.sheddable.served / byPriority.sheddable.offered).toBeLessThan(0.5)
  })
})

/** Nine tenants ask for some share of the capacity each, the tenth for ten times that. */
describe('a tenant that asks for ten times what each of nine others does', () => {
  const others = 'abcdefghi'.split('')
  const keys = { ...Object.fromEntries(others.map((key) => [key, 1])), z: 10 }

  /** How much of what they asked for the nine and the tenth got, and Jain's index of what each got. */
  async function shares(
    share: number,
    line: Discipline<Waiter>,
  ): Promise<{ nine: number; tenth: number; jain: number }> {
    const served = new Map<string, number>()
    const offered = new Map<string, number>()
    const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)
    await simulate({
      durationMs: 10_000,
      workload: { load: 19 * share, routes: [pool], connections: 1e6, keys },
      protect: ({ clock }) => {
        const gate = new QueueGate(new ConcurrencyLimiter(new FixedLimit(5)), line, clock, { maxWaitMs: 400 })
        return {
          enter(ticket) {
            count(offered, ticket.key)
            return gate.enter(ticket)
          },
          leave(ticket, outcome) {
            count(served, ticket.key)
            gate.leave(ticket, outcome)
          },
          cancel: (ticket) => gate.cancel(ticket),
        }
      },
    })
    const all = [...served.values()]
    const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0)
    const got = (key: string): number => served.get(key)! / offered.get(key)!
    const jain = sum(all) ** 2 / (all.length * sum(all.map((one) => one * one)))
    return { nine: sum(others.map(got)) / 9, tenth: got('z'), jain }
  }

  it('takes nothing from them where tenants have turns, if they ask for a little less than their share [100 %]', async () => {
    const { nine, tenth } = await shares(0.09, new DeficitRoundRobin({ capacity: 100 }))
    expect(nine).toBeGreaterThan(0.995)
    expect(tenth).toBeGreaterThan(0.15)
  })

  it('gets as much as each of them, if they ask for all of their share [index 0.999, they get 99.7 %]', async () => {
    const { nine, jain } = await shares(0.1, new DeficitRoundRobin({ capacity: 100 }))
    expect(nine).toBeGreaterThan(0.98)
    expect(jain).toBeGreaterThan(0.98)
  })

  it('takes half of what they ask for where the queue is first come, first served [index 0.33, they get 52 %]', async () => {
    const { nine, jain } = await shares(0.1, new Fifo({ capacity: 100 }))
    expect(nine).toBeLessThan(0.65)
    expect(jain).toBeLessThan(0.5)
  })
})
