/** Every discipline that comes with the package, and some compositions, each with the same bounds. */
import {
  AdaptiveLifo,
  Codel,
  DeficitRoundRobin,
  EarliestDeadlineFirst,
  Fifo,
  Lifo,
  PriorityQueue,
  ServiceCodel,
  type InnerDiscipline,
  type QueueBounds,
} from '@spillway/core'
import type { Job } from './jobs.ts'

type Bounds = Required<QueueBounds>

export interface Entry {
  readonly name: string
  readonly make: (bounds: Bounds) => Updatable
}

export interface Updatable extends InnerDiscipline<Job> {
  readonly cost: number
  update(change: Partial<QueueBounds>): void
}

const inside = ({ maxAgeMs }: Bounds): Bounds => ({ capacity: 1000, maxCost: Infinity, maxAgeMs })
const outside = ({ capacity, maxCost }: Bounds): Omit<Bounds, 'maxAgeMs'> => ({ capacity, maxCost })
const weightOf = (tenant: string): number => (tenant === 'a' ? 3 : 1)

export const disciplines: readonly Entry[] = [
  { name: 'Fifo', make: (bounds) => new Fifo<Job>(bounds) },
  { name: 'Fifo, drop-oldest', make: (bounds) => new Fifo<Job>({ ...bounds, overflow: 'drop-oldest' }) },
  { name: 'Fifo, drop-newest', make: (bounds) => new Fifo<Job>({ ...bounds, overflow: 'drop-newest' }) },
  { name: 'Lifo', make: (bounds) => new Lifo<Job>(bounds) },
  { name: 'Lifo, reject-new', make: (bounds) => new Lifo<Job>({ ...bounds, overflow: 'reject-new' }) },
  { name: 'AdaptiveLifo', make: (bounds) => new AdaptiveLifo<Job>({ ...bounds, intervalMs: 20, targetMs: 8 }) },
  { name: 'ServiceCodel', make: (bounds) => new ServiceCodel<Job>({ ...bounds, intervalMs: 20, targetMs: 3 }) },
  {
    name: 'ServiceCodel, adaptive-lifo',
    make: (bounds) => new ServiceCodel<Job>({ ...bounds, intervalMs: 20, targetMs: 3, order: 'adaptive-lifo' }),
  },
  { name: 'Codel', make: (bounds) => new Codel<Job>({ ...bounds, intervalMs: 20, targetMs: 3 }) },
  { name: 'PriorityQueue', make: (bounds) => new PriorityQueue<Job>(bounds) },
  {
    name: 'PriorityQueue, reject-new',
    make: (bounds) => new PriorityQueue<Job>({ ...bounds, overflow: 'reject-new' }),
  },
  { name: 'DeficitRoundRobin', make: (bounds) => new DeficitRoundRobin<Job>({ ...bounds, weightOf }) },
  {
    name: 'DeficitRoundRobin, two tenants and a crowd',
    make: (bounds) => new DeficitRoundRobin<Job>({ ...bounds, maxTenants: 2, quantum: 2, overflow: 'reject-new' }),
  },
  { name: 'EarliestDeadlineFirst', make: (bounds) => new EarliestDeadlineFirst<Job>(bounds) },
  {
    name: 'EarliestDeadlineFirst, reject-new',
    make: (bounds) => new EarliestDeadlineFirst<Job>({ ...bounds, minRemainingMs: 2, overflow: 'reject-new' }),
  },
  {
    name: 'PriorityQueue of DeficitRoundRobin',
    make: (bounds) =>
      new PriorityQueue<Job>({ ...outside(bounds), within: () => new DeficitRoundRobin<Job>(inside(bounds)) }),
  },
  {
    name: 'PriorityQueue of DeficitRoundRobin of ServiceCodel',
    make: (bounds) =>
      new PriorityQueue<Job>({
        ...outside(bounds),
        within: () =>
          new DeficitRoundRobin<Job>({
            capacity: 1000,
            within: () =>
              new ServiceCodel<Job>({ ...inside(bounds), intervalMs: 20, targetMs: 3, order: 'adaptive-lifo' }),
          }),
      }),
  },
  {
    name: 'DeficitRoundRobin of EarliestDeadlineFirst of three each',
    make: (bounds) =>
      new DeficitRoundRobin<Job>({
        ...outside(bounds),
        within: () => new EarliestDeadlineFirst<Job>({ ...inside(bounds), capacity: 3 }),
      }),
  },
  {
    name: 'DeficitRoundRobin of PriorityQueue of Codel',
    make: (bounds) =>
      new DeficitRoundRobin<Job>({
        ...outside(bounds),
        within: () =>
          new PriorityQueue<Job>({
            capacity: 1000,
            within: () => new Codel<Job>({ ...inside(bounds), intervalMs: 20, targetMs: 3 }),
          }),
      }),
  },
]
