/** Each discipline against a naive one: arrays, looked through from end to end. The same moves must have the same results. */
import {
  AdaptiveLifo,
  Codel,
  DeficitRoundRobin,
  EarliestDeadlineFirst,
  Fifo,
  Lifo,
  PriorityQueue,
  ServiceCodel,
  type Discipline,
} from '@spillway/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { job, Scribe, type Event, type Job } from '../support/jobs.ts'
import { NaiveArrivals, type Naive } from '../support/naive-arrivals.ts'
import { NaiveCodel, NaiveControlled, NaiveServiceCodel } from '../support/naive-codel.ts'
import { naiveDeadlines, naivePriority, NaiveRanked, NaiveTurns } from '../support/naive-ranks.ts'

const bounds = { capacity: 6, maxCost: 12, maxAgeMs: 25 }
const none = { capacity: 1000, maxCost: Infinity, maxAgeMs: Infinity }
const rule = { intervalMs: 20, targetMs: 3 }
const weightOf = (tenant: string): number => ({ a: 3, b: 1 })[tenant] ?? 2

interface Pair {
  readonly name: string
  readonly real: () => Discipline<Job>
  readonly naive: () => Naive
  /** How those may end who are neither served nor removed. */
  readonly ends: readonly string[]
}

const pairs: readonly Pair[] = [
  ...(['reject-new', 'drop-oldest', 'drop-newest'] as const).flatMap((overflow) => [
    {
      name: `Fifo, ${overflow}`,
      real: () => new Fifo<Job>({ ...bounds, overflow }),
      naive: () => new NaiveArrivals(bounds, overflow, 'fifo'),
      ends: ['queue-full', 'queue-timeout'],
    },
    {
      name: `Lifo, ${overflow}`,
      real: () => new Lifo<Job>({ ...bounds, overflow }),
      naive: () => new NaiveArrivals(bounds, overflow, 'lifo'),
      ends: ['queue-full', 'queue-timeout'],
    },
    {
      name: `AdaptiveLifo, ${overflow}`,
      real: () => new AdaptiveLifo<Job>({ ...bounds, ...rule, targetMs: 10, overflow }),
      naive: () => new NaiveArrivals(bounds, overflow, 'adaptive', { ...rule, targetMs: 10 }),
      ends: ['queue-full', 'queue-timeout'],
    },
  ]),
  {
    name: 'AdaptiveLifo',
    real: () => new AdaptiveLifo<Job>({ ...bounds, ...rule, targetMs: 10 }),
    naive: () => new NaiveArrivals(bounds, 'last', 'adaptive', { ...rule, targetMs: 10 }),
    ends: ['queue-full', 'queue-timeout'],
  },
  {
    name: 'ServiceCodel',
    real: () => new ServiceCodel<Job>({ ...none, ...rule }),
    naive: () => new NaiveControlled(new NaiveServiceCodel(rule, false)),
    ends: ['queue-timeout'],
  },
  {
    name: 'ServiceCodel, adaptive-lifo',
    real: () => new ServiceCodel<Job>({ ...none, ...rule, order: 'adaptive-lifo' }),
    naive: () => new NaiveControlled(new NaiveServiceCodel(rule, true)),
    ends: ['queue-timeout'],
  },
  {
    name: 'Codel',
    real: () => new Codel<Job>({ ...none, ...rule, maxPacket: 2 }),
    naive: () => new NaiveControlled(new NaiveCodel(rule, 2)),
    ends: ['queue-timeout'],
  },
  {
    name: 'PriorityQueue',
    real: () => new PriorityQueue<Job>(bounds),
    naive: () => new NaiveRanked(bounds, naivePriority),
    ends: ['queue-full', 'queue-timeout'],
  },
  {
    name: 'EarliestDeadlineFirst',
    real: () => new EarliestDeadlineFirst<Job>(bounds),
    naive: () => new NaiveRanked(bounds, naiveDeadlines),
    ends: ['queue-full', 'queue-timeout', 'deadline'],
  },
  {
    // A quantum that pays for whatever comes, as the paper wants it: then the list and the computed rounds are one.
    name: 'DeficitRoundRobin',
    real: () => new DeficitRoundRobin<Job>({ ...none, weightOf, quantum: 6 }),
    naive: () => new NaiveRanked(none, new NaiveTurns(weightOf, 6)),
    ends: [],
  },
]

const step = fc.record({
  kind: fc.constantFrom('push', 'push', 'push', 'push', 'next', 'next', 'probe', 'remove', 'advance', 'advance'),
  n: fc.nat(40),
  init: fc.record({
    cost: fc.constantFrom(1, 1, 1, 0.5, 2, 6),
    priority: fc.constantFrom(0, 1, 1, 2, 3, 40, 700, 1023),
    key: fc.constantFrom('a', 'a', 'b', 'c', 'd'),
  }),
  lifetimeMs: fc.constantFrom(Infinity, Infinity, 5, 10, 10, 30),
})

describe.each(pairs)('$name', ({ real, naive, ends }) => {
  it('does what its naive twin does', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(fc.array(step, { maxLength: 160, size: 'max' }), (steps) => {
        const line = new Scribe(real())
        const twin = naive()
        const jobs: Job[] = []
        let now = 0
        // Whoever is dropped in one move may be dropped in any order.
        const check = (events: Event[], expected: Event[]): void => {
          expect(events.toSorted()).toEqual(expected.toSorted())
          for (const event of events) {
            const how = event.slice(event.indexOf(' ') + 1)
            seen.set(how, (seen.get(how) ?? 0) + 1)
          }
        }
        for (const { kind, n, init, lifetimeMs } of steps) {
          if (kind === 'push') {
            const item = job(jobs.length, now, { ...init, deadline: now + lifetimeMs })
            jobs.push(item)
            check(line.push(item, now), twin.push(item, now))
          } else if (kind === 'next') check(line.next(now), twin.next(now))
          else if (kind === 'probe') check(line.probe(now), twin.probe(now))
          else if (kind === 'advance') now += n / 4
          else if (n < jobs.length) check(line.remove(jobs[n]!), twin.remove(jobs[n]!))
          expect(line.line.size).toBe(twin.size)
        }
      }),
      { numRuns: 80 },
    )
    // All that can happen to one of these has happened, and often.
    for (const how of ['served', 'put back', 'removed', ...ends]) expect(seen.get(how), how).toBeGreaterThan(0)
  })
})
