/** Peers that are given a number, and nothing at all. */
import { ConcurrencyLimiter, Fifo, FixedLimit, QueueGate } from '@spillway/core'
import { refusing, type Subject } from '../subject.ts'

export const statics: readonly Subject[] = [
  { name: 'none', kind: 'none', about: 'no protection', make: () => undefined },
  {
    name: 'fixed 24',
    kind: 'peer',
    about: 'a bulkhead of 24',
    make: (environment) => refusing(environment, new FixedLimit(24)),
  },
  {
    name: 'fixed 1000',
    kind: 'peer',
    about: 'a bulkhead that guesses too high',
    make: (environment) => refusing(environment, new FixedLimit(1000)),
  },
  {
    name: 'fixed 24 + queue 200',
    kind: 'peer',
    about: 'a bulkhead with a queue and no rule of age',
    make: ({ clock }) => {
      const options = { maxWaitMs: 3_600_000 }
      return new QueueGate(new ConcurrencyLimiter(new FixedLimit(24)), new Fifo({ capacity: 200 }), clock, options)
    },
  },
]
