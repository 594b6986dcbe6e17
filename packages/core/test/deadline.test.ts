/** Deadlines. */
import {
  all,
  ConcurrencyLimiter,
  createTicket,
  DeadlineLimiter,
  Fifo,
  FixedLimit,
  QueueGate,
  ServiceTimeEstimate,
  type DeadlineLimiterOptions,
} from '@spillway/core'
import { distribution, simulate, type SimulationResult } from '@spillway/core/testing'
import { expect, test } from 'vitest'

const admits = (options: DeadlineLimiterOptions, deadline: number): boolean =>
  new DeadlineLimiter(options).admit(createTicket(0, { deadline }), 100) === undefined

test('refuses what is late, for good', () => {
  expect(new DeadlineLimiter().admit(createTicket(0, { deadline: 100 }), 100)).toEqual({
    reason: 'deadline',
    limiter: 'deadline',
    retryAfterMs: Infinity,
  })
  expect(admits({}, 99)).toBe(false)
  expect(admits({}, 100.001)).toBe(true)
})

test('admits what has no deadline', () => {
  expect(admits({ minRemainingMs: 1000, estimateMs: () => Infinity }, Infinity)).toBe(true)
})

test('refuses what leaves less time than the work needs; exactly enough is enough', () => {
  expect(admits({ minRemainingMs: 50 }, 149)).toBe(false)
  expect(admits({ minRemainingMs: 50 }, 150)).toBe(true)
})

test('takes the larger of the fixed time and the estimate', () => {
  expect(admits({ minRemainingMs: 50, estimateMs: () => 80 }, 170)).toBe(false)
  expect(admits({ minRemainingMs: 50, estimateMs: () => 80 }, 180)).toBe(true)
  expect(admits({ minRemainingMs: 50, estimateMs: () => 10 }, 120)).toBe(false)
})

test('counts an estimate that throws and goes without it', () => {
  const limiter = new DeadlineLimiter({
    estimateMs: () => {
      throw new Error('broken')
    },
  })
  expect(limiter.admit(createTicket(0, { deadline: 1 }), 0)).toBeUndefined()
  expect(limiter.failures).toBe(1)
  limiter.settle()
  expect(limiter.isIdle()).toBe(true)
})

test('takes what it will have to wait off the time that remains', () => {
  expect(admits({ waitMs: () => 50 }, 150)).toBe(false)
  expect(admits({ waitMs: () => 50 }, 151)).toBe(true)
  expect(admits({ waitMs: () => 50, minRemainingMs: 30 }, 179)).toBe(false)
  expect(admits({ waitMs: () => 50, minRemainingMs: 30 }, 180)).toBe(true)
  expect(admits({ waitMs: () => 50, estimateMs: () => 30 }, 179)).toBe(false)
  expect(admits({ waitMs: () => -50, minRemainingMs: 30 }, 129)).toBe(false)
  expect(admits({ waitMs: () => NaN, minRemainingMs: 30 }, 101)).toBe(true)
})

test('counts a wait that throws and goes without it', () => {
  const limiter = new DeadlineLimiter({
    waitMs: () => {
      throw new Error('broken')
    },
  })
  expect(limiter.admit(createTicket(0, { deadline: 1 }), 0)).toBeUndefined()
  expect(limiter.failures).toBe(1)
})

test('learns from what was done how long work takes, since it was let in', () => {
  const estimate = new ServiceTimeEstimate({ deviations: 0 })
  const limiter = new DeadlineLimiter({ estimate, waitMs: () => 10 })
  for (let i = 0; i < 8; i++) {
    const ticket = createTicket(0)
    limiter.admit(ticket, 0)
    ticket.startedAt = 100
    limiter.settle(ticket, 140, 'success')
    for (const outcome of ['dropped', 'ignored', 'revoked'] as const) limiter.settle(createTicket(0), 5000, outcome)
  }
  expect(estimate.estimateMs(createTicket(0))).toBe(40)
  expect(limiter.admit(createTicket(0, { deadline: 549 }), 500)?.reason).toBe('deadline')
  expect(limiter.admit(createTicket(0, { deadline: 550 }), 500)).toBeUndefined()
  expect(limiter.admit(createTicket(0), 500)).toBeUndefined()
})

test('keeps work from being served too late where the queue is longer than the patience of those who wait', async () => {
  const play = async (load: number, estimate: ServiceTimeEstimate | undefined): Promise<SimulationResult> => {
    const downstream = { latencyMs: distribution.exponential(30, 10), servers: 8 }
    const workload = { load, sendsDeadline: true, timeoutMs: 500, routes: [{ beforeMs: 0.2, downstream }] }
    return simulate({
      durationMs: 6000,
      workload,
      protect: ({ clock }) => {
        const deadline = new DeadlineLimiter(estimate === undefined ? {} : { estimate })
        const limiter = all(deadline, new ConcurrencyLimiter(new FixedLimit(16)))
        return new QueueGate(limiter, new Fifo({ capacity: 100 }), clock, { maxWaitMs: 1000 })
      },
    })
  }
  for (const load of [1.2, 2, 4]) {
    const without = await play(load, undefined)
    const learnt = await play(load, new ServiceTimeEstimate())
    const careful = await play(load, new ServiceTimeEstimate({ deviations: 2 }))
    expect(learnt.total.late).toBeLessThan(0.45 * without.total.late)
    expect(careful.total.late).toBeLessThan(0.2 * without.total.late)
    expect(learnt.goodput).toBeGreaterThan(2 * without.goodput)
    expect(careful.goodput).toBeGreaterThan(0.85)
  }
  const calm = await play(0.8, new ServiceTimeEstimate({ deviations: 2 }))
  expect(calm.total.served).toBe(calm.total.offered)
})

test('names option, value and range when an option is wrong', () => {
  expect(() => new DeadlineLimiter({ minRemainingMs: -1 })).toThrow(/DeadlineLimiter: option "minRemainingMs"/)
  expect(() => new DeadlineLimiter({ estimateMs: 5 as never })).toThrow(/"estimateMs" must be a function, got 5/)
  expect(() => new DeadlineLimiter({ waitMs: 5 as never })).toThrow(/"waitMs" must be a function, got 5/)
  expect(() => new DeadlineLimiter({ estimate: {} as never })).toThrow(/"estimate" must be a ServiceTimeEstimate/)
  expect(() => new DeadlineLimiter({ min: 5 } as never)).toThrow(/unknown option "min"/)
})
