/** The way of a request through the simulated process: gate, processor, downstream, processor, answer. */
import type { Gate } from '../../gate.ts'
import { createTicket, type Millis, type Outcome, type Ticket, type Verdict } from '../../ticket.ts'
import type { Machine } from './machine.ts'
import type { Downstream } from './options.ts'
import type { Plan } from './plan.ts'
import type { Pool } from './pools.ts'
import type { SimulatedRequest } from './request.ts'

/** Where answers go. */
export interface Answers {
  answer(request: SimulatedRequest, now: Millis, kind: 'served' | 'refused'): void
  /** Its client had left, and now it has ended without an answer. */
  drop?(request: SimulatedRequest): void
}

/** Who counts the handlers that run. */
export interface Running {
  readonly running: number
  start(request: SimulatedRequest): void
  end(): void
}

/** What the handlers work with. */
export interface HandlersInit {
  readonly plan: Pick<Plan, 'server' | 'sendsDeadline'>
  readonly machine: Machine
  readonly clients: Answers
  readonly ledger: Running
  readonly pools: ReadonlyMap<Downstream, Pool>
  readonly gate: Gate | undefined
}

export class Handlers {
  readonly #init: HandlersInit
  /** Verdicts that are not known yet: while there are any, promises may settle after each callback. */
  pending = 0
  /** Verdicts that came late; moves whenever a promise settles. */
  decided = 0
  /** What the gate threw or rejected with, against its contract. */
  failure: { readonly error: unknown } | undefined = undefined

  constructor(init: HandlersInit) {
    this.#init = init
  }

  /** The loop accepts a connection. */
  accepted(): void {
    this.#init.gate?.arrived?.()
  }

  /** The loop reads a request. */
  arrive(request: SimulatedRequest): void {
    const { plan, machine, gate } = this.#init
    machine.spend(plan.server.readMs)
    request.read = true
    if (gate === undefined) return this.#run(request)
    const ticket = createTicket(machine.now(), {
      key: request.key,
      priority: request.priority,
      deadline: plan.sendsDeadline ? request.deadline : Infinity,
    })
    request.ticket = ticket
    const verdict = gate.enter(ticket)
    if (!(verdict instanceof Promise)) return this.#decide(request, verdict)
    this.pending++
    request.waiting = true
    verdict.then(
      (late) => {
        this.pending--
        this.decided++
        request.waiting = false
        this.#decide(request, late)
      },
      (error: unknown) => {
        this.pending--
        this.failure = { error }
      },
    )
  }

  /** The loop reads the reply of the downstream. */
  resume(request: SimulatedRequest): void {
    const { downstream } = request.route
    if (downstream !== undefined) this.#init.pools.get(downstream)?.release()
    this.#finish(request)
  }

  /** The loop reads that the client has closed its connection. */
  abort(request: SimulatedRequest): void {
    request.noticed = true
    const { gate, plan, ledger, clients } = this.#init
    if (request.waiting) return gate?.cancel(request.ticket as Ticket)
    if (!request.running) return
    const { abortsWork, releaseOn } = plan.server
    if (abortsWork || releaseOn === 'close') this.#leave(request, 'ignored')
    if (!abortsWork) return
    request.running = false
    ledger.end()
    clients.drop?.(request)
  }

  #decide(request: SimulatedRequest, verdict: Verdict): void {
    const { machine, plan, clients } = this.#init
    if (request.noticed) {
      if (verdict === undefined) this.#leave(request, 'revoked')
      return clients.drop?.(request)
    }
    if (verdict === undefined) return this.#run(request)
    machine.spend(plan.server.refuseMs)
    clients.answer(request, machine.now(), 'refused')
  }

  #run(request: SimulatedRequest): void {
    const { ledger, pools } = this.#init
    request.started = request.running = true
    ledger.start(request)
    this.#work(request.beforeMs)
    const { downstream } = request.route
    const pool = downstream === undefined ? undefined : pools.get(downstream)
    if (pool === undefined) this.#finish(request)
    else pool.call(request)
  }

  #finish(request: SimulatedRequest): void {
    if (!request.running) return
    const { ledger, machine, clients } = this.#init
    this.#work(request.afterMs)
    request.running = false
    ledger.end()
    clients.answer(request, machine.now(), 'served')
    this.#leave(request, request.noticed ? 'ignored' : 'success')
  }

  #leave(request: SimulatedRequest, outcome: Outcome): void {
    if (request.left || this.#init.gate === undefined) return
    request.left = true
    this.#init.gate.leave(request.ticket as Ticket, outcome)
  }

  /** Handlers share one processor, which slows down with what it holds. */
  #work(ms: number): void {
    const { plan, machine, ledger } = this.#init
    const factor = 1 + plan.server.contention * ledger.running
    machine.spend(ms * factor * plan.server.slowdown(machine.now()))
  }
}
