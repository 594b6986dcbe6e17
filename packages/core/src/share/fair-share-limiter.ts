/** Refuses what is beyond a tenant's fair share while there is not enough for all. */
import type { Limiter } from '../limiter.ts'
import { checkFunction, checkKnown, checkNumber } from '../options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { FairShare } from './fair-share.ts'
import { fairShareOptions } from './fair-share-options.ts'
import type { FairShareOptions, FairShareSnapshot } from './fair-share-options.ts'

/** How a {@link FairShareLimiter} judges. */
export interface FairShareLimiterOptions extends Omit<FairShareOptions, 'holdMs'> {
  /**
   * Whose share a ticket counts against; `undefined` lets it pass uncounted. Asked again when the work ends: pure. If it throws, the
   * ticket passes and {@link FairShareLimiter.failures} counts it. Default: `ticket.key`.
   */
  readonly by?: (ticket: Ticket) => string | undefined
  /**
   * Whether there is not enough for all now. Where the limiter behind is at hand, ask it: `() => limiter.inflight >= 0.7 *
   * limiter.limit.value`. If it throws, there is enough. Default: by what is refused behind this one, see `reserve`.
   */
  readonly congested?: (now: Millis) => boolean
  /**
   * Part of what was in flight when somebody was last refused behind this one that is kept for work within its share; 0 to 0.9, default
   * 0.3; less than two places is no reserve. The more, the fewer of those are refused by chance; where all places are needed to be busy, the
   * less is done when they do not come. Without meaning where `congested` is given.
   */
  readonly reserve?: number
  /** Named in rejections; default `fairness`. */
  readonly name?: string
  /** What refusals promise; 1..86400000, default 1000. It is a guess. */
  readonly retryAfterMs?: Millis
}

const owner = 'FairShareLimiter'
const known = [...fairShareOptions.filter((option) => option !== 'holdMs'), 'by', 'congested', 'reserve', 'name']
/**
 * What was in flight at the last refusal is taken for more by this part of it after one step, four times this after two, and so on. A
 * step is a second, or as long as it takes to serve that much twenty times, where that is longer.
 */
const growth = 0.05
const turnsPerStep = 20

/**
 * In front of whatever knows how much there is room for (a concurrency limiter, a queue): while that is nearly full it refuses work of
 * tenants beyond their {@link FairShare}, so that the room which is left is for the others. Work within its share is never refused here,
 * and nothing is as long as there is room for all. O(1), allocates nothing on admission.
 *
 * `revoked` tells it that somebody behind refused: the charge is given back, and what is in flight then is how much there is room for.
 * So put limiters that refuse for other reasons, such as rates, before it. To give tenants turns in a queue use a discipline of turns; to
 * serve what is beyond last instead of refusing it, ask a {@link FairShare} yourself.
 *
 * Sources: core-stateless fair queueing (Stoica, Shenker and Zhang, 1998) for the aim; trunk reservation of telephony for the reserve.
 */
export class FairShareLimiter implements Limiter {
  readonly name: string
  readonly #fair: FairShare
  readonly #by: ((ticket: Ticket) => string | undefined) | undefined
  readonly #congested: ((now: Millis) => boolean) | undefined
  #reserve: number
  #beyond: Rejection
  #inflight = 0
  #failures = 0
  // Doubles that change are kept in an array: as fields V8 boxes them. [in flight at the last refusal behind, when
  // that was, how many were served since]
  readonly #full: Float64Array = new Float64Array([Infinity, 0, 0])

  constructor(options: FairShareLimiterOptions = {}) {
    checkKnown(owner, options, [...known, 'retryAfterMs'])
    const { by, congested, reserve = 0.3, name = 'fairness', retryAfterMs = 1000, ...share } = options
    this.#by = by === undefined ? undefined : checkFunction(owner, 'by', by)
    this.#congested = congested === undefined ? undefined : checkFunction(owner, 'congested', congested)
    this.#reserve = checkReserve(reserve)
    this.#fair = new FairShare(share)
    this.name = name
    this.#beyond = refusal(name, retryAfterMs)
  }

  /** How often `by`, `congested` or `weightOf` threw. */
  get failures(): number {
    return this.#failures + this.#fair.failures
  }

  /** How many run or wait behind it. */
  get inflight(): number {
    return this.#inflight
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const key = this.#keyOf(ticket)
    if (key === undefined) return undefined
    if (this.#fair.isBeyond(key, ticket.cost, now, this.#isCongested(now))) return this.#beyond
    this.#inflight++
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    const key = this.#keyOf(ticket)
    if (key === undefined || this.#inflight === 0) return
    this.#inflight--
    const full = this.#full
    if (outcome !== 'revoked') {
      full[2] = (full[2] as number) + 1
      this.#fair.served(ticket.cost, now)
      return
    }
    this.#fair.refund(key, ticket.cost)
    this.#fair.congested(now, ticket.cost)
    // At least one: nothing would never grow to anything.
    full[0] = Math.max(1, this.#inflight)
    full[1] = now
    full[2] = 0
  }

  /** Changes reserve or promise from now on. Throws as the constructor does, and then changes nothing. */
  update(change: Pick<FairShareLimiterOptions, 'reserve' | 'retryAfterMs'>): void {
    checkKnown(owner, change, ['reserve', 'retryAfterMs'])
    const { reserve = this.#reserve, retryAfterMs = this.#beyond.retryAfterMs } = change
    const beyond = refusal(this.name, retryAfterMs)
    this.#reserve = checkReserve(reserve)
    this.#beyond = beyond
  }

  snapshot(): FairShareSnapshot {
    return this.#fair.snapshot()
  }

  #isCongested(now: Millis): boolean {
    if (this.#congested === undefined) {
      const places = this.#full[0] as number
      const elapsed = (now - (this.#full[1] as number)) / 1000
      const turns = (this.#full[2] as number) / places
      const steps = Math.max(0, Math.min(elapsed, turns / turnsPerStep))
      return this.#inflight >= places * (1 + growth * steps * steps) * (1 - this.#reserve)
    }
    try {
      return this.#congested(now)
    } catch {
      this.#failures++
      return false
    }
  }

  #keyOf(ticket: Ticket): string | undefined {
    if (this.#by === undefined) return ticket.key
    try {
      return this.#by(ticket)
    } catch {
      this.#failures++
      return undefined
    }
  }
}

function checkReserve(reserve: number): number {
  return checkNumber(owner, 'reserve', reserve, { min: 0, max: 0.9 })
}

function refusal(limiter: string, retryAfterMs: Millis): Rejection {
  checkNumber(owner, 'retryAfterMs', retryAfterMs, { min: 1, max: 86_400_000 })
  return Object.freeze({ reason: 'fairness', limiter, retryAfterMs })
}
