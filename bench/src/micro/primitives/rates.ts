/** Rates: one row each. */
import { KeyedRateLimiter, RateLimiter, TokenBucketLimiter } from '@spillway/core'
import { admitting, type Primitive } from './primitive.ts'

const generous = { limit: 1_000_000_000, windowMs: 600_000 }

/** All of them. */
export const rates: readonly Primitive[] = [
  { name: 'RateLimiter (GCRA): admit + settle', make: () => admitting(new RateLimiter(generous)) },
  { name: 'TokenBucketLimiter: admit + settle', make: () => admitting(new TokenBucketLimiter(generous)) },
  { name: 'KeyedRateLimiter, one key: admit + settle', make: () => admitting(new KeyedRateLimiter(generous)) },
]
