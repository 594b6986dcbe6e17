/** The world outside: clients who start requests, hold connections, lose patience and perhaps try again. */
import type { Random } from '../../clock.ts'
import { createTicket, type Millis, type Outcome } from '../../ticket.ts'
import { Agenda } from './agenda.ts'
import { drawRequest } from './draw.ts'
import { Lane } from './lane.ts'
import type { Ledger } from './ledger.ts'
import { nextArrival, type ArrivalOptions } from './load.ts'
import type { Plan } from './plan.ts'
import { SimulatedRequest } from './request.ts'

/** What reaches the server's side of the network. */
export interface Wire {
  /** A client connects; its request follows at once. */
  connect(request: SimulatedRequest): boolean
  /** A request arrives on an open connection. */
  send(request: SimulatedRequest): void
  /** A client closes the connection of a request that the server has read. */
  close(request: SimulatedRequest): void
}

/** What clients are made of. */
export interface World {
  /** When who comes. */
  readonly random: Random
  /** How much work it is: a stream of its own, so that other loads meet the same requests. */
  readonly work: Random
  readonly wire: Wire
}

export class Clients {
  readonly #plan: Plan
  readonly #ledger: Ledger
  readonly #random: Random
  readonly #work: Random
  readonly #wire: Wire
  readonly #arrivals: ArrivalOptions
  /** Requests by deadline, which is the order of their start because all are equally patient. */
  readonly #patience = new Lane<SimulatedRequest>()
  /** Kept-alive only: requests that no connection is free for. */
  readonly #unsent = new Lane<SimulatedRequest>()
  /** Everything else that happens later: calls that end, connections and requests that are tried again. */
  readonly #later = new Agenda()
  #nextArrivalAt: Millis
  #idle: number
  #open: number

  constructor(plan: Plan, ledger: Ledger, world: World) {
    this.#plan = plan
    this.#ledger = ledger
    this.#random = world.random
    this.#work = world.work
    this.#wire = world.wire
    const { load, poisson, capacityPerSecond: perSecondAtFull } = plan
    this.#arrivals = { load, perSecondAtFull, poisson, random: world.random }
    this.#nextArrivalAt = nextArrival(0, plan.durationMs, this.#arrivals)
    this.#open = this.#idle = plan.connections ?? 0
  }

  /** Something happens in the world at a time, whatever the server is busy with. */
  at(time: Millis, fn: () => void): void {
    this.#later.add(time, fn)
  }

  /** Somebody is still to come. */
  get expecting(): boolean {
    return this.#nextArrivalAt < Infinity
  }

  /** When the world moves next; `Infinity` if all has been said. */
  nextAt(): Millis {
    while (this.#patience.peek()?.answered === true) this.#patience.shift()
    return Math.min(this.#nextArrivalAt, this.#patience.peek()?.deadline ?? Infinity, this.#later.nextAt)
  }

  /** Lets all happen that is due by `now`, in order of time. */
  advance(now: Millis): void {
    for (let at = this.nextAt(); at <= now && at < Infinity; at = this.nextAt()) {
      if (at === this.#nextArrivalAt) this.#arrive(at)
      else if (at === this.#later.nextAt) this.#later.take(at)?.()
      else this.#giveUp(this.#patience.shift() as SimulatedRequest, at)
    }
  }

  /** An answer reaches its client; one who has left by then gets nothing. */
  answer(request: SimulatedRequest, now: Millis, kind: 'served' | 'refused'): void {
    if (request.gone || request.answered) return
    if (now > request.deadline) return this.#giveUp(request, request.deadline)
    request.answered = true
    this.#ledger.answer(request, now, kind)
    this.#settle(request, now, kind === 'served' ? 'success' : 'dropped')
    this.#idle++
    this.#sendNext(now)
    if (kind === 'refused') this.#retry(request, now, 'retry')
  }

  #arrive(at: Millis): void {
    this.#start(at, 0, 'first')
    this.#nextArrivalAt = nextArrival(at, this.#plan.durationMs, this.#arrivals)
  }

  #start(at: Millis, attempt: number, kind: string): void {
    const plan = this.#plan
    const init = drawRequest(plan, { at, attempt, random: this.#random, work: this.#work })
    const request = new SimulatedRequest(at, at + plan.timeoutMs, init)
    if (!this.#mayStart(request, kind)) return
    this.#ledger.offer(request)
    if (request.deadline < Infinity) this.#patience.push(request)
    if (plan.connections === undefined) return this.#connect(request, at, 1000)
    this.#unsent.push(request)
    this.#sendNext(at)
  }

  /** Kept-alive: gives the free connections to the requests that wait for one. */
  #sendNext(at: Millis): void {
    if (this.#plan.connections === undefined) return
    while (this.#idle > 0 || this.#open < this.#plan.connections) {
      const request = this.#unsent.shift()
      if (request === undefined) return
      if (request.gone) continue
      if (this.#idle > 0) {
        this.#idle--
        request.sent = true
        this.#wire.send(request)
      } else {
        this.#open++
        this.#connect(request, at, 1000)
      }
    }
  }

  /** A full accept queue drops the attempt; the kernel tries again after 1 s, then 2 s, then 4 s. */
  #connect(request: SimulatedRequest, at: Millis, retryMs: Millis): void {
    request.sent = true
    if (request.gone || this.#wire.connect(request)) return
    // Most clients have left by then: nothing to remember for them.
    if (at + retryMs > request.deadline) return
    this.at(at + retryMs, () => this.#connect(request, at + retryMs, retryMs * 2))
  }

  #giveUp(request: SimulatedRequest, at: Millis): void {
    if (request.gone || request.answered) return
    request.gone = true
    this.#ledger.giveUp(request)
    this.#settle(request, at, 'dropped')
    if (request.sent) {
      this.#open--
      if (request.read) this.#wire.close(request)
      this.#sendNext(at)
    }
    this.#retry(request, at, 'timeout-retry')
  }

  #retry(request: SimulatedRequest, at: Millis, kind: string): void {
    if (request.attempt >= this.#plan.retryAttempts) return
    const retryAt = at + this.#plan.retryDelayMs(request.attempt)
    this.at(retryAt, () => this.#start(retryAt, request.attempt + 1, kind))
  }

  /** Asks the limiter of the clients, if there is one. */
  #mayStart(request: SimulatedRequest, kind: string): boolean {
    const { client } = this.#plan
    if (client === undefined) return true
    const { startAt, key, priority, deadline } = request
    const ticket = createTicket(startAt, { key, priority, deadline, keys: { try: kind } })
    if (client.admit(ticket, startAt) !== undefined) return false
    request.clientTicket = ticket
    return true
  }

  #settle(request: SimulatedRequest, now: Millis, outcome: Outcome): void {
    if (request.clientTicket !== undefined) this.#plan.client?.settle(request.clientTicket, now, outcome)
  }
}
