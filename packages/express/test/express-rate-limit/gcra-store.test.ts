/** Our limiter as a store: under the real express-rate-limit, and under the entry. */
import { GcraStore, rateLimit } from '@spillway/express/express-rate-limit'
import type { GcraStoreInit, RateLimitRequestHandler } from '@spillway/express/express-rate-limit'
import { ask, eventually } from '@spillway/http/conformance'
import express from 'express'
import { rateLimit as theirs } from 'express-rate-limit'
import type { Options } from 'express-rate-limit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createWorld, listen, statuses } from './support.ts'

const limiters: ReadonlyArray<readonly [string, (options: Partial<Options>) => RateLimitRequestHandler]> = [
  ['express-rate-limit 8', theirs],
  ['the entry', rateLimit],
]

describe.each(limiters)('GcraStore under %s', (_name, limit) => {
  // They ask Date for the time to the end of the window.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: createWorld().wallTime(0) }))
  afterEach(() => void vi.useRealTimers())

  const appOf = (options: Partial<Options>, store: GcraStore) => {
    const app = express().use(limit({ ...options, store, validate: false }))
    return app.use((req, res) => void res.status(Number(req.query['status'] ?? 200)).json(req.rateLimit))
  }

  it('lets the limit in, refuses what is beyond it, and says when the next one may come', async () => {
    const { clock, wallTime } = createWorld()
    const port = await listen(appOf({ limit: 3, windowMs: 60_000 }, new GcraStore({ clock, wallTime })))
    const first = await ask(port)
    expect(JSON.parse(first.body)).toMatchObject({ limit: 3, used: 1, remaining: 2 })
    expect(await statuses(port, ['/', '/'])).toEqual([200, 200])
    const refused = await ask(port)
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '20'])
    await clock.advance(20_000)
    expect(await statuses(port, ['/', '/'])).toEqual([200, 429])
  })

  it('lets in no more at once around the end of a window than has come back', async () => {
    const { clock, wallTime } = createWorld()
    const port = await listen(appOf({ limit: 10, windowMs: 1000 }, new GcraStore({ clock, wallTime })))
    const hit = async (): Promise<number> =>
      (
        await statuses(
          port,
          Array.from({ length: 20 }, () => '/'),
        )
      ).filter((s) => s === 200).length
    expect(await hit()).toBe(10)
    await clock.advance(500)
    expect(await hit()).toBe(5)
    await clock.advance(500)
    expect(await hit()).toBe(5)
  })

  it('does not count refusals', async () => {
    const { clock, wallTime } = createWorld()
    const port = await listen(appOf({ limit: 1, windowMs: 1000 }, new GcraStore({ clock, wallTime })))
    await ask(port)
    for (let i = 0; i < 9; i++) {
      await clock.advance(100)
      expect(await statuses(port, ['/'])).toEqual([429])
    }
    await clock.advance(100)
    expect(await statuses(port, ['/'])).toEqual([200])
  })

  it('gives back failed requests, and no more than was taken', async () => {
    const { clock, wallTime } = createWorld()
    const store = new GcraStore({ clock, wallTime })
    const port = await listen(appOf({ limit: 2, windowMs: 60_000, skipFailedRequests: true }, store))
    expect(await statuses(port, ['/?status=500', '/', '/'])).toEqual([500, 200, 200])
    const isFull = async (): Promise<boolean> => (await store.get('127.0.0.1'))?.totalHits === 2
    for (let i = 0; i < 5; i++) {
      expect(await statuses(port, ['/'])).toEqual([429])
      await eventually('the refusal is given back', isFull)
    }
    expect(await statuses(port, ['/'])).toEqual([429])
  })

  it('gives back successful requests, and nothing for refusals', async () => {
    const { clock, wallTime } = createWorld()
    const store = new GcraStore({ clock, wallTime })
    const port = await listen(appOf({ limit: 1, windowMs: 60_000, skipSuccessfulRequests: true }, store))
    expect(await statuses(port, ['/'])).toEqual([200])
    await eventually('it is given back', async () => (await store.get('127.0.0.1')) === undefined)
    expect(await statuses(port, ['/?status=404', '/', '/'])).toEqual([404, 429, 429])
  })

  it('refuses everything with a limit of 0', async () => {
    expect(await statuses(await listen(appOf({ limit: 0 }, new GcraStore())), ['/', '/'])).toEqual([429, 429])
  })

  it('lets exactly the limit in of many requests at once', async () => {
    const { clock, wallTime } = createWorld()
    const port = await listen(appOf({ limit: 20, windowMs: 60_000 }, new GcraStore({ clock, wallTime })))
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(port)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20)
  })
})

describe('GcraStore', () => {
  const create = (init: Partial<GcraStoreInit> = {}) => {
    const world = createWorld()
    const store = new GcraStore(world)
    store.init({ limit: 2, windowMs: 1000, ...init })
    return { ...world, store }
  }

  it('tells a key without counting, forgets one, forgets all', async () => {
    const { store, wallTime } = create()
    expect(await store.get('a')).toBeUndefined()
    await store.increment('a')
    await store.increment('b')
    expect(await store.get('a')).toEqual({ totalHits: 1, resetTime: wallTime(500) })
    expect(await store.get('a')).toEqual({ totalHits: 1, resetTime: wallTime(500) })
    await store.increment('a')
    expect(await store.get('a')).toEqual({ totalHits: 2, resetTime: wallTime(500) })
    await store.resetKey('a')
    expect(await store.get('a')).toBeUndefined()
    expect(await store.get('b')).toMatchObject({ totalHits: 1 })
    await store.resetAll()
    expect(await store.get('b')).toBeUndefined()
  })

  it('takes no limit that depends on the request', () => {
    expect(() => new GcraStore().init({ limit: () => 5, windowMs: 1000 })).toThrow('option "limit"')
  })

  it('says so when it was not initialized', async () => {
    await expect(new GcraStore().increment('a')).rejects.toThrow('used before init()')
  })

  it('checks its options', () => {
    expect(() => new GcraStore({ maxKeys: 0 })).toThrow('option "maxKeys"')
    expect(() => new GcraStore({ keys: 1 } as never)).toThrow('unknown option "keys"')
  })
})
