/** The event loop of a simulated process, turn by turn: timers, poll, check, as libuv does them. */
import type { Millis } from '../../ticket.ts'
import type { Clients } from './clients.ts'
import type { Handlers } from './handlers.ts'
import type { Kernel, Ready } from './kernel.ts'
import type { Ledger } from './ledger.ts'
import type { Machine } from './machine.ts'
import type { Plan } from './plan.ts'

/** What a loop turns. */
export interface TurnsInit {
  readonly plan: Plan
  readonly machine: Machine
  readonly kernel: Kernel
  readonly clients: Clients
  readonly handlers: Handlers
  readonly ledger: Ledger
}

/** Patient clients of a server that is stuck are not waited for any longer than this after the last arrival. */
const patienceMs = 60_000

const nothing: Promise<void> = Promise.resolve()

export class Turns {
  readonly #init: TurnsInit
  /** Callbacks that ran. */
  events = 0
  /** Turns that passed. */
  turns = 0

  constructor(init: TurnsInit) {
    this.#init = init
  }

  /** Plays until the last request has its end. */
  async play(): Promise<void> {
    const { plan, machine, ledger, handlers, kernel, clients } = this.#init
    const lastMs = plan.durationMs + patienceMs
    // Waste is played to its end too, so that a gate gets back every permit that it gave.
    while (
      machine.now() < plan.durationMs ||
      clients.expecting ||
      ledger.outstanding + ledger.running + handlers.pending > 0 ||
      kernel.hasWork
    ) {
      if (!this.#wake() || machine.now() > lastMs) return
      this.turns++
      machine.spend(plan.server.turnMs)
      if (machine.nextTimerAt() <= machine.now()) await this.#timers()
      await this.#poll()
      if (machine.hasTurn) await this.#check()
    }
  }

  /** Sleeps until there is something to do; false when nothing will ever be. */
  #wake(): boolean {
    const { machine, kernel, clients } = this.#init
    clients.advance(machine.now())
    while (!kernel.hasWork && !machine.hasTurn) {
      const worldAt = clients.nextAt()
      const timerAt = machine.nextTimerAt()
      const at: Millis = Math.min(worldAt, timerAt)
      if (at === Infinity) return false
      machine.sleepUntil(at)
      if (timerAt <= machine.now()) return true
      clients.advance(machine.now())
    }
    return true
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
    const { plan, machine, kernel, clients, handlers } = this.#init
    clients.advance(machine.now())
    const ready = kernel.takeReady()
    for (let i = 0; i < plan.server.acceptsPerTurn && kernel.accept(); i++) {
      machine.spend(plan.server.acceptMs)
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
