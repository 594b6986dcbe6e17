/** Gates for code without a request. */
import {
  acquire,
  ConcurrencyLimiter,
  createTicket,
  Fifo,
  FixedLimit,
  Guard,
  isOverloadError,
  OverloadError,
  QueueGate,
  run,
  type Limit,
  type Outcome,
} from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { expect, test } from 'vitest'
import { Budget, Recorder } from './support/limiters.ts'

function scene() {
  const clock = new VirtualClock()
  const limiter = new ConcurrencyLimiter(new FixedLimit(1))
  return { clock, limiter, gate: new QueueGate(limiter, new Fifo({ capacity: 1 }), clock) }
}

test('runs the work and returns its value', async () => {
  const { clock, limiter, gate } = scene()
  const result = await run(gate, { key: 'k' }, (ticket) => `${ticket.key}${limiter.inflight}`, { clock })
  expect(result).toEqual({ ok: true, value: 'k1' })
  expect(limiter.inflight).toBe(0)
})

test('returns why the work never ran', async () => {
  const { clock, gate } = scene()
  let end = (): void => {}
  const long = run(gate, {}, () => new Promise<void>((resolve) => (end = resolve)), { clock })
  const waits = run(gate, {}, () => 'late', { clock })
  expect(await run(gate, {}, () => expect.unreachable(), { clock })).toMatchObject({
    ok: false,
    rejection: { reason: 'queue-full' },
  })
  end()
  expect(await long).toMatchObject({ ok: true })
  expect(await waits).toEqual({ ok: true, value: 'late' })
})

test('reports the duration of work that succeeded, without the wait', async () => {
  const clock = new VirtualClock()
  const samples: number[] = []
  const limit: Limit = { value: 1, sample: (_now, rttMs) => void samples.push(rttMs) }
  const gate = new QueueGate(new ConcurrencyLimiter(limit), new Fifo({ capacity: 1 }), clock)
  const work = () => new Promise<void>((resolve) => clock.after(30, resolve))
  const both = Promise.all([run(gate, {}, work, { clock }), run(gate, {}, work, { clock })])
  await clock.advance(100)
  await both
  expect(samples).toEqual([30, 30])
})

test('settles work that throws as ignored, or as it is told, and throws on', async () => {
  const recorder = new Recorder('r')
  const clock = new VirtualClock()
  const gate = new Guard(recorder, clock)
  const work = (): never => {
    throw new Error('no')
  }
  const told: (((error: unknown) => Outcome) | undefined)[] = [
    undefined,
    (error) => (error instanceof Error && error.message === 'no' ? 'dropped' : 'success'),
    () => {
      throw new Error('broken')
    },
  ]
  for (const outcomeOf of told) {
    await expect(run(gate, {}, work, outcomeOf === undefined ? { clock } : { clock, outcomeOf })).rejects.toThrow('no')
  }
  expect(recorder.log.filter((line) => !line.endsWith('admit'))).toEqual(['r ignored', 'r dropped', 'r ignored'])
})

test('stops waiting when the signal is aborted', async () => {
  const { clock, limiter, gate } = scene()
  const first = createTicket(0)
  void gate.enter(first)
  const controller = new AbortController()
  const waits = run(gate, {}, () => expect.unreachable(), { clock, signal: controller.signal })
  expect(gate.waiting).toBe(1)
  controller.abort()
  expect(gate.waiting).toBe(0)
  expect(await waits).toMatchObject({ ok: false, rejection: { reason: 'cancelled' } })
  expect(await run(gate, {}, () => expect.unreachable(), { clock, signal: controller.signal })).toMatchObject({
    ok: false,
  })
  gate.leave(first, 'success')
  expect(limiter.inflight).toBe(0)
})

test('gives the place back when the caller left after it was let in and before it heard of it', async () => {
  const { clock, limiter, gate } = scene()
  const first = createTicket(0)
  void gate.enter(first)
  const controller = new AbortController()
  const waits = run(gate, {}, () => expect.unreachable(), { clock, signal: controller.signal })
  gate.leave(first, 'success')
  controller.abort()
  expect(await waits).toMatchObject({ ok: false, rejection: { reason: 'cancelled', limiter: 'run' } })
  expect(limiter.inflight).toBe(0)
})

test('runs after a wait that was not aborted, and forgets the signal', async () => {
  const { clock, limiter, gate } = scene()
  const first = createTicket(0)
  void gate.enter(first)
  const controller = new AbortController()
  const waits = run(gate, {}, () => controller.abort(), { clock, signal: controller.signal })
  gate.leave(first, 'success')
  expect(await waits).toEqual({ ok: true, value: undefined })
  expect(limiter.inflight).toBe(0)
})

test('leaves no listener on the signal once it was let in or turned away', async () => {
  const { clock, gate } = scene()
  const listeners = new Set<() => void>()
  const signal = {
    aborted: false,
    addEventListener: (_: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_: 'abort', listener: () => void) => void listeners.delete(listener),
  }
  const first = createTicket(0)
  void gate.enter(first)
  const waits = run(gate, {}, () => expect(listeners.size).toBe(0), { clock, signal })
  expect(listeners.size).toBe(1)
  gate.leave(first, 'success')
  await waits
  void gate.enter(createTicket(0))
  const refused = run(gate, {}, () => {}, { clock, signal })
  await clock.advance(1000)
  expect(await refused).toMatchObject({ ok: false, rejection: { reason: 'queue-timeout' } })
  expect(listeners.size).toBe(0)
})

test('uses the system clock when it is given none', async () => {
  expect(await run(new Guard(new Budget(1), new VirtualClock()), {}, () => 1)).toEqual({ ok: true, value: 1 })
  const permit = await acquire(new Guard(new Budget(1), new VirtualClock()))
  permit[Symbol.dispose]()
})

test('gives a permit back as ignored at the end of its block, once', async () => {
  const recorder = new Recorder('r')
  const gate = new Guard(recorder, new VirtualClock())
  {
    using permit = await acquire(gate, { key: 'k' })
    expect(permit.ticket.key).toBe('k')
  }
  for (const verb of ['succeed', 'drop', 'revoke'] as const) {
    using permit = await acquire(gate)
    permit[verb]()
    permit.succeed()
  }
  expect(recorder.log.filter((line) => !line.endsWith('admit'))).toEqual([
    'r ignored',
    'r success',
    'r dropped',
    'r revoked',
  ])
})

test('throws an OverloadError when a permit is refused', async () => {
  const error: unknown = await acquire(new Guard(new Budget(0), new VirtualClock())).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(OverloadError)
  expect(isOverloadError(error) && error.rejection).toEqual({
    reason: 'rate',
    limiter: 'budget',
    retryAfterMs: Infinity,
  })
  expect(error).toMatchObject({ name: 'OverloadError', code: 'SPILLWAY_REJECTED', message: 'refused by budget: rate' })
  expect((error as Error).cause).toBe((error as OverloadError).rejection)
})

test('knows the errors of another copy of the package, and no others', () => {
  const foreign = Object.assign(new Error('x'), { code: 'SPILLWAY_REJECTED', rejection: {} })
  expect(isOverloadError(foreign)).toBe(true)
  for (const other of [new Error('x'), { code: 'SPILLWAY_REJECTED' }, null, 'x', undefined])
    expect(isOverloadError(other)).toBe(false)
})
