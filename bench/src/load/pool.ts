/** The connections of the generator: one per request, or a bounded set that is kept alive as a proxy does. */
import type { Job } from './job.ts'
import { type Target, Wire, type WireOwner } from './wire.ts'

export interface Pool {
  /** Puts the job on a wire now, or as soon as one is free. */
  send(job: Job): void
  /** Takes back a wire whose response is whole. */
  release(wire: Wire): void
  /** A wire is closed, by whomever. */
  gone(): void
  close(): void
}

/** A new connection for every request. */
export class FreshPool implements Pool {
  readonly #target: Target
  readonly #owner: WireOwner

  constructor(target: Target, owner: WireOwner) {
    this.#target = target
    this.#owner = owner
  }

  send(job: Job): void {
    new Wire(this.#target, this.#owner).send(job)
  }

  release(wire: Wire): void {
    wire.destroy()
  }

  gone(): void {}

  close(): void {}
}

/** At most `bound` kept-alive connections: the one used last goes first, else a new one; beyond the bound requests wait here. */
export class KeptPool implements Pool {
  readonly #target: Target
  readonly #owner: WireOwner
  readonly #bound: number
  readonly #idle: Wire[] = []
  /** Oldest first; jobs whose time has run out are skipped. */
  #waiting: Job[] = []
  #open = 0

  constructor(target: Target, owner: WireOwner, bound: number) {
    this.#target = target
    this.#owner = owner
    this.#bound = bound
  }

  send(job: Job): void {
    const wire = this.#free() ?? this.#grow()
    if (wire === undefined) this.#waiting.push(job)
    else wire.send(job)
  }

  release(wire: Wire): void {
    if (!wire.parser.keepAlive) {
      wire.destroy()
      this.gone()
      return
    }
    const job = this.#next()
    if (job === undefined) this.#idle.push(wire)
    else wire.send(job)
  }

  gone(): void {
    this.#open--
    const job = this.#next()
    if (job !== undefined) this.send(job)
  }

  close(): void {
    this.#waiting = []
    for (const wire of this.#idle) wire.destroy()
  }

  #free(): Wire | undefined {
    let wire = this.#idle.pop()
    while (wire?.closed === true) wire = this.#idle.pop()
    return wire
  }

  #grow(): Wire | undefined {
    if (this.#open >= this.#bound) return undefined
    this.#open++
    return new Wire(this.#target, this.#owner)
  }

  #next(): Job | undefined {
    let job = this.#waiting.shift()
    while (job?.settled === true) job = this.#waiting.shift()
    return job
  }
}
