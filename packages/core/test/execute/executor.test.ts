/** The executor: what it promises, one thing at a time. */
import { Executor, JobAbortedError, JobTimeoutError, type JobSignal } from '@spillway/core'
import { expect, test } from 'vitest'
import { Lifo } from '../support/lifo.ts'
import { Bench, reasonOf, throws } from './bench.ts'

test('starts at once what it can, and the rest in order as places become free', async () => {
  const { executor, started, job, end } = new Bench({ concurrency: 2 })
  const results = ['a', 'b', 'c', 'd'].map((name) => executor.run(job(name)))
  expect(started).toEqual(['a', 'b'])
  expect([executor.running, executor.waiting]).toEqual([2, 2])
  await end('b')
  expect(started).toEqual(['a', 'b', 'c'])
  await end('a', 'c')
  await end('d')
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd'])
  expect([executor.running, executor.waiting]).toEqual([0, 0])
})

test('takes values, errors and errors thrown at once for what they are', async () => {
  const executor = new Executor({ concurrency: 1 })
  const boom = new Error('boom')
  expect(await executor.run(() => 7)).toBe(7)
  expect(await reasonOf(executor.run(() => Promise.reject(boom)))).toBe(boom)
  expect(await reasonOf(executor.run(() => throws(boom)))).toBe(boom)
  expect(await reasonOf(executor.run(() => throws(boom), { priority: 2 }))).toBe(boom)
  expect(await reasonOf(executor.run('no function' as never))).toBeInstanceOf(TypeError)
  expect(executor.running).toBe(0)
})

test('runs 100,000 jobs that throw at once without running out of stack', async () => {
  const executor = new Executor({ concurrency: 4, maxQueue: 100_000 })
  executor.pause()
  const results = Array.from({ length: 100_000 }, () => executor.run(() => throws(new Error('x'))).catch(() => 1))
  executor.resume()
  expect((await Promise.all(results)).length).toBe(100_000)
  expect(executor.running).toBe(0)
})

test('refuses what finds no room, with the reason', async () => {
  const { executor, job } = new Bench({ concurrency: 1, maxQueue: 1, name: 'resize' })
  void executor.run(job('a'))
  void executor.run(job('b'))
  expect(await reasonOf(executor.run(job('c')))).toEqual({
    reason: 'queue-full',
    limiter: 'resize',
    retryAfterMs: 1000,
  })
  const strict = new Bench({ concurrency: 1, maxQueue: 0, name: 'strict' })
  void strict.executor.run(strict.job('a'))
  expect(await reasonOf(strict.executor.run(strict.job('b')))).toMatchObject({
    reason: 'concurrency',
    limiter: 'strict',
  })
})

test('lets 1,000 wait when it was told nothing else', async () => {
  const executor = new Executor({ concurrency: 1 })
  executor.pause()
  const results = Array.from({ length: 1001 }, () => executor.run(() => 1))
  expect(await reasonOf(results[1000]!)).toMatchObject({ reason: 'queue-full' })
  expect(executor.waiting).toBe(1000)
  executor.resume()
  expect((await Promise.allSettled(results)).filter((one) => one.status === 'fulfilled').length).toBe(1000)
})

test('prefers what matters more, and gives it the newest place of what matters least', async () => {
  const { executor, started, job, end } = new Bench({ concurrency: 1, maxQueue: 3 })
  void executor.run(job('first'))
  void executor.run(job('batch 1'), { priority: 3 })
  const evicted = executor.run(job('batch 2'), { priority: 3 })
  void executor.run(job('normal'))
  void executor.run(job('login'), { priority: 0 })
  expect(await reasonOf(evicted)).toMatchObject({ reason: 'queue-full' })
  expect(await reasonOf(executor.run(job('batch 3'), { priority: 3 }))).toMatchObject({ reason: 'queue-full' })
  await end('first')
  await end('login')
  await end('normal')
  expect(started).toEqual(['first', 'login', 'normal', 'batch 1'])
})

test('waits in the order of a discipline, when it has one', async () => {
  const { executor, started, job, end } = new Bench({ concurrency: 1, discipline: new Lifo(2) })
  for (const name of ['a', 'b', 'c']) void executor.run(job(name))
  await end('a')
  expect(started).toEqual(['a', 'c'])
  await executor.room()
})

