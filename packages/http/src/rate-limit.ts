/** A rate limit for HTTP requests: a quota for each caller. */
import { checkKnown, Guard, KeyedRateLimiter } from '@spillway/core'
import type { Environment, KeyedRateLimitOptions } from '@spillway/core'
import { createHttpPolicy } from './http-policy.ts'
import { checkName, httpOptionNames } from './options.ts'
import type { HttpOptions } from './options.ts'
import type { HttpPolicy, RateLimitInfo } from './policy.ts'
import type { Reader } from './reader.ts'
import type { HttpTicket } from './ticket.ts'

/** Options of `rateLimit()`. The names are those of express-rate-limit where it has them. */
export interface RateLimitOptions<Req> extends HttpOptions<Req> {
  /** Units per window and caller; integer >= 0. 0 refuses everything. */
  readonly limit: number
  /** Length of the window; 1 ms to 366 days, default a minute. */
  readonly windowMs?: number
  /** Units that may come at once after a pause; integer >= 1, default `limit`. */
  readonly burst?: number
  /** Who exceeds the limit is refused everything for so long; default 0. */
  readonly blockMs?: number
  /** Callers that are known exactly; default 1,000,000. Beyond it memory stays bounded and nobody is forgiven. */
  readonly maxKeys?: number
}

/** A rate limit and its limiter, for whoever wants to `penalty`, `reward`, `block` or `reset` a key. */
export interface RateLimitPolicy<Req> extends HttpPolicy<Req> {
  readonly limiter: KeyedRateLimiter
}

const ownNames = ['limit', 'windowMs', 'burst', 'blockMs', 'maxKeys']

/**
 * Makes the policy behind `rateLimit()`: each caller, by address unless `keyGenerator` says otherwise, may take `limit` units
 * per window. It bounds how often work starts; to bound how much runs at once use {@link createConcurrencyPolicy}.
 * Sends `RateLimit` headers of draft-10 unless told otherwise. Throws a TypeError or RangeError for bad options.
 */
export function createRateLimitPolicy<Req>(
  reader: Reader<Req>,
  environment: Environment,
  options: RateLimitOptions<Req>,
): RateLimitPolicy<Req> {
  const owner = 'rateLimit'
  checkKnown(owner, options, [...ownNames, ...httpOptionNames])
  const { limit, windowMs = 60_000, burst, blockMs, maxKeys, ...httpOptions } = options
  const defaultName = 'rate'
  const rate: KeyedRateLimitOptions = {
    limit,
    windowMs,
    name: checkName(owner, options, defaultName),
    ...(burst !== undefined && { burst }),
    ...(blockMs !== undefined && { blockMs }),
    ...(maxKeys !== undefined && { maxKeys }),
  }
  const limiter = new KeyedRateLimiter(rate)
  const gate = new Guard(limiter, environment.clock)
  const parts = { gate, clock: environment.clock, quotas: limiter, owner, defaultName, settlesAtOnce: true }
  return Object.assign(createHttpPolicy(reader, { random: environment.random, ...httpOptions, ...parts }), { limiter })
}

/** Who else looks at quotas, beside the headers. */
export interface QuotaExposure<Req> {
  /** Puts a quota where users of the framework look for it. Must not throw. */
  readonly expose: (req: Req, info: RateLimitInfo) => void
  /** Also for requests that are refused: for handlers and error handlers that say when to come back. */
  readonly refused: boolean
}

/** The same policy, which also exposes what the caller has left, at the moment of the decision. */
export function exposingQuota<Req>(policy: RateLimitPolicy<Req>, exposure: QuotaExposure<Req>): RateLimitPolicy<Req> {
  const admitHeaders = policy.admitHeaders.bind(policy)
  const refuse = policy.refuse.bind(policy)
  const { expose } = exposure
  const tell = (ticket: HttpTicket<Req>): void => {
    const info = policy.info(ticket)
    if (info !== undefined) expose(ticket.req, info)
  }
  const alsoRefused: Pick<HttpPolicy<Req>, 'refuse'> = {
    refuse(ticket, rejection) {
      tell(ticket)
      return refuse(ticket, rejection)
    },
  }
  return Object.assign(policy, exposure.refused ? alsoRefused : {}, {
    admitHeaders(ticket: HttpTicket<Req>): readonly string[] | undefined {
      tell(ticket)
      return admitHeaders(ticket)
    },
  })
}
