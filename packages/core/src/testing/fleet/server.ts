/** A place in the fleet: one process after the other, killed when it holds too much or says nothing, started again after a while. */
import type { Millis } from '../../ticket.ts'
import { SimulatedRequest } from '../simulate/request.ts'
import { toDistribution } from '../simulate/distribution.ts'
import { sliceMs } from '../simulate/ledger.ts'
import type { Plan, RoutePlan } from '../simulate/plan.ts'
import type { FleetPlan } from './plan.ts'
import { healthKey, Process, type Ending } from './process.ts'
import type { World } from './world.ts'

/** What ended a process. */
export type DeathCause = 'memory' | 'liveness'

/** One thing that happened to a server. */
export interface FleetEvent {
  readonly atMs: Millis
  readonly server: number
  /** `out` of and back `in` rotation by the balancer's checks; `ejected` and `returned` by the answers to real requests. */
  readonly what: 'killed' | 'started' | 'out' | 'in' | 'ejected' | 'returned'
  readonly cause: DeathCause | undefined
}

/** What became of the requests that were sent to a server, health checks left out; `sent` is the sum of the others. */
export type ServerCounts = { -readonly [ending in Ending | 'sent']: number }

/** What servers tell. */
export interface ServerInit {
  readonly plan: FleetPlan
  readonly world: World
  readonly index: number
  readonly tell: (event: FleetEvent) => void
  readonly unreadyOthers: () => number
}

export class Server {
  readonly index: number
  readonly counts: ServerCounts = { sent: 0, served: 0, refused: 0, late: 0, dropped: 0, lost: 0 }
  /** Handlers that ended in each slice of time, late ones included. */
  readonly ended: number[] = []
  readonly #init: ServerInit
  readonly #plan: Plan
  #process: Process | undefined = undefined
  #lives = 0
  #busyMs = 0
  #standing = 0
  peakHeld = 0

  constructor(init: ServerInit) {
    this.index = init.index
    this.#init = init
    this.#plan = planOf(init.plan, init.index)
    this.#start()
  }

  get alive(): boolean {
    return this.#process !== undefined
  }

  /** Counts the lives: whoever watches one knows it by this. */
  get life(): number {
    return this.#lives
  }

  /** Requests that were sent to it and have not ended, health checks left out. */
  get standing(): number {
    return this.#standing
  }

  get nextAt(): Millis {
    return this.#process?.nextAt ?? Infinity
  }

  /** Processor time of all lives. */
  get busyMs(): Millis {
    return this.#busyMs + (this.#process?.busyMs ?? 0)
  }

  async turn(): Promise<void> {
    await this.#process?.turn()
  }

  /** False where nobody listens; else `reply` is told how it ends. */
  send(request: SimulatedRequest, reply: (ending: Ending) => void): boolean {
    const process = this.#process
    if (process === undefined) return false
    this.counts.sent++
    this.#standing++
    process.send(request, (ending) => {
      this.#standing--
      this.#count(ending)
      reply(ending)
    })
    this.#weigh(process)
    return true
  }

  hangUp(request: SimulatedRequest): void {
    if (this.#process === undefined) request.gone = true
    else this.#process.hangUp(request)
  }

  /** A health check; `judge` is told once whether it was answered well. Returns what takes it back. */
  probe(asksReadiness: boolean, judge: (good: boolean) => void): () => void {
    const process = this.#process
    if (process === undefined) {
      judge(false)
      return () => {}
    }
    const request = new SimulatedRequest(this.#init.world.now(), Infinity, {
      route: healthRoute,
      priority: 1,
      key: healthKey,
      attempt: 0,
      beforeMs: healthMs,
      callMs: 0,
      afterMs: 0,
    })
    process.send(request, (ending) => judge(ending === 'served'), asksReadiness)
    this.#weigh(process)
    return () => process.hangUp(request)
  }

  kill(cause: DeathCause): void {
    const process = this.#process
    if (process === undefined) return
    const { world, plan } = this.#init
    this.#process = undefined
    this.#busyMs += process.busyMs
    this.#tell('killed', cause)
    process.kill()
    world.at(world.now() + plan.restartMs, () => {
      this.#start()
      this.#tell('started')
    })
  }

  #start(): void {
    const { plan, world, index, unreadyOthers } = this.#init
    this.#lives++
    const seed = (plan.seed ^ 0x2545f491) + index * 1009 + this.#lives * 31
    const member = { index, total: plan.servers, unreadyOthers }
    const protect: FleetPlan['protect'] = plan.protect ?? (() => undefined)
    this.#process = new Process({
      plan: this.#plan,
      world,
      seed,
      protect: (environment) => protect(environment, member),
    })
  }

  #weigh(process: Process): void {
    this.peakHeld = Math.max(this.peakHeld, process.held)
    if (process.held > this.#init.plan.maxHeld) this.kill('memory')
  }

  #count(ending: Ending): void {
    this.counts[ending]++
    if (ending !== 'served' && ending !== 'late') return
    const slice = Math.floor(this.#init.world.now() / sliceMs)
    while (this.ended.length <= slice) this.ended.push(0)
    this.ended[slice] = (this.ended[slice] ?? 0) + 1
  }

  #tell(what: FleetEvent['what'], cause?: DeathCause): void {
    this.#init.tell({ atMs: this.#init.world.now(), server: this.index, what, cause })
  }
}

/** What a health check costs its handler. */
const healthMs: Millis = 0.1
const none = toDistribution(0)
const healthRoute: RoutePlan = {
  share: 1,
  before: toDistribution(healthMs),
  call: none,
  after: none,
  downstream: undefined,
  priority: undefined,
}

/** The plan of one server, which knows when it is slow. */
function planOf(plan: FleetPlan, index: number): Plan {
  const { each, slow } = plan
  const mine = slow.filter(({ server }) => server === index)
  const base = each.server.slowdown
  const slowdown = (at: Millis): number =>
    mine.reduce((factor, one) => (at >= one.fromMs && at < one.untilMs ? factor * one.factor : factor), base(at))
  return { ...each, server: { ...each.server, slowdown } }
}
