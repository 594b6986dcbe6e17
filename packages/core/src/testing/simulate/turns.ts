/** A simulated process alone with its clients: it turns while there is something to do, and sleeps until there is. */
import type { Millis } from '../../ticket.ts'
import type { Clients } from './clients.ts'
import type { Handlers } from './handlers.ts'
import type { Kernel } from './kernel.ts'
import type { Ledger } from './ledger.ts'
import { Loop } from './loop.ts'
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

export class Turns {
  readonly #init: TurnsInit
  readonly loop: Loop

  constructor(init: TurnsInit) {
    const { plan, machine, kernel, handlers, clients } = init
    this.#init = init
    this.loop = new Loop({ server: plan.server, machine, kernel, handlers, advance: (now) => clients.advance(now) })
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
      await this.loop.turn()
    }
  }

  /** Sleeps until there is something to do; false when nothing will ever be. */
  #wake(): boolean {
    const { machine, clients } = this.#init
    clients.advance(machine.now())
    while (!this.loop.hasWork) {
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
}
