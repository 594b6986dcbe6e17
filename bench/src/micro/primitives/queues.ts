/** What waiting is made of, and the gate that lets wait: one row each. */
import { ConcurrencyLimiter, createTicket, Fifo, FixedLimit, QueueGate, Ring, ServiceCodelState } from '@spillway/core'
import type { Clock, Ticket } from '@spillway/core'
import { crowd } from './lines.ts'
import { feeding, type Primitive } from './primitive.ts'

/** Time stands still and nothing is ever due: what timers cost is the runtime's. */
const stopped: Clock = { now: () => 0, after: () => () => {} }

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
    operations: 2,
    make() {
      const ring = new Ring<Ticket>()
      for (let i = 0; i < crowd; i++) ring.pushBack(createTicket(0), 0)
      return (n) => {
        for (let i = 0; i < n; i++) ring.pushBack(ring.takeFront()!, i)
      }
    },
  },
  {
    name: 'ServiceCodelState: shouldDrop',
    make() {
      const state = new ServiceCodelState()
      return feeding((sample, now) => state.shouldDrop(sample, now))
    },
  },
  { name: 'QueueGate, 100k waiting: leave + enter', operations: 2, make: crowded },
]
