/** Stores that do not do what they ought to. */
import { MemoryStore, rateLimit, StoreTimeoutError } from '@spillway/express/express-rate-limit'
import type { LegacyStore, Options, Store } from '@spillway/express/express-rate-limit'
import { ask, deferred, eventually } from '@spillway/http/conformance'
import { describe, expect, it } from 'vitest'
import { appOf, createLogger, createWorld, listen, statuses, storeOf, versions } from './support.ts'

const answering = (answer: unknown): Store => storeOf(() => answer)
const failing = storeOf(() => {
  throw new Error('down')
})

/** Stores whose answer cannot be worked with. */
const broken: ReadonlyArray<readonly [string, Store]> = [
  ['throws', failing],
  ['rejects', storeOf(() => Promise.reject(new Error('down')))],
  ['rejects with nothing', storeOf(() => Promise.reject())], // oxlint-disable-line prefer-promise-reject-errors
  ['rejects with what Express takes for a way out', storeOf(() => Promise.reject('route'))], // oxlint-disable-line prefer-promise-reject-errors
  ['answers nothing', answering(undefined)],
  ['answers null', answering(null)],
  ['answers a promise of nothing', answering(Promise.resolve())],
  ['counts NaN', answering({ totalHits: Number.NaN, resetTime: undefined })],
  ['counts below zero', answering({ totalHits: -1, resetTime: undefined })],
  ['counts to infinity', answering({ totalHits: Infinity, resetTime: undefined })],
  ['counts in text', answering({ totalHits: '1', resetTime: undefined })],
]

describe.each(versions)('%s: a store that', (_version, create) => {
  it.each(broken)('%s fails the request', async (_name, store) => {
    const answer = await ask(await listen(appOf({ store, validate: false }, create)))
    expect(answer.status).toBe(500)
    expect(answer.body).not.toBe('served')
  })

  it.each(broken)('%s is passed over with passOnStoreError, and that is logged', async (_name, store) => {
    const logger = createLogger()
    const port = await listen(appOf({ store, logger, passOnStoreError: true, validate: false }, create))
    expect(await ask(port)).toMatchObject({ status: 200, body: 'served' })
    expect(logger.errors).toHaveLength(1)
  })
})

describe('a store that hangs', () => {
  const hanging = (options: Partial<Options> = {}) => {
    const world = createWorld()
    const asked = deferred()
    const store = storeOf(() => (asked.resolve(), new Promise(() => {})))
    return { ...world, asked: asked.promise, app: appOf({ ...world, store, validate: false, ...options }) }
  }

  it('fails the request when its time is over, and not before', async () => {
    const { clock, asked, app } = hanging()
    let isAnswered = false
    const answer = ask(await listen(app)).finally(() => (isAnswered = true))
    await asked
    await clock.advance(999)
    expect(isAnswered).toBe(false)
    await clock.advance(1)
    expect(await answer).toMatchObject({
      status: 500,
      body: 'rateLimit: the store did not answer increment() within 1000 ms',
    })
    expect(clock.pending).toBe(0)
  })

  it('lets the request pass with passOnStoreError, after storeTimeoutMs', async () => {
    const logger = createLogger()
    const { clock, asked, app } = hanging({ passOnStoreError: true, storeTimeoutMs: 50, logger })
    const answer = ask(await listen(app))
    await asked
    await clock.advance(50)
    expect((await answer).status).toBe(200)
    expect(logger.errors).toMatchObject([{ code: 'SPILLWAY_STORE_TIMEOUT' }])
    expect(logger.errors[0]).toBeInstanceOf(StoreTimeoutError)
  })

  it('is waited for with storeTimeoutMs: Infinity', async () => {
    const world = createWorld()
    const [asked, answer] = [deferred(), deferred()]
    const store = storeOf(async () => (asked.resolve(), await answer.promise, { totalHits: 1, resetTime: undefined }))
    const served = ask(await listen(appOf({ ...world, store, storeTimeoutMs: Infinity })))
    await asked.promise
    expect(world.clock.pending).toBe(0)
    answer.resolve()
    expect((await served).status).toBe(200)
  })

  it.each(['answers', 'rejects'])('may say what it likes later: %s', async (how) => {
    const world = createWorld()
    const [asked, late] = [deferred(), deferred<unknown>()]
    const store = storeOf(() => (asked.resolve(), late.promise))
    const answer = ask(
      await listen(appOf({ ...world, store, validate: false, passOnStoreError: true, logger: createLogger() })),
    )
    await asked.promise
    await world.clock.advance(1000)
    expect((await answer).status).toBe(200)
    if (how === 'answers') late.resolve({ totalHits: 9, resetTime: undefined })
    else late.reject(new Error('at last'))
    await world.clock.flush() // an unhandled rejection would fail the run
  })

  it('leaves no timer behind when it answers', async () => {
    const world = createWorld()
    const store = storeOf(async () => ({ totalHits: 1, resetTime: undefined }))
    expect((await ask(await listen(appOf({ ...world, store })))).status).toBe(200)
    expect(world.clock.pending).toBe(0)
  })

  it('is logged when it hangs in decrement, where nobody waits', async () => {
    const world = createWorld()
    const logger = createLogger()
    const asked = deferred()
    const decrement = (): Promise<void> => (asked.resolve(), new Promise(() => {}))
    const store = storeOf(() => ({ totalHits: 1, resetTime: undefined }), { decrement })
    const options = { ...world, store, logger, validate: false, skipSuccessfulRequests: true }
    expect((await ask(await listen(appOf(options)))).status).toBe(200)
    await asked.promise
    await world.clock.advance(1000)
    expect(logger.errors).toMatchObject([{ message: expect.stringContaining('decrement()') as string }])
  })
})

