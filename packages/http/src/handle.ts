/** What operators hold in their hands: state to look at and figures to change while requests pass. */
import { checkNumber, FixedLimit } from '@spillway/core'
import type { Clock, KeyedRateLimiter, OverloadControl } from '@spillway/core'
import type { ConcurrencyLimitPolicy } from './concurrency-limit.ts'
import type { RateLimitPolicy } from './rate-limit.ts'

/** A rate limit at one instant. */
export interface RateLimitSnapshot {
  readonly name: string
  /** Callers that have taken something and not regained it, as far as they are known exactly. */
  readonly keys: number
  /** Memory of all callers. */
  readonly bytes: number
}

/** What changes, and, where there are several limits, of which. */
export interface RateLimitChange {
  readonly limit?: number
  readonly windowMs?: number
  readonly burst?: number
  /** Name of the limit; default the only one, or the first. */
  readonly name?: string
}

/** A rate limit while it runs. */
export interface RateLimitHandle {
  /** Of all limits together. */
  snapshot(): RateLimitSnapshot
  /** Changes the rate from now on, in place. Throws a TypeError or RangeError for bad figures, and then changes nothing. */
  update(change: RateLimitChange): void
  /** Forgives a caller everything, in the limit of this name (default: the only one, or the first). False when it is only partly known: see `maxKeys`. */
  resetKey(key: string, name?: string): boolean
}

/** The handle of a rate limit. */
export function rateLimitHandle(
  policy: Pick<RateLimitPolicy<never>, 'name' | 'limiter' | 'limiters'>,
  clock: Clock,
): RateLimitHandle {
  const { name, limiters } = policy
  const find = (wanted = policy.limiter.name): KeyedRateLimiter => {
    const found = limiters.get(wanted)
    if (found !== undefined) return found
    throw new RangeError(`rateLimit: there is no limit "${wanted}"; there are ${[...limiters.keys()].join(', ')}`)
  }
  return {
    snapshot() {
      let [keys, bytes] = [0, 0]
      for (const limiter of limiters.values()) [keys, bytes] = [keys + limiter.size, bytes + limiter.bytes]
      return { name, keys, bytes }
    },
    update: ({ name: wanted, ...change }) => find(wanted).update(change, clock.now()),
    resetKey: (key, wanted) => find(wanted).reset(key),
  }
}

/** A concurrency limit at one instant. */
export interface ConcurrencyLimitSnapshot {
  readonly name: string
  readonly limit: number
  readonly inflight: number
  readonly waiting: number
}

/** A concurrency limit while it runs. */
export interface ConcurrencyLimitHandle {
  snapshot(): ConcurrencyLimitSnapshot
  /** Changes the limit from now on, in place; those that run finish. Throws a TypeError or RangeError for a bad limit. */
  update(change: { readonly limit: number }): void
}

type ConcurrencyParts = Pick<ConcurrencyLimitPolicy<never>, 'name' | 'limiter' | 'waiting'>

/** The handle of a concurrency limit. */
export function concurrencyLimitHandle(policy: ConcurrencyParts): ConcurrencyLimitHandle {
  const { name, limiter } = policy
  return {
    snapshot: () => ({ name, limit: limiter.limit.value, inflight: limiter.inflight, waiting: policy.waiting() }),
    update({ limit }) {
      const bounds = { min: 1, max: Infinity, integer: true }
      limiter.setLimit(new FixedLimit(checkNumber('concurrencyLimit', 'limit', limit, bounds)))
    },
  }
}

/** An overload control while it runs. */
export type OverloadHandle = Pick<OverloadControl, 'snapshot' | 'update' | 'drain' | 'close'>

/** The handle of an overload control: its methods as functions, so that they can be put on a middleware. */
export function overloadHandle(control: OverloadControl): OverloadHandle {
  return {
    snapshot: () => control.snapshot(),
    update: (change) => control.update(change),
    drain: () => control.drain(),
    close: () => control.close(),
  }
}
