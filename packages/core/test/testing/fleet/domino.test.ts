/** One slow server of three: what becomes of the others, without protection and with the default. */
import { createOverloadControl } from '@spillway/core'
import { simulateFleet, type Balancer, type FleetOptions, type FleetResult } from '@spillway/core/testing'
import { describe, expect, it } from 'vitest'

const [slowFromMs, slowUntilMs, durationMs] = [10_000, 25_000, 60_000]

/** Three servers at three quarters of what they can do. For 15 s one of them does a tenth: the others cannot do its work too. */
const world: FleetOptions = {
  durationMs,
  workload: {
    load: 0.75,
    routes: [{ beforeMs: 2, downstream: { latencyMs: 20 }, afterMs: 3 }],
    timeoutMs: 1000,
    retries: { attempts: 2, delayMs: 200 },
  },
  slow: [{ server: 0, fromMs: slowFromMs, untilMs: slowUntilMs, factor: 10 }],
}

/** Of the whole fleet's capacity: two servers and a tenth. */
const left = 2.1 / 3

const unprotected = async (balancer: Balancer, seed = 1): Promise<FleetResult> =>
  await simulateFleet({ ...world, seed, balancer })
const guarded = async (balancer: Balancer, seed = 1): Promise<FleetResult> =>
  await simulateFleet({ ...world, seed, balancer, protect: (given) => ({ gate: createOverloadControl(given) }) })

const killedServers = (result: FleetResult, untilMs = Infinity): number[] => [
  ...new Set(result.events.filter(({ what, atMs }) => what === 'killed' && atMs < untilMs).map(({ server }) => server)),
]

for (const choose of ['round-robin', 'least-connections'] as const) {
  describe(`a fleet of which one gets slow, ${choose}`, () => {
    it('falls server by server, the slow one first, when nothing says no', async () => {
      const result = await unprotected({ choose })
      expect(result.between(0, slowFromMs).goodput).toBeGreaterThan(0.7)
      const killed = killedServers(result, slowUntilMs)
      expect(killed[0]).toBe(0)
      expect(new Set(killed)).toEqual(new Set([0, 1, 2]))
      // Nobody has anything of the two servers that are well.
      expect(result.between(17_000, slowUntilMs).goodput).toBeLessThan(0.15)
      expect(Math.min(...result.slices().map(({ alive }) => alive))).toBe(0)
    })

    it('does not come back for long after the slow one is well again', async () => {
      const result = await unprotected({ choose })
      expect(result.recoveryMs(slowUntilMs)).toBeGreaterThan(20_000)
      expect(result.between(slowUntilMs, slowUntilMs + 20_000).goodput).toBeLessThan(0.4)
      expect(result.events.filter(({ what, atMs }) => what === 'killed' && atMs > slowUntilMs).length).toBeGreaterThan(
        2,
      )
    })

    for (const seed of [1, 2, 3]) {
      it(`serves what the healthy ones can do, loses nobody, and is back at once, with the default; seed ${seed}`, async () => {
        const result = await guarded({ choose }, seed)
        expect(result.deaths).toBe(0)
        expect(result.total.failed).toBe(0)
        expect(result.events).toEqual([])
        expect(result.servers.map(({ probesFailed }) => probesFailed)).toEqual([0, 0, 0])
        expect(result.between(slowFromMs + 2000, slowUntilMs).goodput).toBeGreaterThan(0.93 * left)
        // Memory stays small: what it cannot do it does not keep.
        expect(Math.max(...result.servers.map(({ peakHeld }) => peakHeld))).toBeLessThan(200)
        expect(result.recoveryMs(slowUntilMs)).toBeLessThan(3000)
        expect(result.between(slowUntilMs + 3000, durationMs).goodput).toBeGreaterThan(0.7)
      })
    }
  })
}

describe('a protected fleet of which one gets slow', () => {
  const [fromMs, untilMs] = [slowFromMs + 2000, slowUntilMs]

  it('serves less when a refused request goes to nobody else: the room is with the others', async () => {
    const impatient = { ...world, workload: { ...world.workload, retries: { attempts: 0, delayMs: 0 } } }
    const protect: FleetOptions['protect'] = (given) => ({ gate: createOverloadControl(given) })
    const alone = await simulateFleet({ ...impatient, protect, balancer: { retries: 0 } })
    const passedOn = await simulateFleet({ ...impatient, protect, balancer: { retries: 1 } })
    expect([alone.deaths, passedOn.deaths]).toEqual([0, 0])
    // The slow one does a tenth of what a third of the load asks for, the others all of theirs.
    expect(alone.between(fromMs, untilMs).goodput).toBeCloseTo(0.5 + 0.1 / 3, 1)
    expect(passedOn.between(fromMs, untilMs).goodput).toBeGreaterThan(0.93 * left)
  })

  it('loses servers that are well where health checks have to pass the control too', async () => {
    const protect: FleetOptions['protect'] = (given) => ({ gate: createOverloadControl(given), guardsHealth: true })
    const result = await simulateFleet({ ...world, protect })
    expect(result.servers.reduce((sum, { probesFailed }) => sum + probesFailed, 0)).toBeGreaterThan(0)
    expect(result.deaths).toBeGreaterThan(0)
    expect(result.between(fromMs, untilMs).goodput).toBeLessThan(0.75 * left)
  })

  it('loses servers to a balancer that ejects whoever refuses five times in a row, and none where it counts deaths alone', async () => {
    const outliers = { failures: 5, ejectMs: 5000 }
    const counting = await guarded({ outliers })
    expect(counting.deaths).toBe(0)
    // One may be out at most, which is not always the slow one: those who do its work as well as they can refuse too.
    expect(new Set(counting.events.map(({ server }) => server)).size).toBeGreaterThan(1)
    expect(Math.min(...counting.slices().map(({ inRotation }) => inRotation))).toBeGreaterThanOrEqual(2)
    expect(counting.between(fromMs, untilMs).goodput).toBeLessThan(0.85 * left)
    // Back when the last ejection ends, and each is longer than the one before.
    expect(counting.recoveryMs(slowUntilMs)).toBeGreaterThan(3000)
    expect(counting.recoveryMs(slowUntilMs)).toBeLessThan(20_000)
    const knowing = await guarded({ outliers: { ...outliers, countsRefusals: false } })
    expect(knowing.events).toEqual([])
    expect(knowing.between(fromMs, untilMs).goodput).toBeGreaterThan(0.93 * left)
  })

  it('is emptied by a balancer that may eject everybody, where the refusals of an overload count as failures', async () => {
    const workload = { ...world.workload, load: 2, retries: { attempts: 0, delayMs: 0 } }
    const protect: FleetOptions['protect'] = (given) => ({ gate: createOverloadControl(given) })
    const run = async (countsRefusals: boolean): Promise<FleetResult> => {
      const outliers = { failures: 5, ejectMs: 5000, maxEjectedFraction: 1, countsRefusals }
      return await simulateFleet({ durationMs: 30_000, workload, balancer: { outliers }, protect })
    }
    expect((await run(true)).goodput).toBeLessThan(0.5)
    expect((await run(false)).goodput).toBeGreaterThan(0.9)
  })
})
