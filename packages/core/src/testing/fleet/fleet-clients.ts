/** Clients of a fleet: they come whatever happens, wait as long as they can, and perhaps try again. */
import type { Millis } from '../../ticket.ts'
import { drawRequest } from '../simulate/draw.ts'
import { nextArrival, type ArrivalOptions } from '../simulate/load.ts'
import { seededRandom } from '../simulate/random.ts'
import type { Answer, Balancer, Call } from './balancer.ts'
import type { FleetBooks } from './books.ts'
import type { FleetPlan } from './plan.ts'
import type { World } from './world.ts'

/** What clients are made of. */
export interface FleetClientsInit {
  readonly plan: FleetPlan
  readonly world: World
  readonly books: FleetBooks
  readonly balancer: Balancer
}

export class FleetClients {
  readonly #init: FleetClientsInit
  readonly #random
  readonly #work
  readonly #arrivals: ArrivalOptions
  /** Somebody is still to come. */
  expecting = true

  constructor(init: FleetClientsInit) {
    const { each, seed, servers } = init.plan
    this.#init = init
    this.#random = seededRandom(seed)
    this.#work = seededRandom(seed ^ 0x5bd1e995)
    const { load, poisson, capacityPerSecond } = each
    this.#arrivals = { load, perSecondAtFull: capacityPerSecond * servers, poisson, random: this.#random }
    this.#next(0)
  }

  #next(after: Millis): void {
    const { world, plan } = this.#init
    const at = nextArrival(after, plan.each.durationMs, this.#arrivals)
    this.expecting = at < Infinity
    if (!this.expecting) return
    world.at(at, () => {
      this.#start(at, 0)
      this.#next(at)
    })
  }

  #start(startAt: Millis, attempt: number): void {
    const { world, plan, books, balancer } = this.#init
    const draw = drawRequest(plan.each, { at: startAt, attempt, random: this.#random, work: this.#work })
    const deadline = startAt + plan.each.timeoutMs
    const on: { open: boolean; call: Call | undefined } = { open: true, call: undefined }
    const end = (how: Answer | 'timedOut'): void => {
      if (!on.open) return
      on.open = false
      stopWaiting()
      books.end(startAt, how, world.now())
      if (how === 'timedOut') on.call?.hangUp()
      if (how !== 'served') this.#retry(attempt)
    }
    books.offer(startAt)
    const stopWaiting = deadline < Infinity ? world.at(deadline, () => end('timedOut')) : (): void => {}
    on.call = balancer.send({ startAt, deadline, draw, answer: end })
  }

  #retry(attempt: number): void {
    const { world, plan } = this.#init
    if (attempt >= plan.each.retryAttempts) return
    const at = world.now() + plan.each.retryDelayMs(attempt)
    world.at(at, () => this.#start(at, attempt + 1))
  }
}
