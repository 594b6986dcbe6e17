/** The simulated fleet: its laws, its balancer, its deaths. */
import { ConcurrencyLimiter, createOverloadControl, FixedLimit, Guard } from '@spillway/core'
import {
  simulate,
  simulateFleet,
  type FleetEvent,
  type FleetOptions,
  type FleetProtection,
  type FleetResult,
} from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const routes = [{ beforeMs: 2, downstream: { latencyMs: 10 }, afterMs: 2 }]
const calm: FleetOptions = { durationMs: 5000, workload: { load: 0.5, routes } }
const control: FleetOptions['protect'] = (given) => ({ gate: createOverloadControl(given) })

function whatHappened(result: FleetResult, server: number): FleetEvent['what'][] {
  return result.events.filter((event) => event.server === server).map(({ what }) => what)
}

function checkBooks(result: FleetResult): void {
  const { offered, served, refused, failed, timedOut } = result.total
  expect(served + refused + failed + timedOut).toBe(offered)
  expect(Math.min(served, refused, failed, timedOut)).toBeGreaterThanOrEqual(0)
  for (const server of result.servers) {
    expect(server.served + server.refused + server.late + server.dropped + server.lost).toBe(server.sent)
    expect(server.ended.reduce((a, b) => a + b, 0)).toBe(server.served + server.late)
    expect(server.busyMs).toBeLessThanOrEqual(result.endedAtMs + 1e-6)
  }
  const sum = (of: 'served' | 'late'): number => result.servers.reduce((total, server) => total + server[of], 0)
  // An answer in the instant in which the client leaves may be counted on either side.
  expect(sum('served')).toBe(served)
}

const shapes = fc.record({
  seed: fc.integer({ min: 0, max: 1000 }),
  servers: fc.integer({ min: 1, max: 4 }),
  load: fc.double({ min: 0.1, max: 4, noNaN: true }),
  timeoutMs: fc.constantFrom(100, 1000, Infinity),
  attempts: fc.integer({ min: 0, max: 2 }),
  factor: fc.constantFrom(1, 10, 100),
  choose: fc.constantFrom('round-robin' as const, 'least-connections' as const),
  retries: fc.integer({ min: 0, max: 3 }),
  outliers: fc.boolean(),
  panicBelow: fc.constantFrom(0, 0.5),
  maxHeld: fc.constantFrom(20, 300),
  protect: fc.constantFrom(undefined, control),
  abortsWork: fc.boolean(),
})

type Shape = typeof shapes extends fc.Arbitrary<infer S> ? S : never

function optionsOf(shape: Shape): FleetOptions {
  const { seed, servers, load, timeoutMs, attempts, factor, outliers, maxHeld, abortsWork, protect, ...balancer } =
    shape
  const health = { intervalMs: 200, timeoutMs: 200 }
  return {
    seed,
    servers,
    durationMs: 3000,
    workload: { load, routes, timeoutMs, retries: { attempts, delayMs: 50 } },
    slow: [{ server: 0, fromMs: 500, untilMs: 1500, factor }],
    server: { maxHeld, restartMs: 500, abortsWork },
    balancer: { ...balancer, health, ...(outliers ? { outliers: { ejectMs: 300 } } : {}) },
    liveness: { intervalMs: 300, timeoutMs: 300 },
    ...(protect === undefined ? {} : { protect }),
  }
}

describe('simulateFleet, its laws', () => {
  it('ends every request in exactly one way, at its client and at each server, and does so again', async () => {
    const holds = async (shape: Shape): Promise<void> => {
      const result = await simulateFleet(optionsOf(shape))
      checkBooks(result)
      const again = await simulateFleet(optionsOf(shape))
      expect([again.total, again.servers, again.events]).toEqual([result.total, result.servers, result.events])
    }
    await fc.assert(fc.asyncProperty(shapes, holds), { numRuns: 30 })
  }, 60_000)

  it('gives other results for other seeds', async () => {
    const [a, b] = [await simulateFleet({ ...calm, seed: 1 }), await simulateFleet({ ...calm, seed: 2 })]
    expect(a.total.offered).not.toBe(b.total.offered)
  })

  for (const protect of [undefined, control]) {
    it(`lets no server do more than its processor can, ${protect ? 'protected' : 'unprotected'}`, async () => {
      const result = await simulateFleet({
        durationMs: 10_000,
        workload: { load: 5, routes, timeoutMs: 200 },
        slow: [{ server: 1, fromMs: 2000, untilMs: 6000, factor: 4 }],
        server: { maxHeld: Infinity },
        liveness: false,
        balancer: { health: false },
        ...(protect === undefined ? {} : { protect }),
      })
      for (const [index, { ended }] of result.servers.entries()) {
        for (const [slice, count] of ended.entries()) {
          const slow = index === 1 && slice >= 8 && slice < 23
          // One end may be of work that was nearly done before, and reading is not slowed down.
          expect(count, `server ${index}, slice ${slice}`).toBeLessThanOrEqual(250 / (slow ? 4 * 2 : 2) + 1)
        }
        const [from, until] = index === 1 ? [0, 8] : [0, 40]
        const done = ended.slice(from, until).reduce((a, b) => a + b, 0)
        expect(done * 4).toBeLessThanOrEqual((until - from) * 250 + 4)
      }
    })
  }

  it('is one server of the other simulator, when it is one', async () => {
    const options = { seed: 3, durationMs: 20_000, workload: { load: 1.3, routes, timeoutMs: 300 } }
    const fleet = await simulateFleet({
      ...options,
      servers: 1,
      balancer: { health: false },
      liveness: false,
      protect: control,
    })
    const protect = (given: Parameters<NonNullable<typeof control>>[0]): ReturnType<typeof createOverloadControl> =>
      createOverloadControl(given)
    const alone = await simulate({ ...options, workload: { ...options.workload, connections: 100_000 }, protect })
    expect(fleet.capacityPerSecond).toBe(alone.capacityPerSecond)
    // The same requests at the same times; connecting costs one of the two a little.
    expect(fleet.total.offered).toBe(alone.total.offered)
    expect(fleet.goodput / alone.goodput).toBeCloseTo(1, 1)
  })
})