test('tells a job that takes too long, its caller, and goes on with the next', async () => {
  const { executor, clock, started, job, signals, end } = new Bench({ concurrency: 1, timeoutMs: 50 })
  const slow = reasonOf(executor.run(job('slow')))
  const next = executor.run(job('next'), { timeoutMs: 500 })
  await clock.advance(49)
  expect([started, signals.get('slow')!.aborted]).toEqual([['slow'], false])
  await clock.advance(1)
  const error = (await slow) as JobTimeoutError
  expect(error).toBeInstanceOf(JobTimeoutError)
  expect(error).toMatchObject({ name: 'TimeoutError', timeoutMs: 50, message: 'the job took longer than 50 ms' })
  expect(signals.get('slow')).toMatchObject({ aborted: true, reason: error })
  expect(started).toEqual(['slow', 'next'])
  expect([executor.running, executor.abandoned]).toEqual([1, 1])
  await end('slow')
  expect([executor.running, executor.abandoned]).toEqual([1, 0])
  await clock.advance(100)
  await end('next')
  expect(await next).toBe('next')
})

test('holds the place of a job that does not stop, if told to', async () => {
  const { executor, clock, started, job, end } = new Bench({ concurrency: 1, timeoutMs: 50, holdUntilEnded: true })
  const slow = reasonOf(executor.run(job('slow')))
  void executor.run(job('next'))
  await clock.advance(60)
  expect(await slow).toBeInstanceOf(JobTimeoutError)
  expect([started, executor.running, executor.abandoned]).toEqual([['slow'], 1, 1])
  await end('slow')
  expect([started, executor.running, executor.abandoned]).toEqual([['slow', 'next'], 1, 0])
})

test('rejects with the reason of the signal, whether the job waited or ran', async () => {
  const { executor, started, job, signals, end } = new Bench({ concurrency: 1 })
  const why = new Error('the user left')
  const aborts = [new AbortController(), new AbortController(), new AbortController()] as const
  aborts[2].abort(why)
  const [runs, waits, late] = aborts.map(({ signal }, i) => reasonOf(executor.run(job(`job ${i}`), { signal })))
  void executor.run(job('last'))
  expect(await late).toBe(why)
  aborts[1].abort(why)
  expect(await waits).toBe(why)
  expect(executor.waiting).toBe(1)
  aborts[0].abort(why)
  expect(await runs).toBe(why)
  expect(signals.get('job 0')).toMatchObject({ aborted: true, reason: why })
  expect(started).toEqual(['job 0', 'last'])
  await end('job 0', 'last')
  expect([executor.running, executor.abandoned]).toEqual([0, 0])
})

test('does not start a job only to abort it', async () => {
  const { executor, started, job } = new Bench({ concurrency: 2 })
  const abort = new AbortController()
  const results = ['a', 'b', 'c', 'd'].map((name) => reasonOf(executor.run(job(name), { signal: abort.signal })))
  abort.abort('left')
  expect(await Promise.all(results)).toEqual(['left', 'left', 'left', 'left'])
  expect(started).toEqual(['a', 'b'])
  expect([executor.running, executor.waiting, executor.abandoned]).toEqual([0, 0, 2])
})

test('listens once to a signal that many jobs share', async () => {
  const { executor, job, end } = new Bench({ concurrency: 20 })
  const listeners: Array<() => void> = []
  const signal = {
    aborted: false,
    addEventListener: (_type: string, listener: () => void) => void listeners.push(listener),
    removeEventListener: (_type: string, listener: () => void) => {
      listeners.splice(listeners.indexOf(listener), 1)
    },
  }
  const names = Array.from({ length: 20 }, (_, i) => `job ${i}`)
  for (const name of names) void executor.run(job(name), { signal })
  expect(listeners.length).toBe(1)
  await end(...names)
  expect(listeners.length).toBe(0)
})

