/** How many run at once, enforced: a count against a {@link Limit}. */
import type { Idling } from '../compose/idle.ts'
import { checkKnown, checkNumber } from '../options.ts'
import type { Limiter } from '../limiter.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import type { Limit } from './limit.ts'
import { permitsFor } from './permits.ts'

/** What a full {@link ConcurrencyLimiter} answers when it was told nothing else, in milliseconds. */
export const concurrencyRetryAfterMs = 1000

const owner = 'ConcurrencyLimiter'

/** How a {@link ConcurrencyLimiter} counts and presents itself. */
export interface ConcurrencyLimiterOptions {
  /** Named in rejections; default `concurrency`. */
  readonly name?: string
  /**
   * What refusals promise; 1..86400000, default {@link concurrencyRetryAfterMs}. It is a guess, for nobody knows when work ends.
   * A queue in front asks again after it at the latest, which is also how soon it notices a limit that rose while nothing ended.
   */
  readonly retryAfterMs?: Millis
  /**
   * Work takes as many permits as its ticket costs, and `inflight` and the limit count permits; default false: one each. For work whose
   * need differs by more than a few times and is known beforehand: rows to read, megabytes to hold, sub-requests to send.
   */
  readonly weighted?: boolean
}

/**
 * Lets work in while fewer run than `limit.value` allows, and reports to the limit how long each took.
 * Bounds what runs at once; to bound how often something starts use a rate limiter. O(1), allocates nothing.
 * `success` and `dropped` are samples; `ignored` and `revoked` only give their place back.
 *
 * With `weighted`, work that costs more than the whole limit runs when nothing else does (as in the API priority and fairness of
 * Kubernetes): refused for good it would fail only because the limit happens to be low now. Under steady load it may wait for long,
 * unless a queue in front keeps its turn. A cost of 0 or less takes nothing, but waits while more is in flight than may be; a cost
 * that is no number, or above 2^32, is refused with `Infinity`. Costs count in steps of 2^-20.
 */
export class ConcurrencyLimiter implements Limiter, Idling {
  readonly name: string
  #inflight = 0
  #limit: Limit
  #full: Rejection
  readonly #never: Rejection
  // Permits in flight where they are weighed. Apart, and in an array: a fraction in the other field would be boxed, and slow all down.
  readonly #permits: Float64Array | undefined

  constructor(limit: Limit, options: ConcurrencyLimiterOptions = {}) {
    checkKnown(owner, options, ['name', 'retryAfterMs', 'weighted'])
    const { name = 'concurrency', retryAfterMs = concurrencyRetryAfterMs, weighted = false } = options
    this.name = name
    this.#limit = limit
    this.#full = refuseFor(name, retryAfterMs)
    this.#never = Object.freeze({ reason: 'concurrency', limiter: name, retryAfterMs: Infinity })
    if (typeof weighted !== 'boolean')
      throw new TypeError(`${owner}: option "weighted" must be true or false, got ${String(weighted)}`)
    this.#permits = weighted ? new Float64Array(1) : undefined
  }

  /** How many run now, or how many permits they hold if these are weighed; never negative. */
  get inflight(): number {
    return this.#permits === undefined ? this.#inflight : (this.#permits[0] as number)
  }

  /** The limit that is enforced now. */
  get limit(): Limit {
    return this.#limit
  }

  /** Enforces another limit from now on. Work that runs keeps its place and counts against the new one. */
  setLimit(limit: Limit): void {
    this.#limit = limit
  }

  /** Changes what refusals promise from now on. Throws as the constructor does, and then changes nothing. */
  update(change: Pick<ConcurrencyLimiterOptions, 'retryAfterMs'>): void {
    checkKnown(owner, change, ['retryAfterMs'])
    if (change.retryAfterMs !== undefined) this.#full = refuseFor(this.name, change.retryAfterMs)
  }

  admit(ticket: Ticket, _now: Millis): Verdict {
    if (this.#permits !== undefined) return this.#admitWeighted(this.#permits, ticket)
    // The same as inflight >= floor(value), without the floor.
    if (this.#inflight + 1 > this.#limit.value) return this.#full
    this.#inflight++
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    const inflight = this.inflight
    if (this.#permits === undefined) {
      // A settle too many is a fault of the caller that `checked` finds; here it must not open a place that nobody gave back.
      if (inflight === 0) return
      this.#inflight = inflight - 1
    } else {
      const permits = permitsFor(ticket.cost)
      if (inflight < permits) return
      this.#permits[0] = inflight - permits
    }
    if (outcome === 'success') this.#limit.sample(now, now - ticket.startedAt, inflight, false)
    else if (outcome === 'dropped') this.#limit.sample(now, now - ticket.startedAt, inflight, true)
    else if (outcome === 'ignored') this.#limit.lost?.(now, now - ticket.startedAt, inflight)
  }

  #admitWeighted(held: Float64Array, ticket: Ticket): Verdict {
    const permits = permitsFor(ticket.cost)
    if (permits === Infinity) return this.#never
    const inflight = held[0] as number
    if (inflight > 0 && inflight + permits > this.#limit.value) return this.#full
    held[0] = inflight + permits
    return undefined
  }

  isIdle(_now: Millis): boolean {
    return this.inflight === 0
  }
}

function refuseFor(limiter: string, retryAfterMs: Millis): Rejection {
  checkNumber(owner, 'retryAfterMs', retryAfterMs, { min: 1, max: 86_400_000 })
  return Object.freeze({ reason: 'concurrency', limiter, retryAfterMs })
}
