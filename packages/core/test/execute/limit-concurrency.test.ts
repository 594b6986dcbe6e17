/** A function of which only so many calls run at once. */
import {
  ConcurrencyLimiter,
  FixedLimit,
  limitConcurrency,
  SettableLimit,
  type JobOptions,
  type Limit,
  type Limiter,
} from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { expect, test } from 'vitest'
import { reasonOf, throws } from './bench.ts'

function scene() {
  const clock = new VirtualClock()
  let running = 0
  let most = 0
  const work = async (ms: number, result = 'done'): Promise<string> => {
    most = Math.max(most, ++running)
    await new Promise<void>((resolve) => clock.after(ms, resolve))
    running--
    return result
  }
  return { clock, work, most: () => most }
}

const bounds: ReadonlyArray<[string, number | Limit | Limiter]> = [
  ['a number', 3],
  ['a limit', new SettableLimit(3)],
  ['a limiter', new ConcurrencyLimiter(new FixedLimit(3))],
]

test.each(bounds)('runs as many calls at once as %s says', async (_name, bound) => {
  const { clock, work, most } = scene()
  const limited = limitConcurrency(work, bound, { clock })
  const results = Promise.all(Array.from({ length: 20 }, (_, i) => limited(10, `result ${i}`)))
  await clock.advance(70)
  expect(await results).toEqual(Array.from({ length: 20 }, (_, i) => `result ${i}`))
  expect(most()).toBe(3)
  expect([limited.executor.running, limited.executor.waiting]).toEqual([0, 0])
})

test('refuses calls beyond its queue with an OverloadError', async () => {
  const { clock, work } = scene()
  const limited = limitConcurrency(work, 1, { clock, maxQueue: 1 })
  void limited(10)
  void limited(10)
  expect(await reasonOf(limited(10))).toMatchObject({ reason: 'queue-full', limiter: 'limitConcurrency' })
})

test('passes on what the function throws, at once or later', async () => {
  const boom = new Error('boom')
  const limited = limitConcurrency((late: boolean) => (late ? Promise.reject(boom) : throws(boom)), 1)
  expect(await reasonOf(limited(true))).toBe(boom)
  expect(await reasonOf(limited(false))).toBe(boom)
  expect(limited.executor.running).toBe(0)
})

test('takes signal, timeout and priority of a call from its arguments', async () => {
  const { clock, work } = scene()
  const order: string[] = []
  const limited = limitConcurrency(
    async (name: string, about: JobOptions) => {
      order.push(name)
      await work(about.timeoutMs === undefined ? 10 : 100)
    },
    1,
    { clock, optionsOf: (name, about) => (name === 'broken' ? throws(new Error('x')) : about) },
  )
  const abort = new AbortController()
  const results = [
    limited('first', {}),
    limited('batch', { priority: 3 }),
    limited('gone', { signal: abort.signal }),
    limited('login', { priority: 0, timeoutMs: 20 }),
    limited('broken', {}),
  ]
  abort.abort(new Error('left'))
  const over = Promise.allSettled(results)
  await clock.advance(1000)
  expect((await over).map((one) => (one.status === 'rejected' ? (one.reason as Error).message : 'ok'))).toEqual([
    'ok',
    'ok',
    'left',
    'the job took longer than 20 ms',
    'ok',
  ])
  expect(order).toEqual(['first', 'login', 'broken', 'batch'])
  expect(limited.failures).toBe(1)
})

test('can be told to allow more', async () => {
  const { clock, work, most } = scene()
  const limited = limitConcurrency(work, 1, { clock })
  const results = Promise.all([limited(10), limited(10), limited(10)])
  limited.executor.update({ concurrency: 3 })
  await clock.advance(10)
  await results
  expect(most()).toBe(3)
})

test.each([
  [['no function', 1], TypeError],
  [[() => {}, 0], RangeError],
  [[() => {}, '3'], TypeError],
  [[() => {}, null], TypeError],
  [[() => {}, {}], TypeError],
  [[() => {}, 1, { optionsOf: 1 }], TypeError],
  [[() => {}, 1, { concurency: 1 }], TypeError],
])('does not accept %o', (args, type) => {
  expect(() => (limitConcurrency as (...all: unknown[]) => unknown)(...args)).toThrow(type)
})
