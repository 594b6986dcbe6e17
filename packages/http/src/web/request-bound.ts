/** Time for runtimes whose timers end with the request that set them, such as workerd. */
import { checkNumber, systemEnvironment } from '@spillway/core'
import type { Clock, Environment, EventLoop, Millis } from '@spillway/core'

/** Who is told of requests, because it lives on their time. To be called in their own contexts. */
export interface Attendance {
  /** A request has come. */
  entered(): void
  /** It waits; the returned function says that it does not any more. */
  waiting(): () => void
}

/** An environment that wants to know of requests. */
export interface RequestBoundEnvironment extends Environment {
  readonly attendance: Attendance
  /** How long one request may hold a place: adapters take it back then. */
  readonly maxHoldMs: Millis
}

/** What is special about a runtime whose timers end with their requests. */
export interface RequestBoundOptions {
  /**
   * How long one request may hold a place, for a request that the runtime ends in silence cannot give it back; 1..2147483647 ms, default
   * 60000. Choose it above the slowest honest request: one that goes on for longer still runs, but is not counted any more.
   */
  readonly maxHoldMs?: Millis
  /** What it is made of; default: the real one. */
  readonly base?: Environment
}

/** How often somebody who waits looks for what others have left behind. */
const beatMs: Millis = 10

interface Due {
  readonly at: Millis
  readonly fn: () => void
}

/**
 * Remembers what is to run, and runs it when its own timer fires, or else when a request comes or one that waits looks. So nothing is lost
 * with a request that ends before its timers do, and with nobody there nothing runs.
 */
class RequestBound implements Clock, EventLoop, Attendance {
  readonly #clock: Clock
  readonly #loop: EventLoop
  readonly #dues = new Set<Due>()

  constructor({ clock, loop }: Environment) {
    this.#clock = clock
    this.#loop = loop
  }

  now(): Millis {
    return this.#clock.now()
  }

  after(delayMs: Millis, fn: () => void): () => void {
    const due = this.#add(delayMs, fn)
    const cancel = this.#clock.after(delayMs, () => this.#run(due))
    return () => {
      this.#dues.delete(due)
      cancel()
    }
  }

  nextTurn(fn: () => void): void {
    const due = this.#add(0, fn)
    this.#loop.nextTurn(() => this.#run(due))
  }

  entered(): void {
    const now = this.now()
    // A copy, for what runs may ask to run again, and that is for another time.
    const dues = [...this.#dues].filter(({ at }) => at <= now)
    for (const due of dues) this.#run(due)
  }

  waiting(): () => void {
    let cancel: (() => void) | undefined
    const beat = (): void => {
      cancel = this.#clock.after(beatMs, beat)
      this.entered()
    }
    cancel = this.#clock.after(beatMs, beat)
    return () => cancel?.()
  }

  #add(delayMs: Millis, fn: () => void): Due {
    const due = { at: this.now() + delayMs, fn }
    this.#dues.add(due)
    return due
  }

  /** Whoever comes first runs it. */
  #run(due: Due): void {
    if (this.#dues.delete(due)) due.fn()
  }
}

/**
 * An environment for isolates, where a timer belongs to the request that set it and is gone with it: what others wait for would never come.
 * Starts nothing by itself. Guards tell it of requests: see the option `attendance`. Use `systemEnvironment` where timers are those
 * of the process. Throws a TypeError or RangeError for a bad `maxHoldMs`.
 */
export function createRequestBoundEnvironment(options: RequestBoundOptions = {}): RequestBoundEnvironment {
  const { maxHoldMs = 60_000, base = systemEnvironment } = options
  checkNumber('createRequestBoundEnvironment', 'maxHoldMs', maxHoldMs, { min: 1, max: 2_147_483_647 })
  const bound = new RequestBound(base)
  const { random, signals } = base
  return { clock: bound, loop: bound, random, signals, attendance: bound, maxHoldMs }
}

/** The environment, if it is bound to requests: one whose timers are those of the process is not. */
export function asRequestBound(environment: Environment): RequestBoundEnvironment | undefined {
  return 'attendance' in environment ? (environment as RequestBoundEnvironment) : undefined
}
