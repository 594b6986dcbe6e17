/** The server's side of the network: what stands before the event loop gets to see it. */
import type { Wire } from './clients.ts'
import { Lane } from './lane.ts'
import type { SimulatedRequest } from './request.ts'

/** What a readable socket has to say. */
export type ReadyKind = 'request' | 'reply' | 'close'

/** One readable socket. */
export interface Ready {
  readonly kind: ReadyKind
  readonly request: SimulatedRequest
}

export class Kernel implements Wire {
  readonly #backlog: number
  /** Connections that the process has not accepted: no middleware can see them. */
  readonly #accepting = new Lane<SimulatedRequest>()
  #ready: Ready[] = []

  constructor(backlog: number) {
    this.#backlog = backlog
  }

  /** Something can be accepted or read, so the loop must not sleep. */
  get hasWork(): boolean {
    return this.#ready.length > 0 || this.#accepting.size > 0
  }

  connect(request: SimulatedRequest): boolean {
    if (this.#accepting.size >= this.#backlog) return false
    this.#accepting.push(request)
    return true
  }

  send(request: SimulatedRequest): void {
    this.#ready.push({ kind: 'request', request })
  }

  reply(request: SimulatedRequest): void {
    this.#ready.push({ kind: 'reply', request })
  }

  close(request: SimulatedRequest): void {
    this.#ready.push({ kind: 'close', request })
  }

  /** Takes a connection; its request becomes readable in the next turn. Call it after {@link takeReady}. */
  accept(): boolean {
    const request = this.#accepting.shift()
    if (request === undefined) return false
    this.send(request)
    return true
  }

  /** Takes the sockets that are readable at this moment. */
  takeReady(): readonly Ready[] {
    const ready = this.#ready
    this.#ready = []
    return ready
  }
}
