/** Laws of the queueing gate: random lives of a queue against a naive model that looks at every millisecond. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  Fifo,
  FixedLimit,
  QueueGate,
  SettableLimit,
  type Clock,
  type Limiter,
  type Outcome,
  type Ticket,
  type Verdict,
} from '@spillway/core'
import { checked, VirtualClock } from '@spillway/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Lifo } from '../support/lifo.ts'
import { Spaced } from '../support/limiters.ts'

const capacity = 5
const maxWaitMs = 40

interface Waits {
  readonly id: number
  readonly dueAt: number
  readonly deadline: number
}

/** What should happen: a list, a count, and a look at everything at each step. */
class Model {
  readonly log: string[] = []
  now = 0
  limit = 2
  running: number[] = []
  waiting: Waits[] = []

  enter(id: number, lifetimeMs: number): void {
    const deadline = this.now + lifetimeMs
    const dueAt = Math.min(deadline, this.now + maxWaitMs)
    if (this.waiting.length === 0 && this.running.length < this.limit) this.#start(id)
    else if (dueAt <= this.now) this.#note(id, 'deadline')
    else if (this.waiting.length >= capacity) this.#note(id, 'queue-full')
    else this.waiting.push({ id, dueAt, deadline })
  }

  leave(id: number): void {
    this.running = this.running.filter((other) => other !== id)
    this.dispatch()
  }

  cancel(id: number): void {
    if (this.waiting.some((w) => w.id === id)) this.#note(id, 'cancelled')
    this.waiting = this.waiting.filter((w) => w.id !== id)
  }

  advance(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.now++
      for (const w of this.waiting.filter((one) => one.dueAt <= this.now)) {
        this.#note(w.id, w.dueAt === w.deadline ? 'deadline' : 'queue-timeout')
      }
      this.waiting = this.waiting.filter((w) => w.dueAt > this.now)
    }
  }

  dispatch(): void {
    while (this.waiting.length > 0 && this.running.length < this.limit) this.#start(this.waiting.shift()!.id)
  }

  #start(id: number): void {
    this.running.push(id)
    this.#note(id, 'ok')
  }

  #note(id: number, what: string): void {
    this.log.push(`${id}@${this.now} ${what}`)
  }
}

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('enter'), n: fc.constantFrom(0, 3, 10, 30, 1000, 1000, 1000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave'), n: fc.nat(10) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel'), n: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance'), n: fc.nat(15) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('limit'), n: fc.integer({ min: 1, max: 4 }) }) },
)

test('does what a naive queue would do, and ends with nothing in flight and no timer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const clock = new VirtualClock()
      const limit = new SettableLimit(2)
      const limiter = new ConcurrencyLimiter(limit)
      const gate = new QueueGate(checked(limiter), new Fifo({ capacity }), clock, { maxWaitMs })
      const model = new Model()
      const log: string[] = []
      const tickets: Ticket[] = []
      const admitted: number[] = []
      const hear = (id: number, verdict: Verdict): void => {
        log.push(`${id}@${clock.now()} ${verdict?.reason ?? 'ok'}`)
        if (verdict === undefined) admitted.push(id)
      }
      const leave = async (id: number): Promise<void> => {
        gate.leave(tickets[id]!, 'success')
        model.leave(id)
        await clock.flush()
      }

      for (const { kind, n } of steps) {
        if (kind === 'enter') {
          const id = tickets.length
          const ticket = createTicket(clock.now(), { deadline: clock.now() + n })
          tickets.push(ticket)
          const verdict = gate.enter(ticket)
          if (verdict instanceof Promise) void verdict.then((v) => hear(id, v))
          else hear(id, verdict)
          model.enter(id, n)
        } else if (kind === 'leave' && model.running.length > 0) await leave(model.running[n % model.running.length]!)
        else if (kind === 'cancel' && n < tickets.length) {
          gate.cancel(tickets[n]!)
          model.cancel(n)
        } else if (kind === 'advance') {
          await clock.advance(n)
          model.advance(n)
        } else if (kind === 'limit') {
          limit.set(n)
          model.limit = n
          gate.wake()
          model.dispatch()
        }
        await clock.flush()
        expect(log.toSorted()).toEqual(model.log.toSorted())
        expect(admitted).toEqual(
          model.log.filter((line) => line.endsWith('ok')).map((line) => Number.parseInt(line, 10)),
        )
        expect(limiter.inflight).toBe(model.running.length)
        expect(gate.waiting).toBe(model.waiting.length)
        expect(clock.pending).toBe(model.waiting.length > 0 ? 1 : 0)
      }
      while (model.running.length > 0) await leave(model.running[0]!)
      expect(log).toHaveLength(tickets.length)
      expect(limiter.inflight).toBe(0)
      expect(gate.waiting).toBe(0)
      expect(clock.pending).toBe(0)
    }),
    { numRuns: 300 },
  )
})

