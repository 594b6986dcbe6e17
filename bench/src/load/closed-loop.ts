/** Closed-loop load: so many connections, each sends its next request when it has its answer. Measures throughput, never latency under overload. */
import { JobMaker } from './job.ts'
import { settleOptions } from './options.ts'
import { seededRandom } from './random.ts'
import { type Target, Wire, type WireOwner } from './wire.ts'

export interface ClosedLoopOptions {
  readonly url: string
  readonly connections: number
  /** Stop after so many answers ... */
  readonly requests?: number
  /** ... or after so long. */
  readonly seconds?: number
}

export interface ClosedLoopResult {
  readonly answers: number
  readonly seconds: number
  readonly perSecond: number
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>
  /** Connections that broke; each is replaced. */
  readonly broken: number
}

/** Breakages in a row, without one answer between, after which the server counts as dead. */
const hopeless = 1000

/** Runs in this process over kept-alive connections. Rejects when the server is not there. */
export function runClosedLoop(options: ClosedLoopOptions): Promise<ClosedLoopResult> {
  return new Promise((resolve, reject) => new ClosedLoop(options, resolve, reject).start())
}

class ClosedLoop implements WireOwner {
  readonly #options: ClosedLoopOptions
  readonly #resolve: (result: ClosedLoopResult) => void
  readonly #reject: (error: Error) => void
  readonly #maker: JobMaker
  readonly #target: Target
  readonly #wires = new Set<Wire>()
  readonly #statuses: Record<number, number> = {}
  #startMs = 0
  #answers = 0
  #broken = 0
  #brokenInRow = 0

  constructor(options: ClosedLoopOptions, resolve: (result: ClosedLoopResult) => void, reject: (error: Error) => void) {
    const { url, connections } = options
    const settled = settleOptions({ url, connections, phases: [{ rate: 0, seconds: 1 }] })
    const { hostname, port } = new URL(url)
    this.#options = options
    this.#resolve = resolve
    this.#reject = reject
    this.#maker = new JobMaker(settled, seededRandom(1))
    this.#target = { host: hostname, port: Number(port || 80) }
  }

  start(): void {
    this.#startMs = performance.now()
    for (let index = 0; index < this.#options.connections; index++) this.#open()
  }

  answered(wire: Wire): void {
    const { requests = Infinity, seconds = Infinity } = this.#options
    const { status, keepAlive } = wire.parser
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1
    this.#brokenInRow = 0
    if (++this.#answers >= requests || performance.now() - this.#startMs >= seconds * 1000) this.#end()
    else if (keepAlive) wire.send(this.#maker.make(0, 0, 0))
    else {
      this.#wires.delete(wire)
      wire.destroy()
      this.#open()
    }
  }

  broken(wire: Wire): void {
    this.#wires.delete(wire)
    this.#broken++
    if (++this.#brokenInRow <= hopeless) this.#open()
    else {
      this.#close()
      this.#reject(new Error(`load: nobody answers at ${this.#options.url}`))
    }
  }

  #open(): void {
    const wire = new Wire(this.#target, this)
    this.#wires.add(wire)
    wire.send(this.#maker.make(0, 0, 0))
  }

  #close(): void {
    for (const wire of this.#wires) wire.destroy()
  }

  #end(): void {
    this.#close()
    const seconds = (performance.now() - this.#startMs) / 1000
    const answers = this.#answers
    this.#resolve({ answers, seconds, perSecond: answers / seconds, statuses: this.#statuses, broken: this.#broken })
  }
}
