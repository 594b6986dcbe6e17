/** Waiting: one row each, with 100,000 who wait where that may matter. */
import { ConcurrencyLimiter, createTicket, Fifo, FixedLimit, QueueGate, Ring } from '@spillway/core'
import type { Clock, Discipline, Ticket, Waiter } from '@spillway/core'
import type { Primitive } from './primitive.ts'

const crowd = 100_000
/** Time stands still and nothing is ever due: what timers cost is the runtime's. */
const stopped: Clock = { now: () => 0, after: () => () => {} }

/** Waiters of mixed classes and keys. */
function waiters(count: number): Waiter[] {
  return Array.from({ length: count }, (_, i) => ({
    ticket: createTicket(0, { key: `tenant ${i % 100}`, priority: i & 3, deadline: 1e9 + ((i * 7919) % 100_000) }),
  }))
}

/** Takes the next one out and puts it back at the end, with `crowd` waiting. */
function turning(discipline: Discipline<Waiter>): (n: number) => void {
  for (const waiter of waiters(crowd)) discipline.push(waiter, 0)
  const drop = (): void => {}
  return (n) => {
    for (let i = 0; i < n; i++) {
      const next = discipline.next(0, drop)
      if (next !== undefined) discipline.push(next, 0)
    }
  }
}

/** One is let in and ends, nobody waits. */
function calm(): (n: number) => void {
  const gate = new QueueGate(new ConcurrencyLimiter(new FixedLimit(10)), new Fifo({ capacity: 10 }), stopped)
  const ticket = createTicket(0)
  return (n) => {
    for (let i = 0; i < n; i++) if (gate.enter(ticket) === undefined) gate.leave(ticket, 'success')
  }
}

/** The one that runs ends, the next of `crowd` is let in, and another comes to wait. */
function crowded(): (n: number) => void {
  const gate = new QueueGate(new ConcurrencyLimiter(new FixedLimit(1)), new Fifo({ capacity: crowd }), stopped, {
    maxWaitMs: 3_600_000,
  })
  const tickets: Ticket[] = Array.from({ length: crowd }, () => createTicket(0))
  for (const ticket of tickets) void gate.enter(ticket)
  let running = 0
  return (n) => {
    for (let i = 0; i < n; i++) {
      const ticket = tickets[running]!
      gate.leave(ticket, 'success')
      void gate.enter(ticket)
      running = running + 1 === crowd ? 0 : running + 1
    }
  }
}

/** All of them. */
export const queues: readonly Primitive[] = [
  {
    name: 'Ring, 100k in it: take + push',
    make() {
      const ring = new Ring<Waiter>()
      for (const waiter of waiters(crowd)) ring.pushBack(waiter, 0)
      return (n) => {
        for (let i = 0; i < n; i++) ring.pushBack(ring.takeFront()!, i)
      }
    },
  },
  { name: 'Fifo, 100k waiting: next + push', make: () => turning(new Fifo({ capacity: crowd })) },
  { name: 'QueueGate, nobody waiting: enter + leave', make: calm },
  { name: 'QueueGate, 100k waiting: leave + enter', make: crowded },
]
