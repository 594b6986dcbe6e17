/** How many run at once, enforced: a count against a {@link Limit}. */
import type { Idling } from '../compose/idle.ts'
import { checkKnown, checkNumber } from '../options.ts'
import type { Limiter } from '../limiter.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import type { Limit } from './limit.ts'

/** What a full {@link ConcurrencyLimiter} answers when it was told nothing else, in milliseconds. */
export const concurrencyRetryAfterMs = 1000

/** How a {@link ConcurrencyLimiter} presents itself. */
export interface ConcurrencyLimiterOptions {
  /** Named in rejections; default `concurrency`. */
  readonly name?: string
  /**
   * What refusals promise; 1..86400000, default {@link concurrencyRetryAfterMs}. It is a guess, for nobody knows when work ends.
   * A queue in front asks again after it at the latest, which is also how soon it notices a limit that rose while nothing ended.
   */
  readonly retryAfterMs?: Millis
}

/**
 * Lets work in while fewer run than `limit.value` allows, and reports to the limit how long each took.
 * Bounds what runs at once; to bound how often something starts use a rate limiter. O(1), allocates nothing.
 * `success` and `dropped` are samples; `ignored` and `revoked` only give their place back.
 */
export class ConcurrencyLimiter implements Limiter, Idling {
  readonly name: string
  #inflight = 0
  #limit: Limit
  readonly #full: Rejection

  constructor(limit: Limit, options: ConcurrencyLimiterOptions = {}) {
    checkKnown('ConcurrencyLimiter', options, ['name', 'retryAfterMs'])
    const { name = 'concurrency', retryAfterMs = concurrencyRetryAfterMs } = options
    checkNumber('ConcurrencyLimiter', 'retryAfterMs', retryAfterMs, { min: 1, max: 86_400_000 })
    this.name = name
    this.#limit = limit
    this.#full = Object.freeze({ reason: 'concurrency', limiter: name, retryAfterMs })
  }

  /** How many run now; never negative. */
  get inflight(): number {
    return this.#inflight
  }

  /** The limit that is enforced now. */
  get limit(): Limit {
    return this.#limit
  }

  /** Enforces another limit from now on. Work that runs keeps its place and counts against the new one. */
  setLimit(limit: Limit): void {
    this.#limit = limit
  }

  admit(_ticket: Ticket, _now: Millis): Verdict {
    // The same as inflight >= floor(value), without the floor.
    if (this.#inflight + 1 > this.#limit.value) return this.#full
    this.#inflight++
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    const inflight = this.#inflight
    // A settle too many is a fault of the caller that `checked` finds; here it must not open a place that nobody gave back.
    if (inflight === 0) return
    this.#inflight = inflight - 1
    if (outcome === 'success') this.#limit.sample(now, now - ticket.startedAt, inflight, false)
    else if (outcome === 'dropped') this.#limit.sample(now, now - ticket.startedAt, inflight, true)
    else if (outcome === 'ignored') this.#limit.lost?.(now, now - ticket.startedAt, inflight)
  }

  isIdle(_now: Millis): boolean {
    return this.#inflight === 0
  }
}
