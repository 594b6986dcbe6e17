/** Accepts no more connections than there are, while the pressure is at its highest. */
import { checkNumber, type Millis, type PressureScale } from '@spillway/core'
import type { ActionContext, ProtectableServer, ServerAction } from './action.ts'

/** Options of the action `connections`. */
export interface ConnectionCapOptions extends PressureScale {
  /** Connections beyond those that are open which are still accepted at full pressure; integer, 0..1000000, default 8: for health checks. */
  readonly spare?: number
}

/** Checks and completes {@link ConnectionCapOptions.spare}. */
export function checkSpare(owner: string, spare = 8): number {
  return checkNumber(owner, 'actions.connections.spare', spare, { min: 0, max: 1_000_000, integer: true })
}

/**
 * Lowers `maxConnections`: at full pressure to the connections that are open, and what is spare; on the way there to as many more as
 * pressure leaves. Beyond it Node closes a connection as soon as it is accepted, without a byte.
 */
export class ConnectionCap implements ServerAction {
  readonly scale: PressureScale | undefined
  readonly #spare: number
  #server: ProtectableServer | undefined
  /** What it was before, and what it was set to. */
  #before: number | undefined
  #set: number | undefined
  #level = 0

  constructor(scale: PressureScale | undefined, spare: number) {
    this.scale = scale
    this.#spare = spare
  }

  start({ server }: ActionContext): void {
    this.#server = server
  }

  apply(level: number, _now: Millis): void {
    this.#level = level
    if (level === 0) return this.restore()
    this.#server?.getConnections((error, open) => {
      if (error === null && this.#level > 0) this.#cap(open)
    })
  }

  restore(): void {
    this.#level = 0
    const server = this.#server
    // Whoever has set another one since then means it.
    if (server !== undefined && this.#set !== undefined && server.maxConnections === this.#set) {
      server.maxConnections = this.#before as number
    }
    this.#set = undefined
  }

  #cap(open: number): void {
    const server = this.#server as ProtectableServer
    if (this.#set === undefined || server.maxConnections !== this.#set) this.#before = server.maxConnections
    const cap = Math.max(1, open + this.#spare + Math.floor((1 - this.#level) * open))
    // What has been closed under full pressure is not opened again before it falls.
    const least = this.#set !== undefined && this.#level === 1 ? Math.min(cap, this.#set) : cap
    this.#set = Math.min(least, this.#before ?? Infinity)
    server.maxConnections = this.#set
  }
}
