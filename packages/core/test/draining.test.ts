/** Shutting down. */
import { createTicket, DrainingLimiter } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { expect, test } from 'vitest'

test('refuses everything once drained, and counts what is still in flight', () => {
  const limiter = new DrainingLimiter(new VirtualClock())
  const ticket = createTicket(0)
  expect(limiter.admit(ticket, 0)).toBeUndefined()
  expect(limiter.draining).toBe(false)
  limiter.drain()
  expect(limiter.draining).toBe(true)
  expect(limiter.admit(createTicket(0), 0)).toEqual({ reason: 'draining', limiter: 'draining', retryAfterMs: 1000 })
  expect(limiter.inflight).toBe(1)
  expect(limiter.isIdle()).toBe(false)
  limiter.settle(ticket, 0, 'success')
  limiter.settle(ticket, 0, 'success')
  expect(limiter.inflight).toBe(0)
})

test('is idle at once when nothing is in flight', async () => {
  expect(await new DrainingLimiter(new VirtualClock()).idle()).toBe(true)
})

test('is idle when the last one ends, and leaves no timer behind', async () => {
  const clock = new VirtualClock()
  const limiter = new DrainingLimiter(clock)
  const tickets = [createTicket(0), createTicket(0)]
  for (const ticket of tickets) limiter.admit(ticket, 0)
  limiter.drain()
  const idle = limiter.idle()
  expect(limiter.idle()).toBe(idle)
  for (const ticket of tickets) limiter.settle(ticket, 5, 'success')
  expect(await idle).toBe(true)
  expect(clock.pending).toBe(0)
})

test('gives up after the grace, and can be asked again', async () => {
  const clock = new VirtualClock()
  const limiter = new DrainingLimiter(clock, { graceMs: 100, name: 'door', retryAfterMs: 5 })
  const ticket = createTicket(0)
  limiter.admit(ticket, 0)
  let answer: boolean | undefined
  void limiter.idle().then((idle) => (answer = idle))
  await clock.advance(99)
  expect(answer).toBeUndefined()
  await clock.advance(1)
  expect(answer).toBe(false)
  const again = limiter.idle()
  limiter.settle(ticket, 150, 'success')
  expect(await again).toBe(true)
})

test('names option, value and range when an option is wrong', () => {
  const clock = new VirtualClock()
  expect(() => new DrainingLimiter(clock, { graceMs: -1 })).toThrow(/DrainingLimiter: option "graceMs"/)
  expect(() => new DrainingLimiter(clock, { retryAfterMs: 0 })).toThrow(/"retryAfterMs"/)
  expect(() => new DrainingLimiter(clock, { grace: 1 } as never)).toThrow(/unknown option "grace"/)
})
