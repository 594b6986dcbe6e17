/** What handlers wait for: downstream servers with a line in front of each pool. */
import type { Millis } from '../../ticket.ts'
import { Lane } from './lane.ts'
import type { Downstream } from './options.ts'
import type { SimulatedRequest } from './request.ts'

/** How a pool reaches time: the reply of a call becomes readable at `at`. */
export interface PoolWorld {
  now(): Millis
  replyAt(at: Millis, request: SimulatedRequest): void
}

/** One downstream, seen through the pool of connections that the handlers of this process share. */
export class Pool {
  readonly #slowdown: (atMs: Millis) => number
  readonly #world: PoolWorld
  readonly #line = new Lane<SimulatedRequest>()
  #free: number

  constructor(downstream: Downstream, world: PoolWorld) {
    this.#slowdown = downstream.slowdown ?? (() => 1)
    this.#free = downstream.servers ?? Infinity
    this.#world = world
  }

  call(request: SimulatedRequest): void {
    if (this.#free === 0) return this.#line.push(request)
    this.#free--
    this.#begin(request)
  }

  /** The loop has read a reply: the connection goes to the first in line whose handler still runs. */
  release(): void {
    let next = this.#line.shift()
    while (next?.running === false) next = this.#line.shift()
    if (next === undefined) this.#free++
    else this.#begin(next)
  }

  #begin(request: SimulatedRequest): void {
    const now = this.#world.now()
    this.#world.replyAt(now + request.callMs * this.#slowdown(now), request)
  }
}
