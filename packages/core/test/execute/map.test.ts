/** Many items through an executor, in order and never too many at once. */
import { Executor, isOverloadError } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Bench, throws } from './bench.ts'

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Counts how many were taken from it, and whether it was told that it is over. */
class Source implements Iterable<number> {
  taken = 0
  closed = false

  end(): void {
    this.closed = true
  }

  *#numbers(): Generator<number> {
    try {
      for (;;) yield this.taken++
    } finally {
      this.end()
    }
  }

  [Symbol.iterator](): Iterator<number> {
    return this.#numbers()
  }
}

test('yields the results in the order of the items, and never runs more than may run', async () => {
  const lengths = fc.array(fc.nat(30), { maxLength: 40 })
  const sizes = fc.record({
    concurrency: fc.integer({ min: 1, max: 5 }),
    maxQueue: fc.integer({ min: 1, max: 5 }),
    lookahead: fc.integer({ min: 1, max: 20 }),
  })
  await fc.assert(
    fc.asyncProperty(lengths, sizes, fc.boolean(), async (delays, { concurrency, maxQueue, lookahead }, isAsync) => {
      const clock = new VirtualClock()
      const executor = new Executor({ concurrency, maxQueue, clock })
      let running = 0
      let most = 0
      const work = async (ms: number): Promise<number> => {
        most = Math.max(most, ++running)
        await new Promise<void>((resolve) => clock.after(ms, resolve))
        running--
        return ms
      }
      const items = isAsync ? later(delays) : delays
      const results = collect(executor.map(items, work, { lookahead }))
      // Somebody else's jobs come between.
      const others = delays.map((ms) => executor.run(() => work(ms)).catch((error: unknown) => isOverloadError(error)))
      await clock.runAll()
      expect(await results).toEqual(delays)
      await Promise.all(others)
      expect(most).toBeLessThanOrEqual(concurrency)
      expect([executor.running, executor.waiting]).toEqual([0, 0])
    }),
    { numRuns: 100 },
  )
})

async function* later<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve()
    yield item
  }
}

test('takes only so many items ahead, and no more than it is asked for', async () => {
  const { executor, clock, started, job, end } = new Bench({ concurrency: 2 })
  const source = new Source()
  const results = executor.map(source, (item, context) => job(String(item))(context), { lookahead: 3 })
  await clock.flush()
  expect(source.taken).toBe(0)
  const first = results.next()
  await clock.flush()
  expect(started).toEqual(['0', '1'])
  // Three whose results nobody took, beside the one that is wanted now, and one in the hand.
  expect(source.taken).toBeLessThanOrEqual(5)
  await end('1')
  await end('0')
  expect(await first).toEqual({ done: false, value: '0' })
  await clock.flush()
  expect(source.taken).toBeLessThanOrEqual(6)
  await results.return()
  expect(source.closed).toBe(true)
})

test('looks ahead twice as far as may run, if not told otherwise', async () => {
  const source = new Source()
  const { executor, clock } = new Bench({ concurrency: 10 })
  const results = executor.map(source, () => new Promise(() => {}))
  void results.next()
  await clock.flush()
  expect(executor.running).toBe(10)
  expect(source.taken).toBeGreaterThanOrEqual(20)
  expect(source.taken).toBeLessThanOrEqual(22)
})

test('throws the error of an item in its turn, aborts the others and takes no more', async () => {
  const source = new Source()
  const clock = new VirtualClock()
  const executor = new Executor({ concurrency: 3, clock })
  const aborted: number[] = []
  const results = executor.map(
    source,
    (item, { signal }) => {
      if (item === 1) return new Promise((_, reject) => clock.after(10, () => reject(new Error('boom'))))
      if (item === 0) return Promise.resolve(0)
      return new Promise<number>((_, reject) =>
        signal.addEventListener('abort', () => {
          aborted.push(item)
          reject(new Error('aborted'))
        }),
      )
    },
    { lookahead: 4 },
  )
  expect(await results.next()).toMatchObject({ value: 0 })
  const next = results.next()
  void clock.advance(10)
  await expect(next).rejects.toThrow('boom')
  // The place of the one that failed was given to the next before anybody heard of it.
  expect(aborted).toEqual([2, 3, 4])
  expect(source.closed).toBe(true)
  await executor.idle()
  expect(await results.next()).toEqual({ done: true, value: undefined })
})

test('ends with the reason of the signal, also while it waits for the source', async () => {
  const why = new Error('enough')
  const executor = new Executor({ concurrency: 1 })
  const before = new AbortController()
  before.abort(why)
  await expect(executor.map([1], (n) => n, { signal: before.signal }).next()).rejects.toBe(why)
  for (const items of [[1, 2], never()]) {
    const during = new AbortController()
    const next = executor.map(items, () => new Promise(() => {}), { signal: during.signal }).next()
    void Promise.resolve().then(() => during.abort(why))
    await expect(next).rejects.toBe(why)
  }
  await executor.idle()
})

async function* never(): AsyncGenerator<number> {
  await new Promise(() => {})
  yield 0
}

test('throws the error of the source after the results that came before it', async () => {
  function* items(): Generator<number> {
    yield 1
    throws(new Error('source'))
  }
  const results = new Executor({ concurrency: 1 }).map(items(), (n) => n)
  expect(await results.next()).toEqual({ done: false, value: 1 })
  await expect(results.next()).rejects.toThrow('source')
})

test('comes again when its place in the line goes to somebody more important', async () => {
  const { executor, clock, started, job, end } = new Bench({ concurrency: 1, maxQueue: 1 })
  const results = collect(executor.map(['a', 'b'], (name, context) => job(name)(context), { priority: 3 }))
  await clock.flush()
  expect(executor.waiting).toBe(1)
  void executor.run(job('login'), { priority: 0 })
  await end('a')
  await end('login')
  await end('b')
  expect(await results).toEqual(['a', 'b'])
  expect(started).toEqual(['a', 'login', 'b'])
})

test('throws refusals for which waiting is no help', async () => {
  const executor = new Executor({ concurrency: 1 })
  await executor.close()
  await expect(collect(executor.map([1], (n) => n))).rejects.toMatchObject({ rejection: { reason: 'draining' } })
  const strict = new Executor({ concurrency: 1, maxQueue: 0 })
  await expect(collect(strict.map([1], (n) => n))).rejects.toThrow('"maxQueue" 0')
})

test.each([{ lookahead: 0 }, { lookahead: 1.5 }, { lookahead: 10_001 }, { lookahead: NaN }, { look: 1 }])(
  'does not accept %o',
  (options) => {
    const executor = new Executor({ concurrency: 1 })
    expect(() => executor.map([1], (n) => n, options as never)).toThrow(/lookahead/)
  },
)
