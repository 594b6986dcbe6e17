/** Who goes next of 100,000 who wait: two rows each, one for serving and one for callers who hang up. */
import {
  AdaptiveLifo,
  Codel,
  createTicket,
  DeficitRoundRobin,
  EarliestDeadlineFirst,
  Fifo,
  Lifo,
  PriorityQueue,
  ServiceCodel,
} from '@spillway/core'
import type { Discipline } from '@spillway/core'
import { Instants } from './instants.ts'
import { callers, scattered, type Primitive, type WritableTicket } from './primitive.ts'

/** How many wait. */
export const crowd = 100_000

interface Waiter {
  readonly ticket: WritableTicket
}

/** The next instant comes after so many turns. */
const turnsPerInstant = 1024
/** Everybody's turn comes within 4 ms, or, where that is too slow, within 40. */
const calmMs = 0.04
const overloadedMs = 0.4

/** A line that is full of people. */
interface Setup {
  make(): Discipline<Waiter>
  /** What becomes of somebody before he comes again. */
  again?(waiter: Waiter): void
  readonly stepMs?: number
}

const capacity = crowd + 1

const setups: Readonly<Record<string, Setup>> = {
  Fifo: { make: () => new Fifo({ capacity }) },
  Lifo: { make: () => new Lifo({ capacity }) },
  AdaptiveLifo: { make: () => new AdaptiveLifo({ capacity, intervalMs: 1e9 }) },
  'AdaptiveLifo, overloaded': { make: () => new AdaptiveLifo({ capacity }), stepMs: overloadedMs },
  ServiceCodel: { make: () => new ServiceCodel({ capacity }) },
  'ServiceCodel, overloaded': { make: () => new ServiceCodel({ capacity }), stepMs: overloadedMs },
  Codel: { make: () => new Codel({ capacity }) },
  'Codel, overloaded': { make: () => new Codel({ capacity }), stepMs: overloadedMs },
  PriorityQueue: { make: () => new PriorityQueue({ capacity }) },
  'DeficitRoundRobin, 1000 tenants': { make: () => new DeficitRoundRobin({ capacity }) },
  'PriorityQueue over DeficitRoundRobin': {
    make: () => new PriorityQueue<Waiter>({ capacity, within: () => new DeficitRoundRobin({ capacity }) }),
  },
  EarliestDeadlineFirst: {
    make: () => new EarliestDeadlineFirst({ capacity }),
    // Or it would be the first again and again.
    again: ({ ticket }) => void (ticket.deadline += crowd + 0.5),
  },
}

/** Waiters of four classes, each with a thousand tenants. */
function waiters(): Waiter[] {
  const keys = callers(1000)
  return Array.from({ length: crowd }, (_, i) => ({
    ticket: createTicket(0.1, {
      key: keys[i % 1000] as string,
      priority: Math.floor(i / 1000) & 3,
      deadline: 1e9 + (scattered(i) % crowd),
    }),
  }))
}

/** Takes the next one out and lets it come again; those who were dropped come again at once. */
function serving(setup: Setup): (n: number) => void {
  const line = setup.make()
  const clock = new Instants(setup.stepMs ?? calmMs)
  const gone: Waiter[] = []
  const drop = (waiter: Waiter): void => void gone.push(waiter)
  const come = (waiter: Waiter): void => void line.push(waiter, clock.now(), drop)
  for (const waiter of waiters()) come(waiter)
  return (n) => {
    for (let i = 0; i < n; i++) {
      if (i % turnsPerInstant === 0) clock.tick()
      const waiter = line.next(clock.now(), drop)
      if (waiter !== undefined) {
        setup.again?.(waiter)
        come(waiter)
      }
      while (gone.length > 0) come(gone.pop() as Waiter)
    }
  }
}

/** Takes anybody out and lets it come again. */
function leaving(setup: Setup): (n: number) => void {
  const line = setup.make()
  const all = waiters()
  for (const waiter of all) line.push(waiter, 0.1)
  let turn = 0
  return (n) => {
    for (let i = 0; i < n; i++) {
      const waiter = all[scattered(turn++) % crowd] as Waiter
      if (line.remove(waiter)) line.push(waiter, 0.1)
    }
  }
}

/** All of them. */
export const lines: readonly Primitive[] = Object.entries(setups).flatMap(([name, setup]) => {
  const serves = { name: `${name}, 100k waiting: next + push`, operations: 2, make: () => serving(setup) }
  const leaves = { name: `${name}, 100k waiting: remove + push`, operations: 2, make: () => leaving(setup) }
  return setup.stepMs === undefined ? [serves, leaves] : [serves]
})