describe('simulateFleet, its balancer', () => {
  it('sends to all by turns', async () => {
    const result = await simulateFleet({ ...calm, servers: 4 })
    const sent = result.servers.map((server) => server.sent)
    expect(Math.max(...sent) - Math.min(...sent)).toBeLessThanOrEqual(1)
    expect(result.total.served).toBe(result.total.offered)
  })

  it('shares the turns of one that is out among all others', async () => {
    const unready: FleetOptions['protect'] = (given, { index }) => ({
      gate: createOverloadControl(given),
      ready: () => index !== 1,
    })
    const result = await simulateFleet({ ...calm, durationMs: 20_000, protect: unready })
    expect(whatHappened(result, 1)).toEqual(['out'])
    const { sent: first = 0 } = result.servers[0] ?? {}
    const { sent: third = 0 } = result.servers[2] ?? {}
    expect(Math.abs(first - third)).toBeLessThanOrEqual(1)
    expect(result.between(5000, 20_000).inRotation).toBe(2)
  })

  it('sends to who has least to do, and so less to one that is slow', async () => {
    const options: FleetOptions = { ...calm, slow: [{ server: 2, fromMs: 0, untilMs: Infinity, factor: 3 }] }
    const { servers } = await simulateFleet({ ...options, balancer: { choose: 'least-connections' } })
    expect((servers[2]?.sent ?? 0) / (servers[0]?.sent ?? 1)).toBeLessThan(0.7)
  })

  it('takes a refused request to another server once, and to no server twice', async () => {
    const closed: FleetOptions['protect'] = (given, { index }): FleetProtection => ({
      gate: index === 2 ? createOverloadControl(given) : new Guard(refusing(), given.clock),
    })
    const world = { ...calm, workload: { load: 0.2, routes }, protect: closed }
    const once = await simulateFleet(world)
    // Of three turns one meets the open server first, one second, and one never.
    expect(once.total.refused / once.total.offered).toBeGreaterThan(0.25)
    const often = await simulateFleet({ ...world, balancer: { retries: 5 } })
    expect(often.total.refused).toBe(0)
    expect((often.servers[2]?.sent ?? 0) - often.total.offered).toBe(0)
  })

  it('fails requests when it knows nobody, and sends them to anybody in a panic', async () => {
    const nobody: FleetOptions['protect'] = (given) => ({ gate: createOverloadControl(given), ready: () => false })
    const failing = await simulateFleet({ ...calm, durationMs: 10_000, protect: nobody })
    expect(failing.between(5000, 10_000)).toMatchObject({ inRotation: 0, goodput: 0 })
    expect(failing.between(5000, 10_000).failed).toBe(failing.between(5000, 10_000).offered)
    const brave = await simulateFleet({ ...calm, durationMs: 10_000, protect: nobody, balancer: { panicBelow: 0.5 } })
    expect(brave.total.served).toBe(brave.total.offered)
  })

  it('takes probes for failed when they wait in the line of the gate, where nobody exempted their route', async () => {
    const guardsHealth: FleetOptions['protect'] = (given) => ({
      gate: new Guard(refusing(), given.clock),
      guardsHealth: true,
    })
    const result = await simulateFleet({ ...calm, protect: guardsHealth, liveness: false })
    expect(result.servers.map(({ probesPassed }) => probesPassed)).toEqual([0, 0, 0])
  })

  it('ejects who fails several times in a row, one at a time, and takes them back', async () => {
    const refuses: FleetOptions['protect'] = (given) => ({ gate: new Guard(refusing(), given.clock) })
    const outliers = { failures: 3, ejectMs: 1000 }
    const result = await simulateFleet({ ...calm, protect: refuses, balancer: { outliers } })
    expect(Math.min(...result.slices().map(({ inRotation }) => inRotation))).toBe(2)
    expect(result.events.filter(({ what }) => what === 'returned').length).toBeGreaterThan(2)
    const deaf = { ...outliers, countsRefusals: false }
    const none = await simulateFleet({ ...calm, protect: refuses, balancer: { outliers: deaf } })
    expect(none.events).toEqual([])
  })
})

