/** A rate limit for HTTP requests: a quota for each caller, or several that are decided as one. */
import { all, checkKnown, Guard } from '@spillway/core'
import type { Environment, KeyedRateLimiter } from '@spillway/core'
import { createHttpPolicy } from './http-policy.ts'
import { httpOptionNames } from './options.ts'
import type { HttpOptions } from './options.ts'
import type { HttpPolicy, RateLimitInfo } from './policy.ts'
import { createLimiter, limitsOf } from './quotas.ts'
import type { QuotaOptions, RateOptions } from './quotas.ts'
import type { Reader } from './reader.ts'
import type { HttpTicket } from './ticket.ts'

/** Options of `rateLimit()`. The names are those of express-rate-limit where it has them. */
export interface RateLimitOptions<Req> extends HttpOptions<Req>, Partial<RateOptions> {
  /**
   * Several limits in one decision, instead of `limit`: a request that one of them refuses costs nothing in the others. For a
   * login, say: so many tries per address, and fewer per account.
   */
  readonly limits?: readonly QuotaOptions<Req>[]
}

/** A rate limit and its limiters, for whoever wants to `penalty`, `reward`, `block` or `reset` a key. */
export interface RateLimitPolicy<Req> extends HttpPolicy<Req> {
  /** The only limiter, or the first of several. */
  readonly limiter: KeyedRateLimiter
  /** All limiters, by name. */
  readonly limiters: ReadonlyMap<string, KeyedRateLimiter>
}

const ownNames = ['limit', 'windowMs', 'burst', 'blockMs', 'maxKeys', 'limits']

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
  const httpOptions = Object.fromEntries(Object.entries(options).filter(([name]) => !ownNames.includes(name)))
  const limits = limitsOf(owner, options)
  const limiters = limits.map(createLimiter)
  const [first] = limiters as [KeyedRateLimiter]
  const limiter = limiters.length === 1 ? first : all(...limiters)
  const gate = new Guard(limiter, environment.clock)
  const parts = { gate, clock: environment.clock, quotas: limiter, owner, defaultName: 'rate', settlesAtOnce: true }
  const namedKeys = new Map(limits.flatMap(({ name, keyGenerator }) => (keyGenerator ? [[name, keyGenerator]] : [])))
  const policy = createHttpPolicy(reader, { random: environment.random, ...httpOptions, ...parts, namedKeys })
  return Object.assign(policy, { limiter: first, limiters: new Map(limiters.map((each) => [each.name, each])) })
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
