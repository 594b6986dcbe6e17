/** Watching a gate. */
import { ConcurrencyLimiter, createTicket, Fifo, FixedLimit, observe, QueueGate } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { expect, test } from 'vitest'

const queue = (clock: VirtualClock) =>
  new QueueGate(new ConcurrencyLimiter(new FixedLimit(1)), new Fifo({ capacity: 1 }), clock)

test('tells verdicts and ends, of work that waited as well', async () => {
  const clock = new VirtualClock()
  const log: string[] = []
  const gate = observe(queue(clock), {
    decided: (ticket, verdict) =>
      log.push(`${ticket.key} ${verdict?.reason ?? 'ok'} after ${clock.now() - ticket.arrivedAt}`),
    settled: (ticket, outcome) => log.push(`${ticket.key} ${outcome}`),
  })
  const [a, b, c] = ['a', 'b', 'c'].map((key) => createTicket(0, { key }))
  void gate.enter(a!)
  const waits = gate.enter(b!)
  void gate.enter(c!)
  await clock.advance(5)
  gate.leave(a!, 'success')
  expect(await waits).toBeUndefined()
  expect(log).toEqual(['a ok after 0', 'c queue-full after 0', 'a success', 'b ok after 5'])
})

test('passes a cancel on', async () => {
  const gate = observe(queue(new VirtualClock()), {})
  void gate.enter(createTicket(0))
  const ticket = createTicket(0)
  const verdict = gate.enter(ticket)
  gate.cancel(ticket)
  expect(await verdict).toMatchObject({ reason: 'cancelled' })
})

test('counts and otherwise ignores an observer that throws', () => {
  const broken = (): never => {
    throw new Error('broken')
  }
  const gate = observe(queue(new VirtualClock()), { decided: broken, settled: broken })
  const ticket = createTicket(0)
  expect(gate.enter(ticket)).toBeUndefined()
  gate.leave(ticket, 'success')
  expect(gate.failures).toBe(2)
})

test('passes arrivals on to a gate that wants to know', () => {
  let arrivals = 0
  const curious = { enter: () => undefined, leave: () => {}, cancel: () => {}, arrived: () => void arrivals++ }
  observe(curious, {}).arrived?.()
  observe(queue(new VirtualClock()), {}).arrived?.()
  expect(arrivals).toBe(1)
})
