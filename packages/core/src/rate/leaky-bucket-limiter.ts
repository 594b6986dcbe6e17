/** Lets work start at even distances. */
import type { Quota } from '../limiter.ts'
import { checkKnown } from '../options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { LeakyBucket } from './leaky-bucket.ts'
import type { WindowRate } from './options.ts'
import { changeWindow, checkWindow } from './options.ts'
import type { QuotaLimiter } from './quota-limiter.ts'
import { refuse, refuseForever } from './rejection.ts'

/** Options of {@link LeakyBucketLimiter}. */
export interface LeakyBucketOptions extends WindowRate {
  /** Name in refusals and headers. Default: `rate`. */
  readonly name?: string
}

const owner = 'LeakyBucketLimiter'

/**
 * Lets work start at even distances of `windowMs / limit`, and refuses what comes between: for what stands no bursts at all. What
 * costs c units closes it for c distances; up to `limit` may be asked for at once.
 *
 * A refusal names the next slot exactly, so that a queue in front shapes traffic instead of refusing it; {@link LeakyBucketGate} does
 * that, and tells at once who would wait too long. Arrivals at random do not keep distances: behind nothing that waits, a
 * {@link RateLimiter} with a small `burst` refuses far fewer of them at the same rate.
 *
 * A cost above `limit` is refused with `Infinity`, a cost of 0 takes nothing, a limit of 0 refuses everything. `revoked` gives back
 * what of its slots has not passed. A clock that goes back gives nothing.
 */
export class LeakyBucketLimiter implements QuotaLimiter {
  readonly name: string
  readonly #bucket: LeakyBucket
  readonly #never: Rejection
  #rate: WindowRate

  constructor(options: LeakyBucketOptions) {
    checkKnown(owner, options, ['limit', 'windowMs', 'name'])
    this.name = options.name ?? 'rate'
    this.#rate = checkWindow(owner, options)
    this.#bucket = new LeakyBucket(this.#rate, 0)
    this.#never = refuseForever('rate', this.name)
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const bucket = this.#bucket
    bucket.clock.advance(now)
    const need = bucket.ticks.need(ticket.cost)
    if (need === 0 || need > bucket.ticks.span || !bucket.free) return this.#refusal(need, now)
    bucket.take(ticket, need, bucket.next)
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    if (outcome === 'revoked') this.#bucket.giveBack(ticket, now)
    else this.#bucket.ended(ticket)
  }

  peek(ticket: Ticket, now: Millis): Verdict {
    this.#bucket.clock.advance(now)
    return this.#refusal(this.#bucket.ticks.need(ticket.cost), now)
  }

  isIdle(now: Millis): boolean {
    this.#bucket.clock.advance(now)
    return this.#bucket.free
  }

  /** One unit remains while a slot is free: more start one after the other. */
  describe(_ticket: Ticket, now: Millis): readonly Quota[] {
    const { limit, windowMs } = this.#rate
    this.#bucket.clock.advance(now)
    const free = limit > 0 && this.#bucket.free
    const waitMs = limit === 0 ? Infinity : free ? 0 : this.#bucket.clock.until(this.#bucket.next, now)
    return [{ name: this.name, limit, windowMs, remaining: free ? 1 : 0, nextMs: waitMs, resetMs: waitMs }]
  }

  /** Changes the rate from now on. What is in the bucket stays in it, and leaks out at the new rate. */
  update(change: Partial<WindowRate>, now: Millis): void {
    const rate = changeWindow(owner, this.#rate, change)
    this.#bucket.update(rate, 0, now)
    this.#rate = rate
  }

  #refusal(need: number, now: Millis): Verdict {
    const { ticks, clock, free, next } = this.#bucket
    if (need > ticks.span) return this.#never
    return need === 0 || free ? undefined : refuse('rate', this.name, clock.until(next, now))
  }
}
