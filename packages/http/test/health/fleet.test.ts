/** Readiness that overload flips, in a fleet that is overloaded as a whole: an outage without a cap, and none with it. */
import { createOverloadControl } from '@spillway/core'
import { simulateFleet, type FleetResult, type Route } from '@spillway/core/testing'
import { createReadiness, type ReadinessOptions } from '@spillway/http'
import { describe, expect, it } from 'vitest'

/** A pool of ten connections each, which is what fills: a processor that is full does not show in what is in flight. */
const route: Route = { beforeMs: 0.3, downstream: { latencyMs: 20, servers: 10 }, afterMs: 0.3 }

/** Three servers that are asked for three times what they can do; each answers the balancer's checks by the real readiness. */
async function overloaded(options: (unreadyOthers: () => number) => ReadinessOptions): Promise<FleetResult> {
  return await simulateFleet({
    durationMs: 20_000,
    workload: { load: 3, routes: [route], timeoutMs: 1000 },
    protect: (environment, { unreadyOthers }) => {
      const gate = createOverloadControl(environment)
      const readiness = createReadiness(gate, options(unreadyOthers), environment)
      return { gate, ready: () => readiness.report().ready }
    },
  })
}

const leastInRotation = (result: FleetResult): number =>
  Math.min(...result.slices(1).map(({ inRotation }) => inRotation))

describe('readiness in a fleet that is overloaded as a whole', () => {
  it('stays, by default: each serves what it can', async () => {
    const result = await overloaded(() => ({}))
    expect(result.goodput).toBeGreaterThan(0.9)
    expect(result.events).toEqual([])
  })

  it('takes all of them out where refusals make them unready, again and again', async () => {
    const result = await overloaded(() => ({ failWhenOverloaded: true }))
    expect(leastInRotation(result)).toBe(0)
    expect(result.goodput).toBeLessThan(0.7)
    expect(result.events.filter(({ what }) => what === 'out').length).toBeGreaterThan(6)
  })

  const high = { unreadyAbove: 0.9, readyBelow: 0.5, forMs: 2000, jitterRatio: 0 }

  it('takes all of them out where high utilization does and nothing bounds how many', async () => {
    const result = await overloaded(() => ({ ...high, members: 3, maxUnreadyFraction: 1 }))
    expect(leastInRotation(result)).toBe(0)
  })

  it('takes one out where a third of the fleet may be', async () => {
    const result = await overloaded((unreadyOthers) => ({
      ...high,
      maxUnreadyFraction: 0.34,
      members: () => ({ total: 3, unready: unreadyOthers() }),
    }))
    expect(result.events.some(({ what }) => what === 'out')).toBe(true)
    expect(leastInRotation(result)).toBe(2)
    expect(result.goodput).toBeGreaterThan(0.6)
    expect(result.deaths).toBe(0)
  })
})
