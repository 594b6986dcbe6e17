/** The traffic cop: whom to send a request to, and whom not to at the moment. */
import type { Millis } from '../../ticket.ts'
import { SimulatedRequest, type RequestInit } from '../simulate/request.ts'
import { Outliers } from './outliers.ts'
import type { BalancerPlan, FleetPlan } from './plan.ts'
import { Prober } from './prober.ts'
import type { Ending } from './process.ts'
import type { FleetEvent, Server } from './server.ts'
import type { World } from './world.ts'

/** What a client is told; `failed` if the server died, or nobody was there to be asked. */
export type Answer = 'served' | 'refused' | 'failed'

/** A request on its way. */
export interface Call {
  /** Its client has left: the server is told. */
  hangUp(): void
}

/** What a client sends. */
export interface CallInit {
  readonly startAt: Millis
  readonly deadline: Millis
  readonly draw: RequestInit
  readonly answer: (answer: Answer) => void
}

/** What a balancer is made of. */
export interface BalancerInit {
  readonly plan: FleetPlan
  readonly world: World
  readonly servers: readonly Server[]
  readonly tell: (event: FleetEvent) => void
}

export class Balancer {
  readonly #plan: BalancerPlan
  readonly #world: World
  readonly #servers: readonly Server[]
  readonly #tell: (event: FleetEvent) => void
  readonly #probers: readonly Prober[]
  readonly #outliers: Outliers | undefined
  readonly #inflight: number[]
  /** The server that was chosen last. */
  #last = -1

  constructor({ plan, world, servers, tell }: BalancerInit) {
    this.#plan = plan.balancer
    this.#world = world
    this.#servers = servers
    this.#tell = tell
    this.#inflight = servers.map(() => 0)
    const { health: check, outliers } = plan.balancer
    this.#outliers = outliers && new Outliers(outliers, servers.length)
    this.#probers = check === undefined ? [] : servers.map((server, i) => this.#prober(server, i, check))
  }

  /** The checks, by server; empty if there are none. */
  get probers(): readonly Prober[] {
    return this.#probers
  }

  /** Whether its checks would have it get requests; in a panic it gets them all the same. */
  isInRotation(server: number): boolean {
    return this.#probers[server]?.healthy !== false && this.#outliers?.isEjected(server, this.#world.now()) !== true
  }

  send(init: CallInit): Call {
    const tried = new Set<number>()
    let told: Answer = 'failed'
    let now: { readonly server: Server; readonly request: SimulatedRequest } | undefined
    const next = (): void => {
      const server = tried.size > this.#plan.retries ? undefined : this.#choose(tried)
      if (server === undefined) return init.answer(told)
      const { index } = server
      tried.add(index)
      const request = new SimulatedRequest(init.startAt, init.deadline, init.draw)
      now = { server, request }
      const answered = (ending: Ending): void => {
        if (ending === 'late' || ending === 'dropped' || request.gone) return
        now = undefined
        this.#inflight[index]!--
        this.#observe(server, ending)
        told = ending === 'lost' ? 'failed' : ending
        if (ending === 'served') init.answer(told)
        else next()
      }
      this.#inflight[index]!++
      if (!server.send(request, answered)) answered('lost')
    }
    next()
    return { hangUp: () => now && this.#hangUp(now.server, now.request) }
  }

  #hangUp(server: Server, request: SimulatedRequest): void {
    this.#inflight[server.index]!--
    server.hangUp(request)
  }

  #choose(tried: ReadonlySet<number>): Server | undefined {
    const inRotation = this.#servers.filter(({ index }) => this.isInRotation(index))
    const { panicBelow, choose } = this.#plan
    const all = inRotation.length < panicBelow * this.#servers.length ? this.#servers : inRotation
    const open = all.filter(({ index }) => !tried.has(index))
    if (open.length === 0) return undefined
    const count = this.#servers.length
    const turnsUntil = ({ index }: Server): number => (index - this.#last - 1 + count) % count
    const busy = ({ index }: Server): number => (choose === 'least-connections' ? (this.#inflight[index] ?? 0) : 0)
    const best = open.reduce((a, b) => ((busy(b) - busy(a) || turnsUntil(b) - turnsUntil(a)) < 0 ? b : a))
    this.#last = best.index
    return best
  }

  #observe(server: Server, ending: 'served' | 'refused' | 'lost'): void {
    const now = this.#world.now()
    const until = this.#outliers?.observe(server.index, ending, now)
    if (until === undefined) return
    this.#tell({ atMs: now, server: server.index, what: 'ejected', cause: undefined })
    this.#world.at(until, () =>
      this.#tell({ atMs: this.#world.now(), server: server.index, what: 'returned', cause: undefined }),
    )
  }

  #prober(server: Server, i: number, check: NonNullable<BalancerPlan['health']>): Prober {
    const changed = (healthy: boolean): void =>
      this.#tell({ atMs: this.#world.now(), server: i, what: healthy ? 'in' : 'out', cause: undefined })
    const prober = new Prober({ world: this.#world, server, check, asksReadiness: true, changed })
    prober.start((check.intervalMs * (i + 0.5)) / this.#servers.length)
    return prober
  }
}
