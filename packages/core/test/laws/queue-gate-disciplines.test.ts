/** The queueing gate over every discipline: everybody is answered, nothing stays in flight, no timer is left; and what a crowd costs. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  Fifo,
  FixedLimit,
  QueueGate,
  ServiceCodel,
  SettableLimit,
  type Clock,
  type Discipline,
  type Ticket,
  type Verdict,
  type Waiter,
} from '@spillway/core'
import { checked, VirtualClock } from '@spillway/core/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { disciplines } from '../support/disciplines.ts'
import { job, type Job } from '../support/jobs.ts'
import { Spaced } from '../support/limiters.ts'

const bounds = { capacity: 5, maxCost: 9, maxAgeMs: 25 }
const maxWaitMs = 40

const step = fc.record({
  kind: fc.constantFrom('enter', 'enter', 'enter', 'leave', 'leave', 'cancel', 'advance', 'advance', 'limit', 'bounds'),
  n: fc.nat(15),
  init: fc.record({
    cost: fc.constantFrom(1, 1, 1, 0, 2, 5),
    priority: fc.constantFrom(0, 1, 2, 3),
    key: fc.constantFrom('a', 'a', 'b', 'c'),
  }),
  lifetimeMs: fc.constantFrom(Infinity, Infinity, 3, 10, 30),
})

/** What a gate makes of waiters has a ticket, which is all that these look at. */
const waiters = (line: Discipline<Job>): Discipline<Waiter> => line

describe.each(disciplines)('QueueGate over $name', ({ make }) => {
  it('answers everybody once and ends empty', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, spaced) => {
        const clock = new VirtualClock()
        const limit = new SettableLimit(2)
        const limiter = new ConcurrencyLimiter(limit, { retryAfterMs: 7 })
        const line = make(bounds)
        const gate = new QueueGate(checked(spaced ? all(new Spaced(4), limiter) : limiter), waiters(line), clock, {
          maxWaitMs,
        })
        let answered = 0
        const tickets: Ticket[] = []
        const running: Ticket[] = []
        const hear = (ticket: Ticket, verdict: Verdict): void => {
          answered++
          if (verdict === undefined) running.push(ticket)
        }
        for (const { kind, n, init, lifetimeMs } of steps) {
          if (kind === 'enter') {
            const ticket = createTicket(clock.now(), { ...init, deadline: clock.now() + lifetimeMs })
            tickets.push(ticket)
            const verdict = gate.enter(ticket)
            if (verdict instanceof Promise) void verdict.then((late) => hear(ticket, late))
            else hear(ticket, verdict)
          } else if (kind === 'leave' && running.length > 0)
            gate.leave(running.splice(n % running.length, 1)[0]!, 'success')
          else if (kind === 'cancel' && n < tickets.length) gate.cancel(tickets[n]!)
          else if (kind === 'advance') await clock.advance(n)
          else if (kind === 'limit') limit.set(1 + (n % 4))
          else if (kind === 'bounds') {
            line.update({ capacity: n % 7, maxCost: n })
            gate.wake()
          }
          await clock.flush()
          expect(limiter.inflight).toBe(running.length)
          expect(line.size).toBe(gate.waiting)
          expect(answered + gate.waiting).toBe(tickets.length)
          expect(clock.pending).toBe(gate.waiting > 0 ? 1 : 0)
        }
        const endedAt = clock.now()
        // A gate that asks and asks without anything happening would not come to an end here.
        await clock.runAll(2000)
        expect(answered).toBe(tickets.length)
        expect(clock.now()).toBeLessThanOrEqual(endedAt + maxWaitMs)
        for (const ticket of running) gate.leave(ticket, 'ignored')
        expect([limiter.inflight, gate.waiting, line.size, clock.pending]).toEqual([0, 0, 0, 0])
      }),
      { numRuns: 40 },
    )
  })

  it('lets 10,000 wait and leave with at most two looks at clock and timer each, in any order', () => {
    const clock = new CountingClock()
    const crowd = 10_000
    const gate = new QueueGate(
      new ConcurrencyLimiter(new FixedLimit(1)),
      waiters(make({ capacity: crowd, maxCost: Infinity, maxAgeMs: 1000 })),
      clock,
    )
    void gate.enter(createTicket(0))
    const tickets = Array.from({ length: crowd }, (_, i) =>
      createTicket(0, { key: `${i % 500}`, priority: i % 40, deadline: 500 + ((i * 7919) % 100) }),
    )
    for (const ticket of tickets) void gate.enter(ticket)
    expect(clock.calls).toBeLessThanOrEqual(2 * crowd)
    const before = clock.calls
    for (let i = 0; i < crowd; i++) gate.cancel(tickets[(i * 7919) % crowd]!)
    expect(clock.calls - before).toBeLessThanOrEqual(2 * crowd)
    expect(gate.waiting).toBe(0)
  })
})

