/** Every rate limiter there is, and rates and lives to try them with. */
import {
  FixedWindowLimiter,
  LeakyBucketLimiter,
  RateLimiter,
  SlidingLogLimiter,
  SlidingWindowCounterLimiter,
  TokenBucketLimiter,
  WarmUpLimiter,
  createTicket,
} from '@spillway/core'
import type { QuotaLimiter, Ticket, WindowRate } from '@spillway/core'
import fc from 'fast-check'

/** One rule: how to make it. */
export interface Rule {
  readonly name: string
  readonly make: (rate: WindowRate) => QuotaLimiter
}

export const rules: readonly Rule[] = [
  { name: 'RateLimiter', make: (rate) => new RateLimiter(rate) },
  { name: 'TokenBucketLimiter', make: (rate) => new TokenBucketLimiter(rate) },
  { name: 'FixedWindowLimiter', make: (rate) => new FixedWindowLimiter(rate) },
  { name: 'FixedWindowLimiter on a grid', make: (rate) => new FixedWindowLimiter({ ...rate, originMs: 12.5 }) },
  { name: 'SlidingWindowCounterLimiter', make: (rate) => new SlidingWindowCounterLimiter(rate) },
  {
    name: 'SlidingWindowCounterLimiter on a grid',
    make: (rate) => new SlidingWindowCounterLimiter({ ...rate, originMs: 12.5 }),
  },
  { name: 'SlidingLogLimiter', make: (rate) => new SlidingLogLimiter(rate) },
  { name: 'SlidingLogLimiter with few entries', make: (rate) => new SlidingLogLimiter({ ...rate, maxEntries: 16 }) },
  { name: 'LeakyBucketLimiter', make: (rate) => new LeakyBucketLimiter(rate) },
  { name: 'WarmUpLimiter', make: (rate) => new WarmUpLimiter({ ...rate, warmUpMs: 5000 }) },
]

/** From one a year to a billion a ms. */
export const rates: fc.Arbitrary<WindowRate> = fc.record({
  limit: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000_000 })),
  windowMs: fc.oneof(
    fc.constantFrom(1, 1000, 60_000, 31_536_000_000),
    fc.integer({ min: 1, max: 31_536_000_000 }),
    fc.double({ min: 1, max: 10_000, noNaN: true }),
  ),
})

/** Where clocks may begin to count. */
export const epochs: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1.7e12),
  fc.double({ min: -1e9, max: 1e12, noNaN: true }).map((at) => (Math.abs(at) < 1e-12 ? 0 : at)),
)

/** What happens next: after a share of a window, work of so many units, or a share of the limit. */
export interface Step {
  readonly gap: number
  readonly cost: number
  readonly share: boolean
}

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 0, 0, 0.001, 0.1, 0.3, 0.5, 0.9, 1, 1.7, 3),
    cost: fc.constantFrom(0, 0.1, 0.25, 0.5, 1, 1, 1),
    share: fc.boolean(),
  }),
  { minLength: 1, maxLength: 50 },
)

/** The ticket of a step. */
export function ticketOf(rate: WindowRate, step: Step, now: number): Ticket {
  return createTicket(now, { cost: step.share ? Math.ceil(step.cost * rate.limit) : step.cost })
}
