/** One life of one server: from its start until it is killed, or the simulation ends. */
import type { Environment } from '../../environment.ts'
import type { Gate } from '../../gate.ts'
import type { Millis, Ticket } from '../../ticket.ts'
import { Handlers } from '../simulate/handlers.ts'
import { Kernel } from '../simulate/kernel.ts'
import { Loop } from '../simulate/loop.ts'
import { Machine } from '../simulate/machine.ts'
import type { Plan } from '../simulate/plan.ts'
import { Pool } from '../simulate/pools.ts'
import { seededRandom } from '../simulate/random.ts'
import type { SimulatedRequest } from '../simulate/request.ts'
import type { FleetProtection } from './options.ts'
import type { World } from './world.ts'

/** How a request at a server ended: `late` when its client had left and it was served all the same, `dropped` when it was not, `lost` with the server. */
export type Ending = 'served' | 'refused' | 'late' | 'dropped' | 'lost'

/** What a process is made of. */
export interface ProcessInit {
  readonly plan: Plan
  readonly world: World
  readonly seed: number
  readonly protect: (environment: Environment) => FleetProtection | undefined
}

/** Told once what became of a request, at the time of the world when it did. */
export type Reply = (ending: Ending) => void

interface Held {
  readonly reply: Reply
  readonly asksReadiness: boolean
}

/** Keys of health checks, which no workload uses. */
export const healthKey = '\0health'

export class Process {
  readonly #world: World
  readonly #machine: Machine
  readonly #kernel: Kernel
  readonly #loop: Loop
  readonly #protection: FleetProtection | undefined
  readonly #held = new Map<SimulatedRequest, Held>()
  #dead = false
  /** Handlers that run. */
  running = 0

  constructor({ plan, world, seed, protect }: ProcessInit) {
    this.#world = world
    const { pauses, server } = plan
    this.#machine = new Machine(pauses && { plan: pauses, random: seededRandom(seed ^ 0x1b873593) })
    const machine = this.#machine
    machine.sleepUntil(world.now())
    this.#kernel = new Kernel(server.backlog)
    const kernel = this.#kernel
    const protection = protect({ clock: machine, loop: machine, random: seededRandom(seed), signals: [] })
    this.#protection = protection
    const pools = new Map([...plan.downstreams].map((downstream) => [downstream, this.#pool(downstream)] as const))
    const gate = protection && (protection.guardsHealth === true ? protection.gate : exemptingHealth(protection.gate))
    const handlers = new Handlers({ plan, machine, clients: this, ledger: this, pools, gate })
    this.#loop = new Loop({ server, machine, kernel, handlers, advance: () => {} })
  }

  /** Requests that it keeps: in its sockets, waiting, running. */
  get held(): number {
    return this.#held.size
  }

  /** Processor time that it has spent by now; a turn that it is in runs ahead of the world, and does not count yet. */
  get busyMs(): Millis {
    return this.#machine.busyMs - Math.max(0, this.#machine.now() - this.#world.now())
  }

  /** When its loop turns next; `Infinity` if it sleeps until somebody sends something. */
  get nextAt(): Millis {
    const now = this.#machine.now()
    return this.#loop.hasWork ? now : Math.max(now, this.#machine.nextTimerAt())
  }

  /** A request arrives. `asksReadiness` for the health checks of the balancer. */
  send(request: SimulatedRequest, reply: Reply, asksReadiness = false): void {
    this.#machine.sleepUntil(this.#world.now())
    this.#held.set(request, { reply, asksReadiness })
    request.sent = true
    this.#kernel.send(request)
  }

  /** The client of a request closes its connection, or the balancer resets the stream. */
  hangUp(request: SimulatedRequest): void {
    request.gone = true
    if (!request.read || !this.#held.has(request)) return
    this.#machine.sleepUntil(this.#world.now())
    this.#kernel.close(request)
  }

  /** One turn of the loop, at {@link nextAt}. Time within it runs ahead of the world; what comes of it reaches the world in time. */
  async turn(): Promise<void> {
    this.#machine.sleepUntil(this.nextAt)
    await this.#loop.turn()
  }

  /** Ends it now: all that it holds is lost, also what it would have answered by the end of a turn that it is in. */
  kill(): void {
    this.#dead = true
    const lost = [...this.#held.values()]
    this.#held.clear()
    for (const { reply } of lost) reply('lost')
  }

  /** For the handlers: an answer leaves the process. */
  answer(request: SimulatedRequest, now: Millis, kind: 'served' | 'refused'): void {
    const held = this.#held.get(request)
    // Asked now, not when the answer arrives: it is the process that knows.
    const unready = kind === 'served' && held?.asksReadiness === true && this.#protection?.ready?.() === false
    this.#end(request, now, unready ? 'refused' : kind)
  }

  /** For the handlers: there will be no answer. */
  drop(request: SimulatedRequest): void {
    this.#end(request, this.#machine.now(), 'dropped')
  }

  /** For the handlers. */
  start(): void {
    this.running++
  }

  /** For the handlers. */
  end(): void {
    this.running--
  }

  #end(request: SimulatedRequest, at: Millis, ending: Ending): void {
    this.#world.at(at, () => {
      const held = this.#held.get(request)
      if (held === undefined) return
      this.#held.delete(request)
      request.answered = !request.gone
      held.reply(request.gone ? (ending === 'served' ? 'late' : 'dropped') : ending)
    })
  }

  #pool(downstream: ConstructorParameters<typeof Pool>[0]): Pool {
    return new Pool(downstream, {
      now: () => this.#machine.now(),
      replyAt: (at, request) =>
        void this.#world.at(at, () => {
          if (this.#dead) return
          this.#machine.sleepUntil(this.#world.now())
          this.#kernel.reply(request)
        }),
    })
  }
}

/** The gate does not see health checks, as where their routes stand before it. */
function exemptingHealth(gate: Gate): Gate {
  const seen = (ticket: Ticket): boolean => ticket.key !== healthKey
  return {
    enter: (ticket) => (seen(ticket) ? gate.enter(ticket) : undefined),
    leave: (ticket, outcome) => void (seen(ticket) && gate.leave(ticket, outcome)),
    cancel: (ticket) => void (seen(ticket) && gate.cancel(ticket)),
    ...(gate.arrived === undefined ? {} : { arrived: () => gate.arrived?.() }),
  }
}
