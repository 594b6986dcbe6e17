/** Counters of throttlers in this process: a number per key, bounded, all or nothing. */
import { createTicket, KeyedRateLimiter } from '@spillway/core'
import type { Clock, Millis, Ticket } from '@spillway/core'
import type { ThrottlerStorageRecord } from './options.ts'

/** One throttler's question. */
export interface Hit {
  readonly key: string
  readonly limit: number
  readonly ttl: number
  readonly blockDuration: number
}

/** Limits may be functions of the call, so there may be any number of rates. Beyond so many the oldest is forgotten, with its counters. */
const maxRates = 256
const maxUnits = 2 ** 50
const maxWindowMs = 366 * 86_400_000

/** A hit that was let in, and may be taken back. */
interface Taken {
  readonly limiter: KeyedRateLimiter
  readonly ticket: Ticket
}

/** Makes the decisions of throttlers by limiters of core. */
export class ThrottleCounters {
  readonly #clock: Clock
  readonly #limiters = new Map<string, KeyedRateLimiter>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A record for each hit up to the first that is blocked; then nothing is charged anywhere. */
  take(hits: readonly Hit[]): ThrottlerStorageRecord[] {
    const now = this.#clock.now()
    const taken: Taken[] = []
    const records: ThrottlerStorageRecord[] = []
    for (const hit of hits) {
      const limiter = this.#limiter(hit)
      const ticket = createTicket(now, { key: hit.key })
      const no = limiter.admit(ticket, now)
      if (no === undefined) {
        taken.push({ limiter, ticket })
        records.push(this.#record(limiter, ticket, now))
        continue
      }
      for (const each of taken) each.limiter.settle(each.ticket, now, 'revoked')
      const retryAfterMs =
        no.reason === 'blocked' ? no.retryAfterMs : block(limiter, hit, { retryAfterMs: no.retryAfterMs, now })
      const timeToBlockExpire = Math.ceil(Math.min(retryAfterMs, maxWindowMs) / 1000)
      records.push({
        ...this.#record(limiter, ticket, now),
        totalHits: hit.limit + 1,
        isBlocked: true,
        timeToBlockExpire,
      })
      break
    }
    return records
  }

  #record(limiter: KeyedRateLimiter, ticket: Ticket, now: Millis): ThrottlerStorageRecord {
    const [quota] = limiter.describe(ticket, now)
    const { limit = 0, remaining = 0, resetMs = 0 } = quota ?? {}
    const timeToExpire = Math.ceil(Math.min(resetMs, maxWindowMs) / 1000)
    return { totalHits: limit - remaining, timeToExpire, isBlocked: false, timeToBlockExpire: 0 }
  }

  #limiter({ limit, ttl }: Hit): KeyedRateLimiter {
    const rate = {
      limit: Math.min(Math.max(0, Math.floor(limit)), maxUnits),
      windowMs: Math.min(Math.max(1, ttl), maxWindowMs),
    }
    const id = `${rate.limit}/${rate.windowMs}`
    let limiter = this.#limiters.get(id)
    if (limiter === undefined) {
      const [oldest] = this.#limiters.keys()
      if (oldest !== undefined && this.#limiters.size >= maxRates) this.#limiters.delete(oldest)
      this.#limiters.set(id, (limiter = new KeyedRateLimiter(rate)))
    }
    return limiter
  }
}

/** Who calls too often is blocked, and starts anew after it. Without a duration it has to wait for the next unit only. */
function block(
  limiter: KeyedRateLimiter,
  { key, blockDuration }: Hit,
  { retryAfterMs, now }: { readonly retryAfterMs: Millis; readonly now: Millis },
): Millis {
  if (!(blockDuration > 0)) return retryAfterMs
  limiter.reset(key)
  limiter.block(key, blockDuration, now)
  return blockDuration
}
