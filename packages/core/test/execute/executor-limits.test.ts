/** The executor with limits that learn, limiters that are not asked in vain, and options that are wrong. */
import {
  all,
  ConcurrencyLimiter,
  Executor,
  FixedLimit,
  RateLimiter,
  type Limit,
  type Limiter,
  type Outcome,
} from '@spillway/core'
import { checked } from '@spillway/core/testing'
import { expect, test } from 'vitest'
import { Lifo } from '../support/lifo.ts'
import { Bench, reasonOf, throws } from './bench.ts'

test('waits for a rate limit as for a place, and passes other refusals on', async () => {
  const rate = new RateLimiter({ limit: 1, windowMs: 100, burst: 1 })
  const { executor, clock, started, job } = new Bench({
    limiter: checked(all(rate, new ConcurrencyLimiter(new FixedLimit(10)))),
  })
  for (const name of ['a', 'b', 'c']) void executor.run(job(name))
  expect(started).toEqual(['a'])
  await clock.advance(100)
  expect(started).toEqual(['a', 'b'])
  await clock.advance(100)
  expect(started).toEqual(['a', 'b', 'c'])
  rate.block(1000, clock.now())
  expect(await reasonOf(executor.run(job('d')))).toMatchObject({ reason: 'blocked' })
})

test('asks a limiter anew when another one is next', async () => {
  const { executor, started, job, end } = new Bench({ limiter: new Wide(3) })
  void executor.run(job('a'), { cost: 2 })
  void executor.run(job('wide'), { cost: 3 })
  void executor.run(job('behind'))
  expect(started).toEqual(['a'])
  void executor.run(job('first'), { priority: 0 })
  expect(started).toEqual(['a', 'first'])
  await end('a', 'first')
  expect(started).toEqual(['a', 'first', 'wide'])
})

test('tells a limit how long jobs took and how they ended', async () => {
  const samples: string[] = []
  const limit: Limit = {
    value: 1,
    sample: (_now, rttMs, inflight, dropped) => void samples.push(`${rttMs} ${inflight} ${dropped}`),
    lost: (_now, rttMs) => void samples.push(`${rttMs} lost`),
  }
  const outcomes: Outcome[] = ['dropped', 'ignored']
  const outcomeOf = (): Outcome => outcomes.shift() ?? throws(new Error('outcomeOf'))
  const { executor, clock, job } = new Bench({ limit, outcomeOf })
  const wait = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))
  const fail = (ms: number) => wait(ms).then(() => throws(new Error('x')))
  const ends = [
    executor.run(() => wait(10)),
    ...[20, 30, 40].map((ms) => executor.run(() => fail(ms))),
    executor.run(job('slow'), { timeoutMs: 50 }),
  ]
  const over = Promise.allSettled(ends)
  await clock.advance(500)
  await over
  expect(samples).toEqual(['10 1 false', '20 1 true', '30 lost', '40 lost', '50 1 true'])
  expect(executor.failures).toBe(1)
})