test('admits by a rate limit at exactly the promised times, in order', async () => {
  const arrivals = fc.array(fc.nat(60), { minLength: 1, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 25 }), async (gaps, everyMs) => {
      const clock = new VirtualClock()
      const gate = new QueueGate(checked(new Spaced(everyMs)), new Fifo({ capacity: 1000 }), clock, {
        maxWaitMs: 3_600_000,
      })
      const times: number[] = []
      const expected: number[] = []
      let nextAt = 0
      for (const gap of gaps) {
        await clock.advance(gap)
        const verdict = gate.enter(createTicket(clock.now()))
        if (verdict instanceof Promise) void verdict.then(() => times.push(clock.now()))
        else times.push(clock.now())
        expected.push(Math.max(nextAt, clock.now()))
        nextAt = expected.at(-1)! + everyMs
      }
      await clock.runAll()
      expect(times).toEqual(expected)
    }),
    { numRuns: 100 },
  )
})

test('answers everybody and ends empty, whatever limits are combined and whoever goes first', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 9 }),
      async (steps, lifo, gapMs) => {
        const clock = new VirtualClock()
        const limit = new SettableLimit(2)
        const limiter = new ConcurrencyLimiter(limit, { retryAfterMs: 7 })
        const spaced = new Spaced(gapMs)
        const gate = new QueueGate(
          checked(all(spaced, limiter)),
          lifo ? new Lifo(capacity) : new Fifo({ capacity, maxAgeMs: 25 }),
          clock,
          { maxWaitMs },
        )
        let answered = 0
        const tickets: Ticket[] = []
        const running: Ticket[] = []
        const starts: number[] = []
        const hear = (ticket: Ticket, verdict: Verdict): void => {
          answered++
          if (verdict !== undefined) return
          running.push(ticket)
          starts.push(ticket.startedAt)
        }
        for (const { kind, n } of steps) {
          if (kind === 'enter') {
            const ticket = createTicket(clock.now(), { deadline: clock.now() + n })
            tickets.push(ticket)
            const verdict = gate.enter(ticket)
            if (verdict instanceof Promise) void verdict.then((late) => hear(ticket, late))
            else hear(ticket, verdict)
          } else if (kind === 'leave' && running.length > 0)
            gate.leave(running.splice(n % running.length, 1)[0]!, 'success')
          else if (kind === 'cancel' && n < tickets.length) gate.cancel(tickets[n]!)
          else if (kind === 'advance') await clock.advance(n)
          else if (kind === 'limit') limit.set(n)
          await clock.flush()
          expect(limiter.inflight).toBe(running.length)
          expect(answered + gate.waiting).toBe(tickets.length)
        }
        await clock.runAll(10_000)
        expect(answered).toBe(tickets.length)
        expect(clock.now()).toBeLessThanOrEqual(steps.length * 15 + maxWaitMs)
        for (let i = 1; i < starts.length; i++) expect(starts[i]! - starts[i - 1]!).toBeGreaterThanOrEqual(gapMs)
        for (const ticket of running) gate.leave(ticket, 'ignored')
        expect(limiter.inflight).toBe(0)
      },
    ),
    { numRuns: 300 },
  )
})

for (const [order, at] of [
  ['the order they came', (i: number, _n: number) => i],
  ['the reverse order', (i: number, n: number) => n - 1 - i],
  ['any order', (i: number, n: number) => (i * 7919) % n],
] as const) {
  test(`lets 100,000 wait and cancels them in ${order} with work in proportion to their number`, async () => {
    const waiters = 100_000
    const clock = new CountingClock()
    const limiter = new CountingLimiter()
    const gate = new QueueGate(limiter, new Fifo({ capacity: waiters }), clock)
    void gate.enter(createTicket(0))
    const tickets = Array.from({ length: waiters }, () => createTicket(0))
    const verdicts = tickets.map((ticket) => gate.enter(ticket))
    expect(limiter.calls).toBe(2)
    for (let i = 0; i < waiters; i++) gate.cancel(tickets[at(i, waiters)]!)
    expect(gate.waiting).toBe(0)
    // At most one question to the limiter, and one look at the clock or timer, per waiter that held up the others.
    expect(limiter.calls).toBeLessThanOrEqual(waiters + 2)
    expect(clock.calls).toBeLessThanOrEqual(2 * waiters)
    for (const verdict of verdicts) expect((await verdict)?.reason).toBe('cancelled')
  })
}

class CountingClock implements Clock {
  calls = 0
  readonly #clock = new VirtualClock()
  now(): number {
    this.calls++
    return this.#clock.now()
  }
  after(delayMs: number, fn: () => void): () => void {
    this.calls++
    return this.#clock.after(delayMs, fn)
  }
}

class CountingLimiter implements Limiter {
  readonly name = 'one'
  calls = 0
  readonly #limiter = new ConcurrencyLimiter(new FixedLimit(1))
  admit(ticket: Ticket, now: number): Verdict {
    this.calls++
    return this.#limiter.admit(ticket, now)
  }
  settle(ticket: Ticket, now: number, outcome: Outcome): void {
    this.#limiter.settle(ticket, now, outcome)
  }
}
