/** What is built of queues, priorities and thresholds: the industrial papers restated, and our parts put together by hand. */
import {
  AdaptiveLifo,
  all,
  ConcurrencyLimiter,
  DeadlineLimiter,
  DelayLimit,
  FixedLimit,
  PriorityQueue,
  PriorityThresholdLimiter,
  QueueGate,
  ServiceCodel,
  VegasLimit,
  WindowedLimit,
  type Discipline,
  type Environment,
  type Gate,
  type Limit,
  type Waiter,
} from '@spillway/core'
import type { Subject } from '../subject.ts'
import { watchLag } from './lag.ts'

function queued({ clock }: Environment, limit: Limit, discipline: Discipline<Waiter>): Gate {
  return new QueueGate(all(new DeadlineLimiter(), new ConcurrencyLimiter(limit)), discipline, clock, { maxWaitMs: 500 })
}

function lagLimit({ clock }: Environment): Limit {
  const limit = new DelayLimit()
  watchLag(clock, 20, (lag, now) => limit.tick(now, lag))
  return limit
}

/** Cinnamon: a threshold on priorities by the flow, in front of a short queue and a limit that learns as Vegas does. */
function cinnamon(environment: Environment): Gate {
  const { clock, random } = environment
  const limit = new WindowedLimit(new VegasLimit({ random }), { minWindowMs: 100, maxWindowMs: 1000 })
  const limiter = new ConcurrencyLimiter(limit)
  const threshold = new PriorityThresholdLimiter({ free: () => limit.value - limiter.inflight, random })
  return new QueueGate(all(threshold, limiter), new ServiceCodel({ capacity: 50 }), clock, { maxWaitMs: 100 })
}

/** DAGOR: a threshold on priorities by the time in the queue, in front of as many workers as WeChat would give it. */
function dagor({ clock, random }: Environment, workers: number): Gate {
  const threshold = new PriorityThresholdLimiter({ signal: 'delay', random })
  const limiter = all(threshold, new ConcurrencyLimiter(new FixedLimit(workers)))
  return new QueueGate(limiter, new PriorityQueue({ capacity: 200 }), clock, { maxWaitMs: 500 })
}

export const queueing: readonly Subject[] = [
  {
    name: 'delay limit + priority queue',
    kind: 'part',
    about: 'the study’s favourite: DelayLimit, then priorities, each class behind service CoDel',
    make: (environment) =>
      queued(
        environment,
        lagLimit(environment),
        new PriorityQueue({ capacity: 60, within: () => new ServiceCodel({ capacity: 60, targetMs: 20 }) }),
      ),
  },
  {
    name: 'fixed right + CoDel',
    kind: 'part',
    about: 'perfect foresight, and a queue with the 5 ms rule',
    make: (environment, { right }) =>
      queued(environment, new FixedLimit(right), new ServiceCodel({ capacity: 200, targetMs: 5 })),
  },
  {
    name: 'fixed right + adaptive LIFO',
    kind: 'part',
    about: 'perfect foresight, newest first while a queue stands',
    make: (environment, { right }) => queued(environment, new FixedLimit(right), new AdaptiveLifo({ capacity: 200 })),
  },
  {
    name: 'Cinnamon',
    kind: 'peer',
    about: 'Uber: PI-controlled threshold on priorities, Vegas, short queue',
    make: cinnamon,
  },
  {
    name: 'DAGOR',
    kind: 'peer',
    about: 'WeChat: threshold on priorities by 20 ms in the queue, with the right number of workers',
    make: (environment, { right }) => dagor(environment, right),
  },
]
