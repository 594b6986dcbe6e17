/** How many run at once: one row each. */
import { ConcurrencyLimiter, FixedLimit, KneeLimit, PartitionedLimiter } from '@spillway/core'
import type { Limit } from '@spillway/core'
import { admitting, callers, holding, type Asking, type Primitive } from './primitive.ts'

/** Four partitions whose tickets take turns. */
function partitioned(limit: Limit, outcome: Asking['outcome'] = 'success'): (n: number) => void {
  const keys = callers(4)
  const partitions = Object.fromEntries(keys.map((key) => [key, 0.2]))
  return admitting(new PartitionedLimiter(limit, { partitions, partitionOf: (ticket) => ticket.key }), {
    keys,
    outcome,
  })
}

/** All of them. */
export const concurrency: readonly Primitive[] = [
  {
    name: 'ConcurrencyLimiter + FixedLimit: admit + settle',
    admits: true,
    make: () => admitting(new ConcurrencyLimiter(new FixedLimit(100))),
  },
  {
    name: 'ConcurrencyLimiter + FixedLimit, full: admit',
    make: () => admitting(holding(new ConcurrencyLimiter(new FixedLimit(1)))),
  },
  {
    name: 'ConcurrencyLimiter + FixedLimit, weighted: admit + settle',
    admits: true,
    make: () => admitting(new ConcurrencyLimiter(new FixedLimit(100), { weighted: true }), { init: { cost: 3 } }),
  },
  {
    name: 'ConcurrencyLimiter + KneeLimit: admit + settle',
    make: () => admitting(new ConcurrencyLimiter(new KneeLimit())),
  },
  {
    name: 'ConcurrencyLimiter + KneeLimit: admit + revoke',
    admits: true,
    make: () => admitting(new ConcurrencyLimiter(new KneeLimit()), { outcome: 'revoked' }),
  },
  {
    name: 'PartitionedLimiter + FixedLimit: admit + settle',
    admits: true,
    make: () => partitioned(new FixedLimit(100)),
  },
  {
    name: 'PartitionedLimiter + KneeLimit: admit + settle',
    make: () => partitioned(new KneeLimit()),
  },
  {
    name: 'PartitionedLimiter + KneeLimit: admit + revoke',
    admits: true,
    make: () => partitioned(new KneeLimit(), 'revoked'),
  },
]
