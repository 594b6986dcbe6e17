/** Shutting down without dropping work: nothing new, and a promise of the last of the old. */
import type { Clock } from './clock.ts'
import type { Idling } from './compose/idle.ts'
import type { Limiter } from './limiter.ts'
import { checkKnown, checkNumber } from './options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from './ticket.ts'

/** How a {@link DrainingLimiter} drains. */
export interface DrainingLimiterOptions {
  /** Named in rejections; default `draining`. */
  readonly name?: string
  /** Longest that `idle()` waits; 0..86400000 (a day), default 30000: what orchestrators commonly allow before they kill. */
  readonly graceMs?: Millis
  /** What refusals promise; 1..86400000, default 1000: by then another process answers at this address. */
  readonly retryAfterMs?: Millis
}

/**
 * Admits everything and counts it, until `drain()`: from then on refuses everything as `draining`. Put it first, so that it counts
 * whatever the others let in. A {@link QueueGate} around it passes the refusal on to whoever waits when they are next asked for;
 * `QueueGate.close()` does so at once.
 */
export class DrainingLimiter implements Limiter, Idling {
  readonly name: string
  #inflight = 0
  #draining = false
  readonly #clock: Clock
  readonly #graceMs: Millis
  readonly #no: Rejection
  #idle: Promise<boolean> | undefined
  #finish: ((idle: boolean) => void) | undefined

  constructor(clock: Clock, options: DrainingLimiterOptions = {}) {
    checkKnown('DrainingLimiter', options, ['name', 'graceMs', 'retryAfterMs'])
    const { name = 'draining', graceMs = 30_000, retryAfterMs = 1000 } = options
    this.#graceMs = checkNumber('DrainingLimiter', 'graceMs', graceMs, { min: 0, max: 86_400_000 })
    checkNumber('DrainingLimiter', 'retryAfterMs', retryAfterMs, { min: 1, max: 86_400_000 })
    this.name = name
    this.#clock = clock
    this.#no = Object.freeze({ reason: 'draining', limiter: name, retryAfterMs })
  }

  /** Whether `drain()` was called. */
  get draining(): boolean {
    return this.#draining
  }

  /** How many were let in and have not ended. */
  get inflight(): number {
    return this.#inflight
  }

  admit(_ticket: Ticket, _now: Millis): Verdict {
    if (this.#draining) return this.#no
    this.#inflight++
    return undefined
  }

  settle(_ticket: Ticket, _now: Millis, _outcome: Outcome): void {
    if (this.#inflight > 0) this.#inflight--
    if (this.#inflight === 0) this.#finish?.(true)
  }

  isIdle(): boolean {
    return this.#inflight === 0
  }

  /** Lets nothing in any more. Cannot be undone. */
  drain(): void {
    this.#draining = true
  }

  /** True as soon as nothing is in flight; false if something still is when `graceMs` have passed. Never rejects. */
  idle(): Promise<boolean> {
    if (this.#inflight === 0) return Promise.resolve(true)
    this.#idle ??= new Promise((resolve) => {
      const cancelTimer = this.#clock.after(this.#graceMs, () => this.#finish?.(false))
      this.#finish = (idle) => {
        cancelTimer()
        this.#idle = this.#finish = undefined
        resolve(idle)
      }
    })
    return this.#idle
  }
}
