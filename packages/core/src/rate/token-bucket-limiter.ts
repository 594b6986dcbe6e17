/** A token bucket as a limiter: one quota for everybody together. */
import type { Quota } from '../limiter.ts'
import { checkKnown } from '../options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import type { Rate } from './options.ts'
import type { QuotaLimiter } from './quota-limiter.ts'
import { refuse, refuseForever } from './rejection.ts'
import { TokenBucket } from './token-bucket.ts'

/** Options of {@link TokenBucketLimiter}. */
export interface TokenBucketOptions extends Rate {
  /** Name in refusals and headers. Default: `rate`. */
  readonly name?: string
}

/**
 * Lets in what a {@link TokenBucket} has tokens for. Decides as {@link RateLimiter} does; use it where requests share a budget with
 * work that reserves ahead on the same `bucket`, or where rate and burst change apart. `revoked` gives tokens back.
 */
export class TokenBucketLimiter implements QuotaLimiter {
  readonly name: string
  /** The bucket itself, for reservations and changes. */
  readonly bucket: TokenBucket
  readonly #never: Rejection
  /** Whether the burst was named; one that was not follows the limit. */
  #hasBurst: boolean

  constructor(options: TokenBucketOptions) {
    checkKnown('tokenBucket', options, ['limit', 'windowMs', 'burst', 'name'])
    const { name = 'rate', ...rate } = options
    this.name = name
    this.bucket = new TokenBucket(rate)
    this.#hasBurst = rate.burst !== undefined
    this.#never = refuseForever('rate', name)
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    return this.bucket.take(ticket.cost, now) ? undefined : this.#refusal(ticket, now)
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    if (outcome === 'revoked') this.bucket.give(ticket.cost, now)
  }

  /** What `admit` would say, taking nothing. */
  peek(ticket: Ticket, now: Millis): Verdict {
    return this.bucket.waitMs(ticket.cost, now) === 0 ? undefined : this.#refusal(ticket, now)
  }

  describe(_ticket: Ticket, now: Millis): readonly Quota[] {
    const { limit, windowMs, burst } = this.bucket.rate
    const remaining = Math.max(0, Math.floor(this.bucket.tokens(now)))
    const nextMs = remaining >= burst ? 0 : this.bucket.waitMs(remaining + 1, now)
    const resetMs = this.bucket.waitMs(Math.min(limit, burst), now)
    return [{ name: this.name, limit, windowMs, remaining, nextMs, resetMs }]
  }

  /** Only while the bucket is full. */
  isIdle(now: Millis): boolean {
    return this.bucket.tokens(now) >= this.bucket.rate.burst
  }

  /** Changes the rate from now on; a burst that nobody named follows the limit. Tokens stay, but for those above a smaller burst. */
  update(change: Partial<Rate>, now: Millis): void {
    const { limit } = change
    const follows = limit !== undefined && !this.#hasBurst && change.burst === undefined
    this.bucket.update(follows ? { ...change, burst: limit } : change, now)
    if (change.burst !== undefined) this.#hasBurst = true
  }

  #refusal(ticket: Ticket, now: Millis): Verdict {
    const waitMs = this.bucket.waitMs(ticket.cost, now)
    return waitMs === Infinity ? this.#never : refuse('rate', this.name, waitMs)
  }
}
