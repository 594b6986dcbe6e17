/** What the shop depends on and does not own: a database whose driver keeps a small pool of connections. */

const connections = 5
const queryMs = 20

/** A pool of connections; whoever finds none free waits, first come first served and without end, as drivers do by default. */
export class SlowDatabase {
  #free = connections
  readonly #waiting: (() => void)[] = []

  /** One query: 20 ms, once there is a connection. */
  async query(): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    await new Promise<void>((resolve) => setTimeout(resolve, queryMs))
    const next = this.#waiting.shift()
    if (next === undefined) this.#free++
    else next()
  }
}