describe('a store', () => {
  it.each([
    ['no instant', 'soon'],
    ['an invalid date', new Date(Number.NaN)],
    ['a number', 7],
    ['null', null],
  ])('whose resetTime is %s counts, and all of the window is told', async (_name, resetTime) => {
    const store = answering({ totalHits: 9, resetTime })
    const { status, headers } = await ask(await listen(appOf({ store, validate: false })))
    expect([status, headers['retry-after']]).toEqual([429, '60'])
  })

  it('that changes the instant it gave changes nothing for us', async () => {
    const { wallTime } = createWorld()
    const resetTime = wallTime(1000)
    let decrements = 0
    const decrement = (): void => void decrements++
    const store = storeOf(() => ({ totalHits: 1, resetTime }), { decrement })
    const requestWasSuccessful = (): boolean => (resetTime.setTime(0), true)
    await ask(await listen(appOf({ store, wallTime, skipSuccessfulRequests: true, requestWasSuccessful })))
    await eventually('it is taken back', () => decrements === 1)
  })

  it.each<readonly [string, Store['init']]>([
    ['throws', () => { throw new Error('i') }], // prettier-ignore
    ['rejects', () => Promise.reject(new Error('i'))],
  ])('whose init %s is used all the same, and that is logged', async (_name, init) => {
    const logger = createLogger()
    const store = storeOf(() => ({ totalHits: 1, resetTime: undefined }), { init: init as () => void })
    const port = await listen(appOf({ store, logger }))
    expect(await statuses(port, ['/'])).toEqual([200])
    await eventually('it is logged', () => logger.errors.length === 1)
  })

  it('whose resetKey rejects is logged where nobody waits, and tells whoever does', async () => {
    const resetKey = (): Promise<void> => Promise.reject(new Error('r'))
    const logger = createLogger()
    const limiter = rateLimit({ logger, store: storeOf(() => undefined, { resetKey }) })
    await expect(limiter.resetKey('a')).rejects.toThrow('r')
    limiter.resetKey('a')
    await eventually('it is logged', () => logger.errors.length === 2)
  })

  it('made of MemoryStore decides by itself', async () => {
    class Doubling extends MemoryStore {
      override async increment(key: string) {
        await super.increment(key)
        return super.increment(key)
      }
    }
    expect(await statuses(await listen(appOf({ store: new Doubling(), limit: 2 })), ['/', '/'])).toEqual([200, 429])
  })
})

/** A store as they were before version 6, counting for ever. */
class Callbacks implements LegacyStore {
  readonly hits = new Map<string, number>()
  readonly incr: LegacyStore['incr'] = (key, callback) => {
    const hits = (this.hits.get(key) ?? 0) + 1
    this.hits.set(key, hits)
    callback(null as never, hits, undefined)
  }
  readonly decrement = (key: string): void => void this.hits.set(key, (this.hits.get(key) ?? 0) - 1)
  readonly resetKey = (key: string): void => void this.hits.delete(key)
}

describe('a store with callbacks', () => {
  it('counts, takes back and resets', async () => {
    const store = new Callbacks()
    const port = await listen(appOf({ store, limit: 1, skipFailedRequests: true, validate: false }))
    expect(await statuses(port, ['/?status=404', '/', '/'])).toEqual([404, 200, 429])
    await eventually('the refusal is taken back', () => store.hits.get('127.0.0.1') === 1)
    rateLimit({ store, validate: false }).resetKey('127.0.0.1')
    expect(store.hits.size).toBe(0)
  })

  it.each<readonly [string, LegacyStore['incr']]>([
    ['reports an error', (_key, callback) => callback(new Error('down'), 0, undefined)],
    ['throws', () => { throw new Error('down') }], // prettier-ignore
  ])('that %s fails the request', async (_name, incr) => {
    const store: LegacyStore = { incr, decrement: () => {}, resetKey: () => {} }
    expect(await ask(await listen(appOf({ store })))).toMatchObject({ status: 500, body: 'down' })
  })

  it('that never calls back is not waited for', async () => {
    const world = createWorld()
    const asked = deferred()
    const store: LegacyStore = { incr: () => asked.resolve(), decrement: () => {}, resetKey: () => {} }
    const answer = ask(await listen(appOf({ ...world, store })))
    await asked.promise
    await world.clock.advance(1000)
    expect((await answer).status).toBe(500)
  })

  it('is not taken for one where it has increment as well', async () => {
    const store = { ...storeOf(() => ({ totalHits: 9, resetTime: undefined })), incr: failing.increment }
    expect((await ask(await listen(appOf({ store, validate: false })))).status).toBe(429)
  })
})
