/** The queueing gate: who waits, who is let in when, and how waits end. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  Fifo,
  FixedLimit,
  QueueGate,
  SettableLimit,
  type Discipline,
  type Limiter,
  type QueueGateOptions,
  type Reason,
  type Ticket,
  type TicketInit,
  type Verdict,
  type Waiter,
} from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { expect, test } from 'vitest'
import { Lifo } from '../support/lifo.ts'
import { Budget, Spaced, Weighed } from '../support/limiters.ts'

class Scene {
  readonly clock = new VirtualClock()
  readonly log: string[] = []
  readonly gate: QueueGate

  constructor(limiter: Limiter, line: number | Discipline<Waiter> = 10, options: QueueGateOptions = {}) {
    this.gate = new QueueGate(
      limiter,
      typeof line === 'number' ? new Fifo({ capacity: line }) : line,
      this.clock,
      options,
    )
  }

  enter(name: string, init: TicketInit = {}): Ticket {
    const ticket = createTicket(this.clock.now(), init)
    const verdict = this.gate.enter(ticket)
    const note = (how: string) => (v: Verdict) =>
      void this.log.push(`${name}@${this.clock.now()}${how}${v?.reason ?? 'ok'}`)
    if (verdict instanceof Promise) void verdict.then(note(' '))
    else note('=')(verdict)
    return ticket
  }
}

const one = (): ConcurrencyLimiter => new ConcurrencyLimiter(new FixedLimit(1))

test('admits at once, and synchronously, while the limiter does', () => {
  const scene = new Scene(one())
  scene.enter('a')
  expect(scene.log).toEqual(['a@0=ok'])
  expect(scene.clock.pending).toBe(0)
})

test('hands the place of who leaves to who waits longest', async () => {
  const limiter = one()
  const scene = new Scene(limiter)
  const a = scene.enter('a')
  const b = scene.enter('b')
  scene.enter('c')
  await scene.clock.advance(5)
  scene.gate.leave(a, 'success')
  // The place is taken before the promise is heard of, so that nobody can slip in between.
  expect(limiter.inflight).toBe(1)
  expect(scene.gate.waiting).toBe(1)
  await scene.clock.advance(5)
  scene.gate.leave(b, 'success')
  await scene.clock.flush()
  expect(scene.log).toEqual(['a@0=ok', 'b@5 ok', 'c@10 ok'])
})

test('notes when work that waited was let in, so that waiting does not count as its duration', async () => {
  const scene = new Scene(one())
  const a = scene.enter('a')
  const b = scene.enter('b')
  await scene.clock.advance(7)
  expect(b.startedAt).toBe(0)
  scene.gate.leave(a, 'success')
  expect(b.startedAt).toBe(7)
  expect(b.arrivedAt).toBe(0)
})

test('wakes when the promise of the refusal has passed', async () => {
  const scene = new Scene(new Spaced(100), 3)
  for (const name of 'abcde') scene.enter(name)
  await scene.clock.advance(99)
  expect(scene.log).toEqual(['a@0=ok', 'e@0=queue-full'])
  await scene.clock.advance(1000)
  expect(scene.log.slice(2)).toEqual(['b@100 ok', 'c@200 ok', 'd@300 ok'])
  expect(scene.clock.pending).toBe(0)
})

test('lets no newcomer overtake, even at the instant when there is room again', async () => {
  const scene = new Scene(new Spaced(100))
  scene.enter('a')
  scene.enter('b')
  scene.clock.after(100, () => scene.enter('late'))
  await scene.clock.advance(300)
  expect(scene.log).toEqual(['a@0=ok', 'b@100 ok', 'late@200 ok'])
})

test('uses one timer however many wait', async () => {
  const scene = new Scene(one(), 1000)
  for (let i = 0; i < 500; i++) scene.enter(`w${i}`)
  expect(scene.clock.pending).toBe(1)
  await scene.clock.advance(2000)
  expect(scene.gate.waiting).toBe(0)
  expect(scene.clock.pending).toBe(0)
})

test('frees the place of who is cancelled at once', async () => {
  const scene = new Scene(one(), 1)
  scene.enter('a')
  const b = scene.enter('b')
  scene.enter('c')
  scene.gate.cancel(b)
  scene.enter('d')
  await scene.clock.flush()
  expect(scene.log).toEqual(['a@0=ok', 'c@0=queue-full', 'b@0 cancelled'])
  expect(scene.gate.waiting).toBe(1)
})

test('ignores the cancelling of work that does not wait', () => {
  const limiter = one()
  const scene = new Scene(limiter)
  const a = scene.enter('a')
  scene.gate.cancel(a)
  scene.gate.cancel(createTicket(0))
  expect(limiter.inflight).toBe(1)
})

test('asks for the next one when the one that held up the line is cancelled', async () => {
  const scene = new Scene(new Weighed(10))
  scene.enter('small', { cost: 5 })
  const big = scene.enter('big', { cost: 8 })
  scene.enter('next', { cost: 5 })
  scene.gate.cancel(big)
  await scene.clock.flush()
  expect(scene.log).toEqual(['small@0=ok', 'big@0 cancelled', 'next@0 ok'])
})

test('asks for the next one when the one that held up the line has waited too long', async () => {
  const scene = new Scene(new Weighed(10), 10, { maxWaitMs: 100 })
  scene.enter('small', { cost: 5 })
  scene.enter('big', { cost: 8 })
  await scene.clock.advance(50)
  scene.enter('next', { cost: 5 })
  await scene.clock.advance(60)
  expect(scene.log).toEqual(['small@0=ok', 'big@100 queue-timeout', 'next@100 ok'])
})

test('ends a wait after maxWaitMs, and not a moment earlier', async () => {
  const scene = new Scene(one(), 10, { maxWaitMs: 50 })
  const a = scene.enter('a')
  scene.enter('b')
  scene.clock.after(20, () => scene.enter('c'))
  scene.clock.after(70, () => scene.gate.leave(a, 'success'))
  await scene.clock.advance(100)
  expect(scene.log).toEqual(['a@0=ok', 'b@50 queue-timeout', 'c@70 ok'])
})

test('still lets in at the very last instant of a wait', async () => {
  const scene = new Scene(new Spaced(50), 10, { maxWaitMs: 50 })
  scene.enter('a')
  scene.enter('b')
  await scene.clock.advance(50)
  expect(scene.log).toEqual(['a@0=ok', 'b@50 ok'])
})

test('ends a wait at the deadline of the ticket', async () => {
  const scene = new Scene(one())
  scene.enter('a')
  scene.enter('b')
  scene.enter('c', { deadline: 30 })
  scene.enter('d', { deadline: 20 })
  await scene.clock.advance(40)
  expect(scene.log).toEqual(['a@0=ok', 'd@20 deadline', 'c@30 deadline'])
})

test('does not let anybody wait whose deadline has passed', () => {
  const scene = new Scene(one())
  scene.enter('a')
  scene.enter('b', { deadline: 0 })
  expect(scene.log).toEqual(['a@0=ok', 'b@0=deadline'])
})

test('does not let in who waited too long when the timer is late', async () => {
  const late = new VirtualClock()
  // The loop was busy: the timer has not fired, but the work before it has ended.
  const gate = new QueueGate(
    one(),
    new Fifo({ capacity: 2 }),
    { now: () => late.now(), after: () => () => {} },
    { maxWaitMs: 10 },
  )
  const a = createTicket(0)
  void gate.enter(a)
  const b = gate.enter(createTicket(0))
  await late.advance(8)
  const c = gate.enter(createTicket(8))
  await late.advance(5)
  gate.leave(a, 'success')
  expect(await b).toMatchObject({ reason: 'queue-timeout' })
  expect(await c).toBeUndefined()
})

test('passes on at once what is not worth waiting for', () => {
  const refused = (reason: Reason, retryAfterMs: number): Limiter => ({
    name: 'x',
    admit: () => ({ reason, limiter: 'x', retryAfterMs }),
    settle: () => {},
  })
  for (const limiter of [
    refused('pressure', 1),
    refused('rate', Infinity),
    refused('concurrency', Infinity),
    refused('rate', 1001),
  ]) {
    const scene = new Scene(limiter)
    const verdict = scene.gate.enter(createTicket(0))
    expect(verdict).toMatchObject({ limiter: 'x' })
    expect(scene.clock.pending).toBe(0)
  }
})

test('waits only for the reasons it was told to wait for', () => {
  const scene = new Scene(new Spaced(10), 10, { waitFor: ['concurrency'] })
  scene.enter('a')
  scene.enter('b')
  expect(scene.log).toEqual(['a@0=ok', 'b@0=rate'])
})

test('passes on what becomes hopeless while waiting, and goes on with the next', async () => {
  const budget = new Budget(2)
  const scene = new Scene(all(budget, one()))
  const a = scene.enter('a')
  scene.enter('b', { cost: 1 })
  scene.enter('c', { cost: 0 })
  budget.left = 0
  scene.gate.leave(a, 'success')
  await scene.clock.flush()
  expect(scene.log).toEqual(['a@0=ok', 'b@0 rate', 'c@0 ok'])
})

test('refuses everybody after close, and ends all waits', async () => {
  const limiter = one()
  const scene = new Scene(limiter, 10)
  const a = scene.enter('a')
  scene.enter('b')
  scene.enter('c')
  scene.gate[Symbol.dispose]()
  scene.enter('d')
  await scene.clock.flush()
  expect(scene.log).toEqual(['a@0=ok', 'd@0=draining', 'b@0 draining', 'c@0 draining'])
  expect(scene.clock.pending).toBe(0)
  scene.gate.leave(a, 'success')
  expect(limiter.inflight).toBe(0)
})

test('asks again when woken, and by itself after the retry time, so that a raised limit is noticed', async () => {
  const limit = new SettableLimit(1)
  const scene = new Scene(new ConcurrencyLimiter(limit, { retryAfterMs: 30 }))
  for (const name of 'abc') scene.enter(name)
  limit.set(2)
  scene.gate.wake()
  await scene.clock.advance(10)
  limit.set(3)
  await scene.clock.advance(50)
  expect(scene.log).toEqual(['a@0=ok', 'b@0 ok', 'c@30 ok'])
  scene.gate.wake()
})

test('tells those it turns away how long the line takes', async () => {
  const scene = new Scene(new Spaced(10), 4)
  for (let i = 0; i < 5; i++) scene.enter(`w${i}`)
  await scene.clock.advance(25)
  scene.enter('x')
  scene.enter('y')
  // Four wait, this would be the fifth, and one goes every 10 ms.
  expect(scene.gate.enter(createTicket(25))).toEqual({ reason: 'queue-full', limiter: 'queue', retryAfterMs: 50 })
})

test('does not take the time when nobody waited for slowness of the line', async () => {
  const scene = new Scene(new Spaced(10), 1)
  for (let i = 0; i < 3; i++) {
    scene.enter('a')
    scene.enter('b')
    await scene.clock.advance(700)
  }
  // Each line had one hand-over, so nothing is known of the time between two.
  scene.enter('a')
  scene.enter('b')
  expect(scene.gate.enter(createTicket(2100))).toMatchObject({ reason: 'queue-full', retryAfterMs: 1000 })
})

test('promises a second while it knows nothing of the line', () => {
  const scene = new Scene(one(), 0, { name: 'door' })
  scene.enter('a')
  expect(scene.gate.enter(createTicket(0))).toEqual({ reason: 'queue-full', limiter: 'door', retryAfterMs: 1000 })
  expect(scene.clock.pending).toBe(0)
})

test('does not spin on a refusal that promises no time at all', async () => {
  let asked = 0
  const scene = new Scene({
    name: 'x',
    admit: () =>
      ++asked > 50 ? undefined : { reason: 'rate', limiter: 'x', retryAfterMs: asked % 2 === 0 ? 0 : Number.NaN },
    settle: () => {},
  })
  scene.enter('a')
  await scene.clock.advance(1)
  expect(scene.log).toHaveLength(1)
  expect(scene.log[0]).toMatch(/^a@0\.0\d+ ok$/)
})

test('lets a discipline put a newcomer first', async () => {
  const scene = new Scene(new Weighed(10), new Lifo(2))
  scene.enter('a', { cost: 5 })
  scene.enter('big', { cost: 8 })
  scene.enter('small', { cost: 5 })
  expect(scene.log).toEqual(['a@0=ok', 'small@0=ok'])
})

test('ends the wait of who loses its place to a newcomer', async () => {
  const scene = new Scene(one(), new Lifo(1))
  const a = scene.enter('a')
  scene.enter('b')
  scene.enter('c')
  scene.gate.leave(a, 'success')
  await scene.clock.flush()
  expect(scene.log).toEqual(['a@0=ok', 'b@0 queue-full', 'c@0 ok'])
})

test('hands out the age rule of the discipline, in time', async () => {
  const scene = new Scene(one(), new Fifo({ capacity: 5, maxAgeMs: 20 }))
  scene.enter('a')
  scene.enter('b')
  await scene.clock.advance(30)
  expect(scene.log).toEqual(['a@0=ok', 'b@20 queue-timeout'])
})

test('waits on while a discipline holds everybody back', async () => {
  const lifo = new Lifo(5)
  const scene = new Scene(one(), lifo)
  const a = scene.enter('a')
  scene.enter('b')
  lifo.closed = true
  scene.gate.leave(a, 'success')
  await scene.clock.advance(10)
  expect(scene.gate.waiting).toBe(1)
  lifo.closed = false
  scene.gate.wake()
  await scene.clock.flush()
  expect(scene.log).toEqual(['a@0=ok', 'b@10 ok'])
})

test('tells limiters when they were asked, also when another one then refuses', async () => {
  const revoked: unknown[] = []
  const spy: Limiter = {
    name: 'spy',
    admit: () => undefined,
    settle: (ticket, now, outcome) => void revoked.push([ticket.startedAt, now, outcome]),
  }
  const scene = new Scene(all(spy, new ConcurrencyLimiter(new FixedLimit(1), { retryAfterMs: 50 })))
  scene.enter('a')
  const b = scene.enter('b')
  await scene.clock.advance(60)
  expect(revoked).toEqual([
    [0, 0, 'revoked'],
    [50, 50, 'revoked'],
  ])
  expect(b.startedAt).toBe(0)
})

test('names option, value and range when an option is wrong', () => {
  const make = (options: QueueGateOptions) => () =>
    new QueueGate(one(), new Fifo({ capacity: 1 }), new VirtualClock(), options)
  expect(make({ maxWaitMs: 0 })).toThrow(
    /QueueGate: option "maxWaitMs" must be a number >= 0.001 and <= 3600000, got 0/,
  )
  expect(make({ maxWait: 1 } as never)).toThrow(/unknown option "maxWait"/)
})
