/** The rate limiter of core as a store: under express-rate-limit itself, or under this entry. */
import { checkFunction, checkKnown, createTicket, KeyedRateLimiter, systemClock, systemWallTime } from '@spillway/core'
import type { Clock, WallTime } from '@spillway/core'
import type { ClientRateLimitInfo, Store } from './types.ts'

/** Options of {@link GcraStore}. */
export interface GcraStoreOptions {
  /** Keys that are known exactly; integer, 1..2^28, default 1,000,000 (43 MB). Beyond it memory stays bounded and nobody is forgiven. */
  readonly maxKeys?: number
  /** For tests. */
  readonly clock?: Clock
  /** For tests. */
  readonly wallTime?: WallTime
}

/** What of a limiter's options the store looks at. */
export interface GcraStoreInit {
  readonly windowMs: number
  readonly limit: unknown
  readonly statusCode?: number
  readonly skipFailedRequests?: boolean
  readonly skipSuccessfulRequests?: boolean
}

/** Farthest instant that is told, about 100 years. */
const maxResetMs = 3_155_760_000_000

/**
 * Lets a key have `limit` requests at once, and gives them back evenly over `windowMs`: there is no window whose end lets twice as many in
 * at once, as there is with {@link MemoryStore}, and whoever is refused waits for the next one, not for all of them. One number
 * per key, bounded memory, no timers. It implements the `Store` of express-rate-limit, whose `limit` must be a number then: the
 * store decides, so it has to know. Refused requests are not counted, and `resetTime` is when the next one is let in, or, for those let
 * in, when all of the quota is back.
 *
 * `rateLimit({ limit: 100, windowMs: 60_000, store: new GcraStore() })`
 */
export class GcraStore implements Store {
  readonly localKeys: boolean = true
  readonly #maxKeys: number | undefined
  readonly #clock: Clock
  readonly #wallTime: WallTime
  #rate = { limit: 0, windowMs: 1 }
  #limiter: KeyedRateLimiter | undefined
  #takesBackRefused = false

  constructor(options: GcraStoreOptions = {}) {
    checkKnown('GcraStore', options, ['maxKeys', 'clock', 'wallTime'])
    const { maxKeys, clock = systemClock, wallTime = systemWallTime } = options
    this.#maxKeys = maxKeys
    this.#clock = clock
    this.#wallTime = checkFunction('GcraStore', 'wallTime', wallTime)
    this.#create({ limit: 1, windowMs: 1 }) // throws here, not when a limiter is made, for bad options
    this.#limiter = undefined
  }

  /** Throws a TypeError or RangeError for a `limit` or `windowMs` that it cannot work with; a function as `limit` is such. */
  init(options: GcraStoreInit): void {
    const { limit, windowMs, statusCode = 429, skipFailedRequests = false, skipSuccessfulRequests = false } = options
    this.#create({ limit: limit as number, windowMs })
    // why: then the limiter takes back the hit of each refusal as well, and what is given back has to have been taken.
    this.#takesBackRefused = statusCode >= 400 ? skipFailedRequests : skipSuccessfulRequests
  }

  async get(key: string): Promise<ClientRateLimitInfo | undefined> {
    const limiter = this.#ready()
    const now = this.#clock.now()
    const refused = limiter.peek(createTicket(now, { key }), now)
    const info = this.#describe(limiter, key, now)
    if (refused !== undefined) return { totalHits: this.#rate.limit, resetTime: this.#in(refused.retryAfterMs) }
    return info.totalHits === 0 ? undefined : info
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    const limiter = this.#ready()
    const now = this.#clock.now()
    const refused = limiter.admit(createTicket(now, { key }), now)
    if (refused === undefined) return this.#describe(limiter, key, now)
    if (this.#takesBackRefused && this.#rate.limit > 0) limiter.penalty(key, 1, now)
    return { totalHits: this.#rate.limit + 1, resetTime: this.#in(refused.retryAfterMs) }
  }

  async decrement(key: string): Promise<void> {
    this.#ready().reward(key, 1, this.#clock.now())
  }

  async resetKey(key: string): Promise<void> {
    this.#ready().reset(key)
  }

  async resetAll(): Promise<void> {
    if (this.#limiter !== undefined) this.#create(this.#rate)
  }

  #create(rate: { readonly limit: number; readonly windowMs: number }): void {
    const { limit, windowMs } = rate
    this.#limiter = new KeyedRateLimiter({
      limit,
      windowMs,
      ...(this.#maxKeys !== undefined && { maxKeys: this.#maxKeys }),
    })
    this.#rate = { limit, windowMs }
  }

  #ready(): KeyedRateLimiter {
    if (this.#limiter !== undefined) return this.#limiter
    throw new Error('GcraStore: used before init(), or init() failed')
  }

  #describe(limiter: KeyedRateLimiter, key: string, now: number): ClientRateLimitInfo {
    const [quota] = limiter.describe(createTicket(now, { key }), now)
    const { remaining = 0, resetMs = 0 } = quota ?? {}
    return { totalHits: this.#rate.limit - remaining, resetTime: this.#in(resetMs) }
  }

  #in(ms: number): Date {
    return this.#wallTime(Math.min(ms, maxResetMs))
  }
}
