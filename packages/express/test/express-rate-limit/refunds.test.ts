/** Hits that are taken back, whichever way a response ends. */
import { MemoryStore, rateLimit } from '@spillway/express/express-rate-limit'
import type { Options } from '@spillway/express/express-rate-limit'
import { ask, deferred, eventually, openRaw, rawRequest } from '@spillway/http/conformance'
import type { Express, RequestHandler } from 'express'
import { describe, expect, it } from 'vitest'
import { appOf, createLogger, createWorld, listen, onError, statuses, storeOf, versions } from './support.ts'

const failed = { skipFailedRequests: true } as const
const succeeded = { skipSuccessfulRequests: true } as const

/** Options, the status that the handler answers with, and how many hits are left of one. */
const ends: ReadonlyArray<readonly [string, Partial<Options>, number, number]> = [
  ['keeps what failed', {}, 500, 1],
  ['keeps what succeeded', {}, 200, 1],
  ['skipFailedRequests takes a 404 back', failed, 404, 0],
  ['skipFailedRequests takes a 500 back', failed, 500, 0],
  ['skipFailedRequests keeps a 200', failed, 200, 1],
  ['skipFailedRequests keeps a 399', failed, 399, 1],
  ['skipSuccessfulRequests takes a 200 back', succeeded, 200, 0],
  ['skipSuccessfulRequests keeps a 400', succeeded, 400, 1],
  ['both take everything back', { ...failed, ...succeeded }, 200, 0],
  [
    'requestWasSuccessful decides',
    { ...succeeded, requestWasSuccessful: (_req, res) => res.statusCode === 422 },
    422,
    0,
  ],
  ['requestWasSuccessful decides later', { ...failed, requestWasSuccessful: async () => false }, 200, 0],
  ['requestWasSuccessful sees the request', { ...failed, requestWasSuccessful: (req) => req.path !== '/' }, 200, 0],
]

describe.each(versions)('%s', (_version, create) => {
  it.each(ends)('%s', async (_name, options, status, hits) => {
    const store = new MemoryStore()
    const port = await listen(appOf({ store, ...options }, create))
    await ask(port, { path: `/?status=${status}` })
    await eventually('the hit is what it is to be', async () => (await store.get('127.0.0.1'))?.totalHits === hits)
    expect(await store.get('127.0.0.1')).toMatchObject({ totalHits: hits })
  })

  const hangs = (options: Partial<Options>): { app: Express; entered: Promise<void> } => {
    const { promise, resolve } = deferred()
    const app = create().use(rateLimit(options))
    return { app: app.use(((_req, res) => (res.write('begun'), resolve())) as RequestHandler), entered: promise }
  }

  it.each<readonly [string, Partial<Options>, number]>([
    ['takes back what a client leaves, as failed', failed, 0],
    ['keeps it where only successes are taken back', succeeded, 1],
  ])('%s', async (_name, options, hits) => {
    const store = new MemoryStore()
    const { app, entered } = hangs({ store, ...options })
    const port = await listen(app)
    const client = await openRaw(port, rawRequest())
    await entered
    client.leave()
    await eventually('the hit is what it is to be', async () => (await store.get('127.0.0.1'))?.totalHits === hits)
  })

  it('takes back what the handler destroys', async () => {
    const store = new MemoryStore()
    const app = create().use(rateLimit({ store, skipFailedRequests: true }), (_req, res) => void res.destroy())
    await expect(ask(await listen(app))).rejects.toThrow('socket hang up')
    await eventually('the hit is taken back', async () => (await store.get('127.0.0.1'))?.totalHits === 0)
  })

  it('takes back what its client left while the store was still counting', async () => {
    const [counting, answer, decremented] = [deferred(), deferred(), deferred()]
    const store = storeOf(
      async () => (counting.resolve(), await answer.promise, { totalHits: 1, resetTime: undefined }),
      { decrement: () => decremented.resolve() },
    )
    const closed = deferred()
    const app = create().use((_req, res, next) => (res.on('close', closed.resolve), next()))
    app.use(rateLimit({ store, skipFailedRequests: true, validate: false }))
    const client = await openRaw(await listen(app), rawRequest())
    await counting.promise
    client.leave()
    await closed.promise
    answer.resolve()
    await decremented.promise
  })

  it('takes back pipelined requests whose connection dies before their turn', async () => {
    const store = new MemoryStore()
    const { app, entered } = hangs({ store, skipFailedRequests: true })
    const client = await openRaw(await listen(app), rawRequest() + rawRequest() + rawRequest())
    await entered
    await eventually('all are counted', async () => (await store.get('127.0.0.1'))?.totalHits === 3)
    client.leave()
    await eventually('all are taken back', async () => (await store.get('127.0.0.1'))?.totalHits === 0)
  })

  it('takes refusals back as failed, so that the count stays at the limit', async () => {
    const store = new MemoryStore()
    const port = await listen(appOf({ store, limit: 1, skipFailedRequests: true }, create))
    expect(await statuses(port, ['/', '/', '/'])).toEqual([200, 429, 429])
    await eventually('refusals are taken back', async () => (await store.get('127.0.0.1'))?.totalHits === 1)
  })
})