describe('simulateFleet, its deaths', () => {
  it('ends a server with more than it can hold, and starts it again, after what that takes', async () => {
    const result = await simulateFleet({
      ...calm,
      servers: 1,
      workload: { load: (at) => (at < 1000 ? 10 : 0.3), routes, timeoutMs: Infinity },
      server: { maxHeld: 50, restartMs: 2000 },
      durationMs: 10_000,
    })
    const [killed, started] = result.events.filter(({ what }) => what === 'killed' || what === 'started')
    expect(killed).toMatchObject({ server: 0, cause: 'memory' })
    expect((started?.atMs ?? 0) - (killed?.atMs ?? 0)).toBe(2000)
    expect(result.servers[0]).toMatchObject({ deaths: 1, lost: 51 })
    // A balancer that has seen it gone wants to see it well before it sends anything.
    expect(whatHappened(result, 0)).toEqual(['killed', 'started'])
    expect(result.between(4000, 10_000).served).toBe(result.between(4000, 10_000).offered)
  })

  it('kills who does not answer, and leaves a slow one alone that does', async () => {
    const slow = (factor: number): FleetOptions => ({
      ...calm,
      durationMs: 15_000,
      slow: [{ server: 0, fromMs: 1000, untilMs: Infinity, factor }],
    })
    const stuck = await simulateFleet(slow(2000))
    expect(stuck.events.find(({ what }) => what === 'killed')).toMatchObject({ server: 0, cause: 'liveness' })
    const limping = await simulateFleet(slow(1.5))
    expect(limping.events).toEqual([])
    const spared = await simulateFleet({ ...slow(2000), liveness: false, server: { maxHeld: Infinity } })
    expect(spared.deaths).toBe(0)
    expect(whatHappened(spared, 0)).toEqual(['out'])
  })

  it('gives each life a gate of its own, and tells it how many others are missing', async () => {
    const made: string[] = []
    const protect: FleetOptions['protect'] = (_given, member) => {
      made.push(`${member.index} of ${member.total}, ${member.unreadyOthers()} missing`)
      return undefined
    }
    await simulateFleet({
      ...calm,
      slow: [{ server: 1, fromMs: 1000, untilMs: 3000, factor: 1000 }],
      server: { maxHeld: 20, restartMs: 1000 },
      workload: { load: 0.3, routes },
      protect,
    })
    expect(made.slice(0, 3)).toEqual(['0 of 3, 0 missing', '1 of 3, 0 missing', '2 of 3, 0 missing'])
    expect(made[3]).toBe('1 of 3, 0 missing')
  })
})

describe('simulateFleet, its options', () => {
  const bad: readonly (readonly [string, Partial<FleetOptions>, RegExp])[] = [
    ['an unknown option', { balance: {} } as unknown as FleetOptions, /unknown option "balance"/],
    ['no servers', { servers: 0 }, /"servers".*>= 1/],
    ['a seed below 0', { seed: -1 }, /"seed"/],
    ['a slow server that is not there', { slow: [{ server: 3, fromMs: 0, untilMs: 1, factor: 2 }] }, /"slow.server"/],
    ['a slowness that ends first', { slow: [{ server: 0, fromMs: 2, untilMs: 1, factor: 2 }] }, /"slow.untilMs"/],
    ['one that is quick', { slow: [{ server: 0, fromMs: 0, untilMs: 1, factor: 0.5 }] }, /"slow.factor"/],
    ['an odd balancer', { balancer: { choose: 'random' as 'round-robin' } }, /"balancer.choose"/],
    ['a panic above all', { balancer: { panicBelow: 2 } }, /"balancer.panicBelow"/],
    ['half a retry', { balancer: { retries: 0.5 } }, /"balancer.retries"/],
    ['a check without a pause', { liveness: { intervalMs: 0 } }, /"liveness.intervalMs"/],
    ['a check that never fails', { balancer: { health: { failures: 0 } } }, /"balancer.health.failures"/],
    ['an ejection of too many', { balancer: { outliers: { maxEjectedFraction: 2 } } }, /maxEjectedFraction/],
    ['no memory', { server: { maxHeld: 0 } }, /"server.maxHeld"/],
    ['no protection that can be made', { protect: 1 as unknown as () => undefined }, /"protect"/],
  ]
  for (const [name, options, message] of bad) {
    it(`refuses ${name}`, async () => {
      await expect(simulateFleet({ ...calm, ...options })).rejects.toThrow(message)
    })
  }

  it('rejects with what a gate throws', async () => {
    const protect: FleetOptions['protect'] = () => ({
      gate: {
        enter: () => {
          throw new Error('broken gate')
        },
        leave: () => {},
        cancel: () => {},
      },
    })
    await expect(simulateFleet({ ...calm, protect })).rejects.toThrow('broken gate')
  })
})

/** Says no to everybody. */
function refusing(): ConcurrencyLimiter {
  const limiter = new ConcurrencyLimiter(new FixedLimit(1))
  return Object.assign(limiter, {
    admit: () => ({ reason: 'concurrency' as const, limiter: 'test', retryAfterMs: 1000 }),
  })
}
