/** Several Node-like servers behind a balancer, in virtual time: what one that gets slow does to the others. */
import type { Millis } from '../../ticket.ts'
import { Balancer } from './balancer.ts'
import { FleetBooks } from './books.ts'
import { FleetClients } from './fleet-clients.ts'
import type { FleetOptions } from './options.ts'
import { makeFleetPlan, type FleetPlan } from './plan.ts'
import { Prober } from './prober.ts'
import { FleetResult, type FleetServerResult } from './result.ts'
import { Server, type FleetEvent } from './server.ts'
import { World } from './world.ts'

/** What stands is not waited for any longer than this after the last arrival. */
const patienceMs = 60_000

/** How often servers are counted. */
const sampleMs = 50

/**
 * Plays a workload against a fleet and tells what became of every request and every server.
 *
 * Each server is the one of {@link simulate}: an unmodified gate on a simulated loop, its own clock and its own chance. Around it are a
 * balancer that asks for health and sends a refused request on, an orchestrator that kills what does not answer, memory that ends, and
 * clients that do not wait for ever. A server that dies takes all that it holds with it and is started anew, knowing nothing.
 *
 * Connections from the balancer are kept alive, so nothing waits to be accepted. Not modelled: the balancer's own cost and its queue,
 * bandwidth, several balancers, servers that are slow after a start, and a slowness of what the gate itself costs. Equal options give
 * equal results. Throws a TypeError or a RangeError for bad options; rejects with what a gate throws.
 */
export async function simulateFleet(options: FleetOptions): Promise<FleetResult> {
  const plan = makeFleetPlan(options)
  const world = new World()
  const books = new FleetBooks()
  const events: FleetEvent[] = []
  const tell = (event: FleetEvent): void => void events.push(event)
  let knowing: Balancer | undefined
  const unready = (index: number): boolean =>
    servers[index]?.alive !== true || knowing?.probers[index]?.lastGood === false
  const servers: Server[] = []
  for (let index = 0; index < plan.servers; index++) {
    const unreadyOthers = (): number => servers.filter((other) => other.index !== index && unready(other.index)).length
    servers.push(new Server({ plan, world, index, tell, unreadyOthers }))
  }
  const balancer = (knowing = new Balancer({ plan, world, servers, tell }))
  orchestrate(plan, world, servers)
  const clients = new FleetClients({ plan, world, books, balancer })
  sampleServers(world, servers, { books, balancer })
  await play(world, servers, (now) => {
    if (now < plan.each.durationMs || clients.expecting) return false
    return (
      books.outstanding + servers.reduce((sum, { standing }) => sum + standing, 0) === 0 ||
      now > plan.each.durationMs + patienceMs
    )
  })
  books.close()
  return new FleetResult({
    books: books.slices,
    durationMs: plan.each.durationMs,
    capacityPerSecond: plan.each.capacityPerSecond * plan.servers,
    servers: servers.map((server) => resultOf(server, balancer.probers[server.index])),
    events,
    endedAtMs: world.now(),
  })
}

/** Whatever comes first happens first: the world before a server at the same time, so that it reads what has arrived. */
async function play(world: World, servers: readonly Server[], isOver: (now: Millis) => boolean): Promise<void> {
  while (!isOver(world.now())) {
    let first: Server | undefined
    let nextAt = world.nextAt
    for (const server of servers) {
      const at = server.nextAt
      if (at < nextAt) [first, nextAt] = [server, at]
    }
    if (nextAt === Infinity) return
    if (first === undefined) world.step()
    else await first.turn()
  }
}

/** Kills servers that do not answer. Their probes do not ask for readiness. */
function orchestrate(plan: FleetPlan, world: World, servers: readonly Server[]): void {
  const { liveness: check } = plan
  if (check === undefined) return
  for (const server of servers) {
    const changed = (healthy: boolean): void => void (healthy || server.kill('liveness'))
    const prober = new Prober({ world, server, check, asksReadiness: false, changed })
    prober.start((check.intervalMs * (server.index + 0.25)) / servers.length)
  }
}

function sampleServers(
  world: World,
  servers: readonly Server[],
  { books, balancer }: { readonly books: FleetBooks; readonly balancer: Balancer },
): void {
  const sample = (): void => {
    const book = books.at(world.now())
    book.samples++
    for (const { alive, index } of servers) {
      if (alive) book.alive++
      if (balancer.isInRotation(index)) book.inRotation++
    }
    world.at(world.now() + sampleMs, sample)
  }
  sample()
}

function resultOf(server: Server, prober: Prober | undefined): FleetServerResult {
  const { counts, life, alive, busyMs, peakHeld, ended } = server
  const { passed: probesPassed = 0, failed: probesFailed = 0 } = prober ?? {}
  return { ...counts, deaths: alive ? life - 1 : life, busyMs, peakHeld, ended, probesPassed, probesFailed }
}