describe('a hit', () => {
  it.each([
    [999, 1],
    [1000, 0],
  ])('of a window that ends after 1000 ms is taken back %i ms later: %i times', async (laterMs, times) => {
    const { clock, wallTime } = createWorld()
    let decrements = 0
    const store = storeOf(() => ({ totalHits: 1, resetTime: wallTime(1000) }), { decrement: () => void decrements++ })
    const asked = deferred()
    const requestWasSuccessful = async (): Promise<boolean> => {
      await clock.advance(laterMs)
      asked.resolve()
      return true
    }
    await ask(await listen(appOf({ store, wallTime, skipSuccessfulRequests: true, requestWasSuccessful })))
    await asked.promise
    await clock.flush()
    expect(decrements).toBe(times)
  })

  it('is not taken back twice, whatever the response does besides', async () => {
    let decrements = 0
    const store = storeOf(() => ({ totalHits: 1, resetTime: undefined }), { decrement: () => void decrements++ })
    const app = appOf({ store, ...failed, ...succeeded })
    const port = await listen(app)
    for (const path of ['/', '/?status=500']) await ask(port, { path })
    await eventually('both are taken back', () => decrements === 2)
    expect(decrements).toBe(2)
  })

  it.each<readonly [string, Partial<Options>]>([
    ['decrement throws', { store: storeOf(() => ({ totalHits: 1, resetTime: undefined }), { decrement: () => { throw new Error('d') } }) }], // prettier-ignore
    ['decrement rejects', { store: storeOf(() => ({ totalHits: 1, resetTime: undefined }), { decrement: () => Promise.reject(new Error('d')) }) }], // prettier-ignore
    ['requestWasSuccessful throws', { requestWasSuccessful: () => { throw new Error('d') } }], // prettier-ignore
    ['requestWasSuccessful rejects', { requestWasSuccessful: () => Promise.reject(new Error('d')) }],
  ])('stays, and it is logged, when %s', async (_name, options) => {
    const logger = createLogger()
    const port = await listen(appOf({ logger, validate: false, skipSuccessfulRequests: true, ...options }))
    expect(await statuses(port, ['/'])).toEqual([200])
    await eventually('it is logged', () => logger.errors.length === 1)
    expect(logger.errors).toMatchObject([{ message: 'd' }])
  })

  it('of a request that fails on the way is taken back as failed', async () => {
    const store = new MemoryStore()
    const app = appOf({ store, skipFailedRequests: true, limit: () => Promise.reject(new Error('no limit')) }).use(
      onError,
    )
    expect((await ask(await listen(app))).status).toBe(500)
    await eventually('the hit is taken back', async () => (await store.get('127.0.0.1'))?.totalHits === 0)
  })
})