test('has an error of its own for a signal without a reason, and leaves no listener behind', async () => {
  const executor = new Executor({ concurrency: 1 })
  const listeners = new Set<() => void>()
  const signal = {
    aborted: false,
    addEventListener: (_type: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => void listeners.delete(listener),
  }
  await executor.run(() => 1, { signal })
  expect(listeners.size).toBe(0)
  const never = reasonOf(executor.run(() => new Promise(() => {}), { signal }))
  for (const listener of listeners) listener()
  expect(await never).toEqual(new JobAbortedError())
  expect((await never) as Error).toMatchObject({ name: 'AbortError' })
  expect(listeners.size).toBe(0)
})

test('makes no signal for a job that does not look, and a fired one for a job that looks too late', async () => {
  const { clock, executor } = new Bench({ concurrency: 1 })
  let seen: JobSignal | undefined
  const late = async (context: { readonly signal: JobSignal }): Promise<void> => {
    await new Promise<void>((resolve) => clock.after(20, resolve))
    seen = context.signal
  }
  const result = reasonOf(executor.run(late, { timeoutMs: 10 }))
  await clock.advance(30)
  expect(seen).toMatchObject({ aborted: true, reason: await result })
})

test('refuses who has waited too long, and what would come after its deadline', async () => {
  const { executor, clock, job } = new Bench({ concurrency: 1, maxWaitMs: 100 })
  void executor.run(job('a'))
  const tired = reasonOf(executor.run(job('b')))
  const late = reasonOf(executor.run(job('c'), { deadline: 30 }))
  await clock.advance(30)
  expect(await late).toMatchObject({ reason: 'deadline', retryAfterMs: Infinity })
  expect(await reasonOf(executor.run(job('d'), { deadline: 30 }))).toMatchObject({ reason: 'deadline' })
  await clock.advance(70)
  expect(await tired).toMatchObject({ reason: 'queue-timeout' })
  expect(executor.waiting).toBe(0)
})

test('keeps deadlines even where nothing else needs the time', async () => {
  const { executor, clock, job } = new Bench({ concurrency: 1 })
  void executor.run(job('a'))
  const late = reasonOf(executor.run(job('b'), { deadline: 30 }))
  await clock.advance(30)
  expect(await late).toMatchObject({ reason: 'deadline' })
})

test('changes while it runs, and interrupts nobody', async () => {
  const { executor, clock, started, job, end } = new Bench({ concurrency: 1, maxQueue: 2 })
  for (const name of ['a', 'b', 'c']) void executor.run(job(name))
  executor.update({ concurrency: 2, maxQueue: 0, maxWaitMs: 10, timeoutMs: 20 })
  expect(started).toEqual(['a', 'b'])
  expect(executor.waiting).toBe(1)
  expect(await reasonOf(executor.run(job('d')))).toMatchObject({ reason: 'queue-full' })
  executor.update({ concurrency: 1, maxQueue: 1 })
  await end('a')
  expect(started).toEqual(['a', 'b'])
  await end('b')
  const tired = reasonOf(executor.run(job('e')))
  await clock.advance(10)
  expect(await tired).toMatchObject({ reason: 'queue-timeout' })
  expect(started).toEqual(['a', 'b', 'c'])
})

test('starts nothing while it is paused', async () => {
  const { executor, started, job } = new Bench({ concurrency: 2 })
  executor.pause()
  for (const name of ['a', 'b', 'c']) void executor.run(job(name))
  expect([started, executor.paused, executor.waiting]).toEqual([[], true, 3])
  executor.resume()
  expect([started, executor.paused, executor.waiting]).toEqual([['a', 'b'], false, 1])
})

test('says when nothing is left, and when there is room', async () => {
  const { executor, job, end } = new Bench({ concurrency: 1, maxQueue: 1 })
  await executor.idle()
  await executor.room()
  const log: string[] = []
  void executor.run(job('a'))
  void executor.run(job('b'))
  void executor.idle().then(() => log.push('idle'))
  void executor.room().then(() => log.push('room'))
  await end()
  expect(log).toEqual([])
  await end('a')
  expect(log).toEqual(['room'])
  await end('b')
  expect(log).toEqual(['room', 'idle'])
  await expect(new Executor({ concurrency: 1, maxQueue: 0 }).room()).rejects.toThrow(RangeError)
})

test('drains: refuses what comes, and finishes what waits', async () => {
  const { executor, started, job, end } = new Bench({ concurrency: 1 })
  for (const name of ['a', 'b']) void executor.run(job(name))
  const drained = executor.drain()
  expect(executor.closed).toBe(true)
  expect(await reasonOf(executor.run(job('c')))).toMatchObject({ reason: 'draining' })
  await end('a')
  await end('b')
  await drained
  expect(started).toEqual(['a', 'b'])
})

test('closes: refuses what waits too, and ends its timer', async () => {
  const bench = new Bench({ concurrency: 1, timeoutMs: 1000, maxWaitMs: 1000 })
  const { executor, clock, job, end } = bench
  void executor.run(job('a'))
  const waits = reasonOf(executor.run(job('b')))
  expect(clock.pending).toBe(1)
  {
    await using closing = executor
    void closing
    void Promise.resolve().then(() => end('a'))
  }
  expect(await waits).toMatchObject({ reason: 'draining' })
  expect(clock.pending).toBe(0)
})

test('uses one timer, and none that nobody needs', async () => {
  const { executor, clock, job } = new Bench({ concurrency: 50, timeoutMs: 100, maxWaitMs: 100 })
  for (let i = 0; i < 100; i++) executor.run(job(`job ${i}`)).catch(() => {})
  expect(clock.pending).toBe(1)
  await clock.advance(1000)
  expect([clock.pending, executor.running, executor.waiting]).toEqual([0, 0, 0])
  const plain = new Bench({ concurrency: 1 })
  for (let i = 0; i < 100; i++) void plain.executor.run(plain.job(`job ${i}`))
  expect(plain.clock.pending).toBe(0)
})