test('notices a limit that rose while nothing ended, within a second or when told', async () => {
  const limit = { value: 1, sample: () => {} }
  const { executor, clock, started, job, end } = new Bench({ limit })
  for (const name of ['a', 'b', 'c', 'd', 'e']) void executor.run(job(name))
  limit.value = 2
  await clock.advance(1000)
  expect(started).toEqual(['a', 'b'])
  await end('a')
  limit.value = 3
  await clock.advance(1000)
  expect(started).toEqual(['a', 'b', 'c', 'd'])
  limit.value = 4
  executor.wake()
  expect(started).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('starts all for whom there is room when one ends, in their order', async () => {
  const limit = { value: 1, sample: () => {} }
  const { executor, started, job, end } = new Bench({ limit })
  for (const name of ['a', 'b', 'c', 'd', 'e']) void executor.run(job(name))
  limit.value = 3
  await end('a')
  expect(started).toEqual(['a', 'b', 'c', 'd'])
})

test('tells a limit of a timeout when the place is given back', async () => {
  const samples: string[] = []
  const limit: Limit = {
    value: 1,
    sample: (_now, rttMs, _inflight, dropped) => void samples.push(`${rttMs} ${dropped}`),
    lost: (_now, rttMs) => void samples.push(`${rttMs} lost`),
  }
  const { executor, clock, job, end } = new Bench({ limit, holdUntilEnded: true })
  const slow = reasonOf(executor.run(job('slow'), { timeoutMs: 10 }))
  await clock.advance(30)
  expect(samples).toEqual([])
  await end('slow')
  await slow
  const abort = new AbortController()
  const left = reasonOf(executor.run(job('left'), { signal: abort.signal }))
  abort.abort()
  await end('left')
  await left
  expect(samples).toEqual(['30 true', '0 lost'])
})

test('does not wait for a rate that comes too late, nor for what became hopeless', async () => {
  const rate = new RateLimiter({ limit: 1, windowMs: 100, burst: 1 })
  const { executor, clock, job } = new Bench({ limiter: rate, maxWaitMs: 1000 })
  void executor.run(job('a'))
  expect(await reasonOf(executor.run(job('b'), { deadline: 99 }))).toMatchObject({ reason: 'rate', retryAfterMs: 100 })
  const waits = reasonOf(executor.run(job('c')))
  rate.block(10_000, clock.now())
  executor.wake()
  expect(await waits).toMatchObject({ reason: 'blocked' })
})

test('does not start who has waited too long, though the timer is late', async () => {
  let now = 0
  const { executor, started, job, end } = new Bench({
    concurrency: 1,
    maxWaitMs: 50,
    clock: { now: () => now, after: () => () => {} },
  })
  void executor.run(job('a'))
  const tired = reasonOf(executor.run(job('b')))
  now = 51
  await end('a')
  expect(await tired).toMatchObject({ reason: 'queue-timeout' })
  expect(started).toEqual(['a'])
})

test('gives back what it took, whatever becomes of the options that the caller gave', async () => {
  const limiter = new Wide(3)
  const { executor, started, job, end } = new Bench({ limiter })
  const options = { cost: 3 }
  void executor.run(job('a'), options)
  options.cost = 1
  void executor.run(job('b'), { cost: 3 })
  await end('a')
  expect(started).toEqual(['a', 'b'])
})

test.each([
  [{}, TypeError, 'give exactly one of the options "concurrency", "limit" and "limiter"'],
  [{ concurrency: 1, limit: new FixedLimit(1) }, TypeError, 'exactly one'],
  [{ concurrency: 0 }, RangeError, '"concurrency"'],
  [{ concurrency: 1.5 }, RangeError, '"concurrency"'],
  [{ concurrency: '3' }, TypeError, '"concurrency"'],
  [{ concurrency: 1, maxQueue: -1 }, RangeError, '"maxQueue"'],
  [{ concurrency: 1, maxQueue: Infinity }, RangeError, '"maxQueue"'],
  [{ concurrency: 1, maxQueue: 1, discipline: new Lifo(1) }, TypeError, '"maxQueue"'],
  [{ concurrency: 1, maxWaitMs: 0 }, RangeError, '"maxWaitMs"'],
  [{ concurrency: 1, timeoutMs: NaN }, RangeError, '"timeoutMs"'],
  [{ concurrency: 1, outcomeOf: 1 }, TypeError, '"outcomeOf"'],
  [{ concurrency: 1, holdUntilEnded: 1 }, TypeError, '"holdUntilEnded"'],
  [{ limit: { value: 1 } }, TypeError, '"limit"'],
  [{ limiter: { value: 1 } }, TypeError, '"limiter"'],
  [{ concurrency: 1, discipline: {} }, TypeError, '"discipline"'],
  [{ concurrency: 1, maxQueu: 1 }, TypeError, '"maxQueu"'],
])('does not accept %o', (options, type, words) => {
  expect(() => new Executor(options as never)).toThrow(type)
  expect(() => new Executor(options as never)).toThrow(words)
})

test('does not accept a change that makes no sense, and then changes nothing', () => {
  const executor = new Executor({ concurrency: 1, maxQueue: 5 })
  expect(() => executor.update({ concurrency: 2, maxQueue: -1 })).toThrow(RangeError)
  expect(() => executor.update({ concurrency: 2, name: 'x' } as never)).toThrow(TypeError)
  void executor.run(() => new Promise(() => {}))
  void executor.run(() => new Promise(() => {}))
  expect(executor.running).toBe(1)
  expect(() => new Executor({ limit: new FixedLimit(1) }).update({ concurrency: 1 })).toThrow(TypeError)
  expect(() => new Executor({ concurrency: 1, discipline: new Lifo(1) }).update({ maxQueue: 1 })).toThrow(TypeError)
})

test('rejects a job whose own options are wrong', async () => {
  const executor = new Executor({ concurrency: 1 })
  expect(await reasonOf(executor.run(() => 1, { timeoutMs: 0 }))).toBeInstanceOf(RangeError)
  expect(await reasonOf(executor.run(() => 1, { timeoutMs: '9' as never }))).toBeInstanceOf(TypeError)
  expect(await executor.run(() => 1, { priority: NaN, cost: NaN, deadline: NaN })).toBe(1)
})

/** Cost-weighted places. */
class Wide implements Limiter {
  readonly name = 'wide'
  #free: number
  constructor(free: number) {
    this.#free = free
  }
  admit({ cost }: { cost: number }) {
    if (cost > this.#free) return { reason: 'concurrency', limiter: 'wide', retryAfterMs: 1000 } as const
    this.#free -= cost
    return undefined
  }
  settle({ cost }: { cost: number }): void {
    this.#free += cost
  }
}
