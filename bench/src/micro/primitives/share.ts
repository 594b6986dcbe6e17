/** Who gets how much: one row each. */
import { FairShare, FairShareLimiter, UsageTracker } from '@spillway/core'
import { admitting, callers, feeding, type Primitive } from './primitive.ts'

const maxKeys = 32_768

/** Is told which key's turn it is. */
function taking(
  keys: readonly string[],
  take: (key: string, now: number, sample: number) => void,
): (n: number) => void {
  let next = 0
  return feeding((sample, now) => {
    take(keys[next] as string, now, sample)
    next = next + 1 === keys.length ? 0 : next + 1
  })
}

function fairShare(keys: number): Primitive {
  return {
    name: `FairShare, congested, ${keys} keys: isBeyond + served`,
    make() {
      const share = new FairShare({ maxKeys })
      return taking(callers(keys), (key, now) => {
        share.isBeyond(key, 1, now, true)
        share.served(1, now)
      })
    },
  }
}

/** All of them. */
export const shares: readonly Primitive[] = [
  fairShare(10),
  fairShare(10_000),
  {
    name: 'FairShareLimiter, calm, 10 keys: admit + settle',
    admits: true,
    make: () => admitting(new FairShareLimiter(), { keys: callers(10) }),
  },
  {
    name: 'FairShareLimiter, congested, 10000 keys: admit + settle',
    admits: true,
    make: () => admitting(new FairShareLimiter({ maxKeys, congested: () => true }), { keys: callers(10_000) }),
  },
  {
    name: 'UsageTracker, 10000 keys: record',
    make() {
      const tracker = new UsageTracker({ maxKeys })
      return taking(callers(10_000), (key, now, sample) => tracker.record(key, sample, now))
    },
  },
  {
    name: 'UsageTracker, 10000 keys: record + cohortOf',
    make() {
      const tracker = new UsageTracker({ maxKeys })
      return taking(callers(10_000), (key, now, sample) => {
        tracker.record(key, sample, now)
        tracker.cohortOf(key, now)
      })
    },
  },
]
