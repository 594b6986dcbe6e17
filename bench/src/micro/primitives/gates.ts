/** What adapters talk to, while nobody waits: one row each. */
import {
  acquire,
  ConcurrencyLimiter,
  createOverloadControl,
  createTicket,
  Fifo,
  FixedLimit,
  Guard,
  observe,
  PacedGate,
  QueueGate,
  run,
  series,
  withGateMode,
} from '@spillway/core'
import type { Environment, Gate, Limit, Limiter, TicketInit } from '@spillway/core'
import { Instants } from './instants.ts'
import { turnsPerInstant, type Primitive, type WritableTicket } from './primitive.ts'

const limiter = (): Limiter => new ConcurrencyLimiter(new FixedLimit(100))

/** One enters, and leaves 0.7 ms later. The loop turns once with each instant. */
function entering(make: (clock: Instants) => Gate, init: TicketInit = {}): (n: number) => void {
  const clock = new Instants()
  const gate = make(clock)
  const ticket: WritableTicket = { ...createTicket(0, init) }
  return (n) => {
    for (let i = 0; i < n; i++) {
      if (i % turnsPerInstant === 0) {
        ticket.arrivedAt = ticket.startedAt = clock.now()
        clock.tick()
      }
      if (gate.enter(ticket) === undefined) gate.leave(ticket, 'success')
    }
  }
}

function row(name: string, make: (clock: Instants) => Gate, init?: TicketInit): Primitive {
  return { name: `${name}: enter + leave`, make: () => entering(make, init) }
}

function control(clock: Instants, limit?: Limit): Gate {
  const environment: Environment = { clock, loop: clock, random: () => 0.5, signals: [] }
  return createOverloadControl(environment, limit === undefined ? {} : { limit })
}

/** All of them. */
export const gates: readonly Primitive[] = [
  {
    name: 'createTicket',
    make() {
      const clock = new Instants()
      const init = { key: 'ann', priority: 2 }
      const made: unknown[] = [undefined]
      return (n) => {
        for (let i = 0; i < n; i++) made[0] = createTicket(clock.now(), init)
      }
    },
  },
  row('Guard', (clock) => new Guard(limiter(), clock)),
  row('QueueGate, nobody waiting', (clock) => new QueueGate(limiter(), new Fifo({ capacity: 10 }), clock)),
  row('PacedGate, calm', (clock) => new PacedGate(limiter(), clock, clock)),
  row('OverloadControl with a FixedLimit, calm', (clock) => control(clock, new FixedLimit(100))),
  row('OverloadControl with a FixedLimit, calm, with a key', (clock) => control(clock, new FixedLimit(100)), {
    key: 'ann',
  }),
  row('OverloadControl, calm', (clock) => control(clock)),
  row('OverloadControl, calm, with a key', (clock) => control(clock), { key: 'ann' }),
  row('series of two', (clock) => series(new Guard(limiter(), clock), new Guard(limiter(), clock))),
  row('withGateMode, enforce', (clock) => withGateMode(new Guard(limiter(), clock))),
  row('observe, decided and settled', (clock) => {
    return observe(new Guard(limiter(), clock), { decided() {}, settled() {} }, clock)
  }),
  {
    name: 'run with a Guard, one after the other',
    make() {
      const clock = new Instants()
      const gate = new Guard(limiter(), clock)
      const work = (): number => 1
      return async (n) => {
        for (let i = 0; i < n; i++) await run(gate, {}, work, { clock })
      }
    },
  },
  {
    name: 'acquire with a Guard, one after the other',
    make() {
      const clock = new Instants()
      const gate = new Guard(limiter(), clock)
      return async (n) => {
        for (let i = 0; i < n; i++) (await acquire(gate, {}, { clock })).succeed()
      }
    },
  },
]
