/** The event loop of a simulated process, one turn: timers, poll, check, as libuv does them. */
import type { Millis } from '../../ticket.ts'
import type { Handlers } from './handlers.ts'
import type { Kernel, Ready } from './kernel.ts'
import type { Machine } from './machine.ts'
import type { FullServer } from './plan.ts'

/** What a loop turns. */
export interface LoopInit {
  readonly server: FullServer
  readonly machine: Machine
  readonly kernel: Kernel
  readonly handlers: Handlers
  /** Lets the world catch up with the processor before sockets are looked at. */
  readonly advance: (now: Millis) => void
}

const nothing: Promise<void> = Promise.resolve()

export class Loop {
  readonly #init: LoopInit
  /** Callbacks that ran. */
  events = 0
  /** Turns that passed. */
  turns = 0

  constructor(init: LoopInit) {
    this.#init = init
  }

  /** Something can be done at once, so the loop must not sleep. */
  get hasWork(): boolean {
    return this.#init.kernel.hasWork || this.#init.machine.hasTurn
  }

  async turn(): Promise<void> {
    const { server, machine } = this.#init
    this.turns++
    machine.spend(server.turnMs)
    if (machine.nextTimerAt() <= machine.now()) await this.#timers()
    await this.#poll()
    if (machine.hasTurn) await this.#check()
  }

  async #timers(): Promise<void> {
    const { machine } = this.#init
    const newest = machine.newestTimer
    for (let fn = machine.takeTimer(newest); fn !== undefined; fn = machine.takeTimer(newest)) {
      fn()
      if (this.#mayHaveSettled()) await this.#settle()
    }
  }

  async #poll(): Promise<void> {
    const { server, machine, kernel, advance, handlers } = this.#init
    advance(machine.now())
    const ready = kernel.takeReady()
    for (let i = 0; i < server.acceptsPerTurn && kernel.accept(); i++) {
      machine.spend(server.acceptMs)
      handlers.accepted()
    }
    for (const socket of ready) {
      this.#read(socket)
      if (this.#mayHaveSettled()) await this.#settle()
    }
  }

  #read({ kind, request }: Ready): void {
    const { handlers, kernel } = this.#init
    if (kind === 'reply') return handlers.resume(request)
    if (kind === 'close') return handlers.abort(request)
    // Who left before being read is noticed one read later: the handler has begun by then, as it does in Node.
    if (request.gone) kernel.close(request)
    handlers.arrive(request)
  }

  async #check(): Promise<void> {
    for (const fn of this.#init.machine.takeTurn()) {
      fn()
      if (this.#mayHaveSettled()) await this.#settle()
    }
  }

  #mayHaveSettled(): boolean {
    this.events++
    return this.#init.handlers.pending > 0 || this.#init.handlers.failure !== undefined
  }

  /** Lets promises settle as the loop does after each callback. Counted microtasks, because a real turn is 50 times slower. */
  async #settle(): Promise<void> {
    const { handlers } = this.#init
    let seen
    do {
      seen = handlers.decided
      // Deep enough for a chain of four async functions between the gate's own promise and the verdict.
      for (let i = 0; i < 8; i++) await nothing
    } while (handlers.decided !== seen)
    if (handlers.failure !== undefined) throw handlers.failure.error
  }
}
