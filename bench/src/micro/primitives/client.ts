/** What a client protects its target with: one row each. */
import {
  AdaptiveThrottle,
  AdmissionControl,
  CircuitBreaker,
  ConcurrentRetryBudget,
  decorrelatedJitter,
  equalJitter,
  exponentialBackoff,
  fullJitter,
  HedgePolicy,
  RetryBudget,
  RetryBudgetLimiter,
  RetryTokenBucket,
} from '@spillway/core'
import type { Backoff, Limiter, TicketInit, TryBudget } from '@spillway/core'
import { admitting, feeding, type Primitive } from './primitive.ts'

/** Ten first tries to each retry. */
function trying(budget: TryBudget): (n: number) => void {
  let tries = 0
  return feeding((_sample, now) => {
    const kind = ++tries % 11 === 0 ? 'retry' : 'first'
    if (budget.start(kind, now)) budget.end(kind, 'success', now, now)
  })
}

function limiting(name: string, make: () => Limiter, init: TicketInit = {}): Primitive {
  return { name: `${name}: admit + settle`, admits: true, make: () => admitting(make(), { init }) }
}

const random = (): number => 0.5

function backingOff(name: string, backoff: Backoff): Primitive {
  return {
    name: `${name}: one delay`,
    make() {
      const hint = { previousMs: 300, atLeastMs: 10 }
      let retry = 0
      return feeding(() => backoff(retry++ & 7, hint))
    },
  }
}

/** All of them. */
export const clients: readonly Primitive[] = [
  { name: 'RetryBudget: start + end', make: () => trying(new RetryBudget()) },
  { name: 'RetryTokenBucket: start + end', make: () => trying(new RetryTokenBucket()) },
  { name: 'ConcurrentRetryBudget: start + end', make: () => trying(new ConcurrentRetryBudget()) },
  limiting('RetryBudgetLimiter, first tries', () => new RetryBudgetLimiter(new RetryBudget())),
  limiting('RetryBudgetLimiter, retries', () => new RetryBudgetLimiter(new RetryBudget({ minPerSecond: 1e6 })), {
    keys: { try: 'retry' },
  }),
  limiting('AdaptiveThrottle', () => new AdaptiveThrottle({ random })),
  limiting('AdaptiveThrottle, by criticality', () => new AdaptiveThrottle({ random, perCriticality: true })),
  limiting('AdmissionControl', () => new AdmissionControl({ random })),
  limiting('CircuitBreaker, closed, by ratio over time', () => new CircuitBreaker()),
  limiting('CircuitBreaker, closed, by ratio of 100 calls', () => new CircuitBreaker({ windowCalls: 100 })),
  limiting('CircuitBreaker, closed, by failures in a row', () => new CircuitBreaker({ consecutiveFailures: 5 })),
  {
    name: 'CircuitBreaker, open: admit',
    make() {
      const breaker = new CircuitBreaker()
      breaker.isolate(0)
      return admitting(breaker)
    },
  },
  backingOff('exponentialBackoff', exponentialBackoff()),
  backingOff('fullJitter', fullJitter({ random })),
  backingOff('equalJitter', equalJitter({ random })),
  backingOff('decorrelatedJitter', decorrelatedJitter({ random })),
  {
    name: 'HedgePolicy: first try, afterMs, start',
    make() {
      const policy = new HedgePolicy({ delayMs: () => 20 })
      return feeding((_sample, now) => {
        policy.budget.start('first', now)
        if (policy.afterMs(0) < Infinity) policy.start(now)
      })
    },
  },
]
