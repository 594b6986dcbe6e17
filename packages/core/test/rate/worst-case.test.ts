/** How much more than its limit each rule lets in within a window when somebody makes the most of it. */
import { createTicket, RateLimiter, WarmUpLimiter } from '@spillway/core'
import type { QuotaLimiter } from '@spillway/core'
import { expect, it } from 'vitest'
import { rules } from './rules.ts'

const limit = 100
const windowMs = 1000

/** The most that start within any window when one comes, and a window later, just before it ends, all that may do, as soon as they may. */
function most(limiter: QuotaLimiter): number {
  limiter.admit(createTicket(2011.5), 2011.5)
  const starts: number[] = []
  for (let now = 3011; now < 6000; now += 0.5) {
    for (;;) {
      const ticket = createTicket(now)
      if (limiter.admit(ticket, now) !== undefined) break
      starts.push(now)
    }
  }
  return Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + windowMs).length))
}

it.each([
  ['RateLimiter', 2 * limit - 1],
  ['TokenBucketLimiter', 2 * limit - 1],
  ['FixedWindowLimiter', 2 * limit - 1],
  // A window ends at 3012.5, so that two meet.
  ['FixedWindowLimiter on a grid', 2 * limit],
  ['SlidingWindowCounterLimiter', 2 * limit - 2],
  ['SlidingWindowCounterLimiter on a grid', 2 * limit - 2],
  ['SlidingLogLimiter', limit],
  ['LeakyBucketLimiter', limit],
])('%s lets in %i of 100', (name, expected) => {
  expect(most(rules.find((rule) => rule.name === name)!.make({ limit, windowMs }))).toBe(expected)
})

it('is what the burst adds, with rules that have one', () => {
  expect(most(new RateLimiter({ limit, windowMs, burst: 1 }))).toBe(limit)
  expect(most(new RateLimiter({ limit: limit / 2, windowMs, burst: limit / 2 }))).toBe(limit - 1)
  const cold = most(new WarmUpLimiter({ limit, windowMs, warmUpMs: 60_000 }))
  expect(cold / limit).toBeGreaterThan(0.6)
  expect(cold / limit).toBeLessThan(0.75)
})
