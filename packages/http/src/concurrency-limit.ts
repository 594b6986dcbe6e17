/** A bound on how many requests run at once, with or without a waiting room. */
import { checkKnown, checkNumber, ConcurrencyLimiter, Fifo, FixedLimit, Guard, QueueGate } from '@spillway/core'
import type { Described, Environment, Gate, Limit } from '@spillway/core'
import { createHttpPolicy } from './http-policy.ts'
import { checkName, httpOptionNames } from './options.ts'
import type { HttpOptions } from './options.ts'
import type { HttpPolicy } from './policy.ts'
import type { Reader } from './reader.ts'
import type { KeyOptions } from './request/key.ts'

/** Options of `concurrencyLimit()`. One limit for all callers, so there is nothing about keys. */
export interface ConcurrencyLimitOptions<Req> extends Omit<HttpOptions<Req>, keyof KeyOptions<Req> | 'cost'> {
  /** How many may run at once; an integer >= 1, or a limit that learns. */
  readonly limit: number | Limit
  /** How many may wait for a place; integer, 0..1,000,000, default 0: nobody. */
  readonly maxQueue?: number
  /** Longest wait; > 0 and at most an hour, default 1000. A deadline ends it earlier. */
  readonly maxWaitMs?: number
}

/** A concurrency limit and what it counts. */
export interface ConcurrencyLimitPolicy<Req> extends HttpPolicy<Req> {
  readonly limiter: ConcurrencyLimiter
  /** How many wait now. */
  waiting(): number
}

const owner = 'concurrencyLimit'
const ownNames = ['limit', 'maxQueue', 'maxWaitMs']
const keyNames = ['keyGenerator', 'keys', 'ipv6PrefixBits', 'ipv6Subnet', 'trustProxy', 'forwardedHeader', 'cost']

/**
 * Makes the policy behind `concurrencyLimit()`: at most `limit` requests run at once, and `maxQueue` wait. To bound how often
 * work starts use {@link createRateLimitPolicy}; where the right number is not known use {@link createOverloadPolicyWith}.
 * Tells nobody how much the server can do unless `standardHeaders` asks for it (`qu="concurrent-requests"` of draft-10).
 * Throws a TypeError or RangeError for bad options.
 */
export function createConcurrencyPolicy<Req>(
  reader: Reader<Req>,
  environment: Environment,
  options: ConcurrencyLimitOptions<Req>,
): ConcurrencyLimitPolicy<Req> {
  checkKnown(owner, options, [...ownNames, ...httpOptionNames.filter((name) => !keyNames.includes(name))])
  const { limit, maxQueue = 0, maxWaitMs, ...httpOptions } = options
  checkNumber(owner, 'maxQueue', maxQueue, { min: 0, max: 1_000_000, integer: true })
  if (maxWaitMs !== undefined) checkNumber(owner, 'maxWaitMs', maxWaitMs, { min: Number.MIN_VALUE, max: 3_600_000 })
  const defaultName = 'concurrency'
  const limiter = new ConcurrencyLimiter(toLimit(limit), { name: checkName(owner, options, defaultName) })
  const { clock } = environment
  const queue =
    maxQueue === 0
      ? undefined
      : new QueueGate(limiter, new Fifo({ capacity: maxQueue }), clock, maxWaitMs === undefined ? {} : { maxWaitMs })
  const gate: Gate = queue ?? new Guard(limiter, clock)
  const quiet = { defaultHeaders: false, defaultKey: 'none' } as const
  const parts = { gate, clock, quotas: placesOf(limiter), owner, defaultName, ...quiet }
  const policy = createHttpPolicy(reader, {
    random: environment.random,
    ...httpOptions,
    ...parts,
  })
  return Object.assign(policy, { limiter, waiting: () => queue?.waiting ?? 0 })
}

function toLimit(limit: unknown): Limit {
  if (typeof limit === 'object' && limit !== null && 'value' in limit && 'sample' in limit) return limit as Limit
  return new FixedLimit(checkNumber(owner, 'limit', limit, { min: 1, max: Infinity, integer: true }))
}

/** Places to run in as a quota without a window. When one becomes free nobody knows, so nothing is said about time. */
function placesOf(limiter: ConcurrencyLimiter): Described {
  return {
    describe() {
      const limit = Math.floor(limiter.limit.value)
      const remaining = Math.max(0, limit - limiter.inflight)
      return [{ name: limiter.name, limit, windowMs: 0, remaining, nextMs: 0, resetMs: 0 }]
    },
  }
}
