/** How many may run at once: one row each. */
import { ConcurrencyLimiter, DelayLimit, FixedLimit, KneeLimit } from '@spillway/core'
import type { Limit } from '@spillway/core'
import { admitting, feeding, type Primitive } from './primitive.ts'

/** Samples of a limit at a busy time: half of what it allows runs. */
function sampling(limit: Limit): (n: number) => void {
  return feeding((sample, now) => limit.sample(now, sample, 1 + (limit.value >> 1), false))
}

/** All of them. */
export const limits: readonly Primitive[] = [
  {
    name: 'ConcurrencyLimiter + FixedLimit: admit + settle',
    make: () => admitting(new ConcurrencyLimiter(new FixedLimit(100))),
  },
  { name: 'KneeLimit: sample', make: () => sampling(new KneeLimit()) },
  { name: 'DelayLimit: sample', make: () => sampling(new DelayLimit()) },
  {
    name: 'DelayLimit: tick',
    make() {
      const limit = new DelayLimit()
      return feeding((sample, now) => limit.tick(now, sample / 4))
    },
  },
]