it.each(['PriorityQueue', 'DeficitRoundRobin', 'EarliestDeadlineFirst', 'ServiceCodel'])(
  'lets 100,000 wait in a %s and forgets them, in any order',
  (name) => {
    const line = disciplines.find((one) => one.name === name)!.make({ capacity: 1e6, maxCost: 1e6, maxAgeMs: 1e6 })
    const crowd = 100_000
    const jobs = Array.from({ length: crowd }, (_, i) =>
      job(i, 0, { key: `${i % 5000}`, priority: i % 900, deadline: 500 + ((i * 7919) % 1009) }),
    )
    for (const one of jobs) {
      line.push(one, 0)
      // As a gate does whose limiter is full.
      line.putBack(line.next(0, () => {})!)
    }
    for (let i = 0; i < crowd; i++) line.remove(jobs[(i * 7919) % crowd]!)
    expect([line.size, line.cost, line.expiresAt()]).toEqual([0, 0, Infinity])
  },
)

class CountingClock implements Clock {
  calls = 0
  now(): number {
    this.calls++
    return 0
  }
  after(): () => void {
    this.calls++
    return () => {}
  }
}

describe('QueueGate', () => {
  it('tells a discipline that learns from delays of those who need not wait', async () => {
    const clock = new VirtualClock()
    const line = new ServiceCodel<Waiter>({ capacity: 99 })
    const gate = new QueueGate(new ConcurrencyLimiter(new FixedLimit(1)), line, clock)
    const enter = (): Ticket => {
      const ticket = createTicket(clock.now())
      void gate.enter(ticket)
      return ticket
    }
    // One in three finds the server busy and waits for 30 ms; the others show that no queue stands.
    for (let i = 0; i < 20; i++) {
      const first = enter()
      await clock.advance(10)
      const second = enter()
      await clock.advance(30)
      gate.leave(first, 'success')
      await clock.advance(10)
      gate.leave(second, 'success')
      await clock.advance(50)
      gate.leave(enter(), 'success')
      expect(line.overloaded).toBe(false)
    }
  })

  it('ends the waits of all who give way to one costly newcomer', async () => {
    const clock = new VirtualClock()
    const line = new Fifo<Waiter>({ capacity: 9, maxCost: 4, overflow: 'drop-oldest' })
    const gate = new QueueGate(new ConcurrencyLimiter(new FixedLimit(1)), line, clock)
    const ends: string[] = []
    const enter = (name: string, cost: number): void =>
      void Promise.resolve(gate.enter(createTicket(0, { cost }))).then((no) => ends.push(`${name} ${no?.reason}`))
    for (const name of 'abcde') enter(name, 1)
    enter('big', 3)
    await clock.flush()
    expect(ends.toSorted()).toEqual(['a undefined', 'b queue-full', 'c queue-full', 'd queue-full'])
    expect([gate.waiting, line.size]).toEqual([2, 2])
  })

  it('gives newcomers another wait when it is changed, and leaves that of the others alone', async () => {
    const clock = new VirtualClock()
    const limiter = new ConcurrencyLimiter(new FixedLimit(1))
    const gate = new QueueGate(limiter, new Fifo({ capacity: 9 }), clock, { maxWaitMs: 50 })
    const log: string[] = []
    const enter = (name: string): void =>
      void Promise.resolve(gate.enter(createTicket(clock.now()))).then((no) =>
        log.push(`${name}@${clock.now()} ${no?.reason}`),
      )
    enter('a')
    enter('b')
    gate.update({ maxWaitMs: 20 })
    enter('c')
    await clock.advance(60)
    expect(log).toEqual(['a@0 undefined', 'c@20 queue-timeout', 'b@50 queue-timeout'])
    gate.update({ waitFor: ['rate'] })
    expect(gate.enter(createTicket(60))).toMatchObject({ reason: 'concurrency' })
    expect(() => gate.update({ maxWaitMs: -1, waitFor: ['concurrency'] })).toThrow(/QueueGate: option "maxWaitMs"/)
    expect(gate.enter(createTicket(60))).toMatchObject({ reason: 'concurrency' })
  })
})
