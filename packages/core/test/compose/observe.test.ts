/** Watching a gate. */
import {
  ConcurrencyLimiter,
  createTicket,
  Fifo,
  FixedLimit,
  observe,
  observeLimiter,
  QueueGate,
  RateLimiter,
  withGateMode,
  withMode,
  type Decision,
  type Gate,
  type Rejection,
} from '@spillway/core'
import { checked, VirtualClock } from '@spillway/core/testing'
import { describe, expect, test } from 'vitest'
import { Budget, Recorder } from '../support/limiters.ts'

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

describe('events of decisions', () => {
  const brief = ({ ticket, enforced, reason, limiter, priority, waitedMs }: Decision) =>
    `${ticket.key} p${priority} ${reason ?? 'yes'}${limiter === undefined ? '' : ` by ${limiter}`} after ${waitedMs}${enforced ? '' : ', let in'}`

  test('tell who said what to whom after how long, once for each', async () => {
    const clock = new VirtualClock(100)
    const log: string[] = []
    const gate = observe(queue(clock), { decision: (event) => log.push(brief(event)) }, clock)
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((key, priority) => createTicket(100, { key, priority }))
    void gate.enter(a!)
    void gate.enter(b!)
    void gate.enter(c!)
    await clock.advance(7)
    gate.leave(a!, 'success')
    void gate.enter(d!)
    await clock.advance(5)
    gate.cancel(d!)
    await clock.flush()
    expect(log).toEqual([
      'a p0 yes after 0',
      'c p2 queue-full by queue after 0',
      'b p1 yes after 7',
      'd p3 cancelled by queue after 12',
    ])
  })

  test('carry the verdict itself', () => {
    const seen: Decision[] = []
    const gate = observe(queue(new VirtualClock()), { decision: (event) => seen.push(event) })
    const ticket = createTicket(0)
    void gate.enter(ticket)
    expect(seen).toEqual([
      {
        ticket,
        verdict: undefined,
        enforced: true,
        reason: undefined,
        limiter: undefined,
        priority: 1,
        waitedMs: 0,
      },
    ])
    const no: Rejection = { reason: 'rate', limiter: 'r', retryAfterMs: 5 }
    observeLimiter(new Recorder('r', [], no), { decision: (event) => seen.push(event) }).admit(ticket, 3)
    expect(seen[1]?.verdict).toBe(no)
    expect(seen[1]?.waitedMs).toBe(3)
  })

  test('tell of shadow what would have been, when that is known; the callers hear nothing of it', async () => {
    const clock = new VirtualClock()
    const log: string[] = []
    const told: unknown[] = []
    const shadow = withGateMode(queue(clock), { mode: 'shadow' })
    const gate = observe(
      shadow,
      { decision: (event) => log.push(brief(event)), decided: (_ticket, verdict) => told.push(verdict) },
      clock,
    )
    const [a, b, c] = ['a', 'b', 'c'].map((key) => createTicket(0, { key }))
    expect([gate.enter(a!), gate.enter(b!), gate.enter(c!)]).toEqual([undefined, undefined, undefined])
    expect(log).toEqual(['a p1 yes after 0', 'c p1 queue-full by queue after 0, let in'])
    await clock.advance(9)
    gate.leave(a!, 'success')
    await clock.flush()
    expect(log[2]).toBe('b p1 yes after 9')
    const d = createTicket(9, { key: 'd' })
    void gate.enter(d)
    await clock.advance(1000)
    expect(log[3]).toBe('d p1 queue-timeout by queue after 1000, let in')
    expect(told).toEqual([undefined, undefined, undefined, undefined])
  })

  test('are made for nobody who does not ask for them', () => {
    const gate = observe(
      {
        enter: () => undefined,
        leave: () => {},
        cancel: () => {},
        shadowed: () => expect.unreachable(),
      } as Gate,
      { decided: () => {} },
      { now: () => expect.unreachable(), after: () => () => {} },
    )
    expect(gate.enter(createTicket(0))).toBeUndefined()
  })

  test('that throw are counted', async () => {
    const clock = new VirtualClock()
    const decision = (): never => {
      throw new Error('broken')
    }
    const gate = observe(withGateMode(queue(clock), { mode: 'shadow' }), { decision }, clock)
    const tickets = [1, 2].map(() => createTicket(0))
    for (const ticket of tickets) void gate.enter(ticket)
    gate.leave(tickets[0]!, 'success')
    await clock.flush()
    expect(gate.failures).toBe(2)
  })
})

describe('observeLimiter', () => {
  test('tells verdicts and ends, and changes nothing', () => {
    const log: string[] = []
    const inner = checked(new Budget(1))
    const limiter = observeLimiter(inner, {
      decided: (ticket, verdict) => log.push(`${ticket.key} ${verdict?.reason ?? 'ok'}`),
      settled: (ticket, outcome) => log.push(`${ticket.key} ${outcome}`),
    })
    const [a, b] = ['a', 'b'].map((key) => createTicket(0, { key }))
    expect(limiter.admit(a!, 0)).toBeUndefined()
    expect(limiter.admit(b!, 0)).toMatchObject({ reason: 'rate' })
    limiter.settle(a!, 1, 'revoked')
    expect(log).toEqual(['a ok', 'b rate', 'a revoked'])
    expect([limiter.name, inner.inflight, limiter.failures]).toEqual(['budget', 0, 0])
  })

  test('sees what is decided in shadow', () => {
    const seen: Decision[] = []
    const shadow = withMode(new Budget(0), { mode: 'shadow' })
    const limiter = observeLimiter(shadow, { decision: (event) => seen.push(event) })
    expect(limiter.admit(createTicket(0), 4)).toBeUndefined()
    expect(seen).toMatchObject([{ reason: 'rate', limiter: 'budget', enforced: false, waitedMs: 4 }])
  })

  test('passes on quotas and whether it may be forgotten', () => {
    const rate = observeLimiter(new RateLimiter({ limit: 1, windowMs: 1000 }), {})
    expect(rate.describe(createTicket(0), 0)).toHaveLength(1)
    expect(rate.isIdle(0)).toBe(true)
    rate.admit(createTicket(0), 0)
    expect(rate.isIdle(0)).toBe(false)
    const budget = observeLimiter(new Budget(1), {})
    expect([budget.describe(createTicket(0), 0), budget.isIdle(0)]).toEqual([[], false])
  })

  test('counts an observer that throws', () => {
    const broken = (): never => {
      throw new Error('broken')
    }
    const limiter = observeLimiter(new Budget(1), { decided: broken, decision: broken, settled: broken })
    const ticket = createTicket(0)
    expect(limiter.admit(ticket, 0)).toBeUndefined()
    limiter.settle(ticket, 0, 'success')
    expect(limiter.failures).toBe(3)
  })
})
