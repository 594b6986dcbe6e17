/** What was compared before the default was chosen: other limits, and the mechanism with one part taken out at a time. */
import {
  BbrLimit,
  ConcurrencyLimiter,
  CorrelationLimit,
  DelayLimit,
  Gradient2Limit,
  FixedLimit,
  Guard,
  KneeLimit,
  LowestLimit,
  systemClock,
  WindowedLimit,
  type Limit,
  type OverloadOptions,
} from '@spillway/core'
import { createHttpPolicy, createOverloadPolicy } from '@spillway/http'
import { guardHandler, nodeReader } from '@spillway/http/node'
import { nodeEnvironment } from '@spillway/node'
import type { Subject } from './subjects.ts'

/** Feeds a delay limit with the lateness of a timer: the run-queue delay of this loop. */
function fedDelayLimit(): DelayLimit {
  const limit = new DelayLimit()
  const everyMs = 10
  let due = systemClock.now() + everyMs
  const timer = setInterval(() => {
    const now = systemClock.now()
    limit.tick(now, Math.max(0, now - due))
    due = now + everyMs
  }, everyMs)
  timer.unref()
  return limit
}

function inFront(options: () => Omit<OverloadOptions, 'mode'>): Subject {
  return (app) => guardHandler(app, createOverloadPolicy(nodeReader, nodeEnvironment(), options()))
}

/** The same limit without owning the run queue: refuse at once when as many run as may. */
function unpaced(limit: () => Limit): Subject {
  return (app) => {
    const gate = new Guard(new ConcurrencyLimiter(limit()), systemClock)
    return guardHandler(app, createHttpPolicy(nodeReader, { gate, clock: systemClock, defaultKey: 'none' }))
  }
}

/** Netflix's, behind windows as short as a server under overload needs. */
function gradient2(): Limit {
  return new WindowedLimit(new Gradient2Limit({ minLimit: 2 }), { minWindowMs: 100 })
}

/** Waiters of clients that have left keep their places. */
const deadKept: Subject = (app) => {
  const policy = createOverloadPolicy(nodeReader, nodeEnvironment())
  policy.cancel = () => undefined
  return guardHandler(app, policy)
}

export const candidates: Readonly<Record<string, Subject>> = {
  'limit:none': inFront(() => ({ limit: new FixedLimit(1e6) })),
  'limit:fixed-8': inFront(() => ({ limit: new FixedLimit(8) })),
  'limit:delay': inFront(() => ({ limit: fedDelayLimit() })),
  'limit:knee': inFront(() => ({})),
  'limit:knee+delay': inFront(() => ({ limit: new LowestLimit(new KneeLimit(), fedDelayLimit()) })),
  'limit:gradient2': inFront(() => ({ limit: gradient2() })),
  'limit:bbr': inFront(() => ({ limit: new BbrLimit() })),
  'rule:delay': unpaced(fedDelayLimit),
  'rule:failsafe-go': unpaced(() => new CorrelationLimit()),
  'rule:gradient2': unpaced(gradient2),
  'without:pacing': unpaced(() => new KneeLimit()),
  'without:look': inFront(() => ({ maxLookMs: 0 })),
  'without:turn-budget': inFront(() => ({ turnBudgetMs: 1000 })),
  'without:load-bound': inFront(() => ({ minQueue: 1000 })),
  'without:bounds': inFront(() => ({ minQueue: 1000, maxWaitMs: 60_000 })),
  'without:waiting': inFront(() => ({ maxQueue: 0 })),
  'without:dead-client-removal': deadKept,
}
