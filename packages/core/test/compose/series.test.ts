/** Gates one after the other. */
import {
  ConcurrencyLimiter,
  createTicket,
  Fifo,
  FixedLimit,
  Guard,
  QueueGate,
  series,
  type Gate,
  type Outcome,
  type Ticket,
  type Verdict,
} from '@spillway/core'
import { checked, VirtualClock } from '@spillway/core/testing'
import { expect, test } from 'vitest'
import { Budget, Spaced } from '../support/limiters.ts'

const no: Verdict = { reason: 'rate', limiter: 'x', retryAfterMs: 1 }

/** Answers when it is told to, and writes down the rest. */
class Manual implements Gate {
  readonly log: string[] = []
  answer: ((verdict: Verdict) => void) | undefined
  fail: ((error: Error) => void) | undefined
  enter(): Promise<Verdict> {
    return new Promise((resolve, reject) => {
      this.answer = resolve
      this.fail = reject
    })
  }
  leave(_ticket: Ticket, outcome: Outcome): void {
    this.log.push(outcome)
  }
  cancel(): void {
    this.log.push('cancel')
  }
}

function scene() {
  const clock = new VirtualClock()
  const first = new Budget(10)
  const last = new ConcurrencyLimiter(new FixedLimit(1))
  const remote = new Manual()
  return {
    clock,
    first,
    last,
    remote,
    gate: series(new Guard(checked(first), clock), remote, new Guard(checked(last), clock)),
  }
}

test('is synchronous while its gates are', () => {
  const clock = new VirtualClock()
  const budget = new Budget(1)
  const gate = series(new Guard(budget, clock), new Guard(new ConcurrencyLimiter(new FixedLimit(1)), clock))
  expect(gate.enter(createTicket(0))).toBeUndefined()
  expect(gate.enter(createTicket(0))).toMatchObject({ reason: 'rate' })
})

test('revokes the earlier gates when a later one refuses, at once or later', async () => {
  const { gate, first, last, remote, clock } = scene()
  const a = createTicket(0)
  const early = gate.enter(a)
  expect(first.left).toBe(9)
  remote.answer?.(undefined)
  expect(await early).toBeUndefined()
  expect(last.inflight).toBe(1)
  const late = gate.enter(createTicket(0))
  remote.answer?.(undefined)
  expect(await late).toMatchObject({ reason: 'concurrency' })
  expect(remote.log).toEqual(['revoked'])
  const refused = gate.enter(createTicket(0))
  remote.answer?.(no)
  expect(await refused).toBe(no)
  expect(first.left).toBe(9)
  gate.leave(a, 'success')
  expect(last.inflight).toBe(0)
  expect(remote.log).toEqual(['revoked', 'success'])
  expect(clock.pending).toBe(0)

  const both = series(new Guard(checked(new Budget(1)), clock), new Guard(checked(new Budget(0)), clock))
  expect(both.enter(createTicket(0))).toMatchObject({ reason: 'rate' })
})

test('passes a cancel on to the gate that makes its caller wait', async () => {
  const clock = new VirtualClock()
  const outer = new Budget(5)
  const inner = new ConcurrencyLimiter(new FixedLimit(1))
  const gate = series(new Guard(outer, clock), new QueueGate(inner, new Fifo({ capacity: 5 }), clock))
  void gate.enter(createTicket(0))
  const waits = createTicket(0)
  const verdict = gate.enter(waits)
  gate.cancel(waits)
  expect(await verdict).toMatchObject({ reason: 'cancelled' })
  expect(outer.left).toBe(4)
  expect(inner.inflight).toBe(1)
})

test('goes no further for a caller that left between two gates', async () => {
  const { gate, first, last, remote } = scene()
  const ticket = createTicket(0)
  const verdict = gate.enter(ticket)
  remote.answer?.(undefined)
  gate.cancel(ticket)
  expect(await verdict).toMatchObject({ reason: 'cancelled', limiter: 'series' })
  expect(first.left).toBe(10)
  expect(remote.log).toEqual(['cancel', 'revoked'])
  expect(last.inflight).toBe(0)
})

test('ignores the cancelling of work that does not wait', async () => {
  const { gate, remote } = scene()
  const ticket = createTicket(0)
  gate.cancel(ticket)
  const verdict = gate.enter(ticket)
  remote.answer?.(undefined)
  expect(await verdict).toBeUndefined()
  gate.cancel(ticket)
  expect(remote.log).toEqual([])
})

test('revokes the earlier gates even when one breaks its promise never to reject', async () => {
  const { gate, first, remote } = scene()
  const verdict = gate.enter(createTicket(0))
  remote.fail?.(new Error('broken'))
  await expect(verdict).rejects.toThrow('broken')
  expect(first.left).toBe(10)
})

test('lets later gates see when the work got to them, not when it arrived', async () => {
  const clock = new VirtualClock()
  const seen = new Spaced(10)
  const gate = series(new QueueGate(new Spaced(50), new Fifo({ capacity: 5 }), clock), new Guard(seen, clock))
  void gate.enter(createTicket(0))
  const second = gate.enter(createTicket(0))
  await clock.advance(50)
  expect(await second).toBeUndefined()
  expect(seen.nextAt).toBe(60)
})

test('tells of arrivals those gates that want to know', () => {
  const clock = new VirtualClock()
  let arrivals = 0
  const curious: Gate = { enter: () => undefined, leave: () => {}, cancel: () => {}, arrived: () => void arrivals++ }
  series(new Guard(new Budget(1), clock), curious).arrived?.()
  expect(arrivals).toBe(1)
})

test('counts the longest wait in each queue from when the work got there', async () => {
  const clock = new VirtualClock()
  const second = new QueueGate(new Spaced(60), new Fifo({ capacity: 5 }), clock, { maxWaitMs: 60 })
  const gate = series(new QueueGate(new Spaced(50), new Fifo({ capacity: 5 }), clock), second)
  void gate.enter(createTicket(0))
  const late = gate.enter(createTicket(0))
  const last = createTicket(0)
  const later = gate.enter(last)
  await clock.advance(200)
  expect(await late).toBeUndefined()
  // It got to the second queue at 100, and 120 is within 60 of that.
  expect(await later).toBeUndefined()
  expect(last.startedAt).toBe(120)
})
