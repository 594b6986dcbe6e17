/** Stores of others, as they are published, under the entry. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { rateLimit } from '@spillway/express/express-rate-limit'
import type { Options } from '@spillway/express/express-rate-limit'
import { ask, eventually } from '@spillway/http/conformance'
import express from 'express'
import { Redis } from 'ioredis'
import PreciseMemoryStore from 'precise-memory-rate-limit'
import { RedisStore } from 'rate-limit-redis'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { connectRedis } from './redis.ts'
import { appOf, createLogger, listen, statuses } from './support.ts'

const redis = await connectRedis()
afterAll(() => redis?.close())

describe.skipIf(redis === undefined)('rate-limit-redis', () => {
  const prefix = `spillway-test:${process.pid}:${Date.now()}:`
  let made = 0
  const create = (): RedisStore => {
    const sendCommand = (command: string, ...args: string[]): Promise<never> =>
      redis?.client.call(command, ...args) as Promise<never>
    return new RedisStore({ prefix: `${prefix}${made++}:`, sendCommand })
  }
  afterEach(async () => {
    const keys = (await redis?.client.keys(`${prefix}*`)) ?? []
    if (keys.length > 0) await redis?.client.del(...keys)
  })

  it('counts in Redis, and says what is left and until when', async () => {
    const store = create()
    const port = await listen(appOf({ store, limit: 2, standardHeaders: 'draft-7' }))
    const first = await ask(port)
    expect(first.headers).toMatchObject({ ratelimit: 'limit=2, remaining=1, reset=60' })
    expect(await statuses(port, ['/', '/'])).toEqual([200, 429])
    expect(await redis?.client.get(`${store.prefix}127.0.0.1`)).toBe('3')
    const refused = await ask(port)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(50)
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
  })

  it('is asked by getKey and reset by resetKey', async () => {
    const limiter = rateLimit({ store: create(), limit: 1 })
    const port = await listen(express().use(limiter, (_req, res) => void res.send('ok')))
    expect(await statuses(port, ['/', '/'])).toEqual([200, 429])
    expect(await limiter.getKey('127.0.0.1')).toEqual({ totalHits: 2, resetTime: expect.any(Date) as Date })
    limiter.resetKey('127.0.0.1')
    await eventually('it is reset', async () => (await limiter.getKey('127.0.0.1'))?.totalHits !== 2)
    expect(await statuses(port, ['/', '/'])).toEqual([200, 429])
  })

  it('takes failed requests back', async () => {
    const store = create()
    const port = await listen(appOf({ store, limit: 5, skipFailedRequests: true }))
    expect(await statuses(port, ['/?status=500', '/', '/?status=404'])).toEqual([500, 200, 404])
    await eventually('both are taken back', async () => (await store.get('127.0.0.1'))?.totalHits === 1)
  })

  it('lets exactly the limit in, of a hundred requests at once to two servers', async () => {
    const [one, other] = [create(), create()]
    other.prefix = one.prefix
    const ports = [await listen(appOf({ store: one, limit: 10 })), await listen(appOf({ store: other, limit: 10 }))]
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => ask(ports[i % 2] as number)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
  })

  it('fails the request when the connection is gone, or lets it pass', async () => {
    const gone = new RedisStore({ prefix, sendCommand: () => Promise.reject(new Error('Connection is closed.')) })
    const logger = createLogger()
    const options: Partial<Options> = { logger, validate: false }
    expect((await ask(await listen(appOf({ ...options, store: gone })))).status).toBe(500)
    expect((await ask(await listen(appOf({ ...options, store: gone, passOnStoreError: true })))).status).toBe(200)
  })
})

describe('rate-limit-redis on a server that accepts and says nothing', () => {
  it.each([
    [true, 200],
    [false, 500],
  ])('does not hold requests: passOnStoreError %s answers %i', async (passOnStoreError, status) => {
    const mute = createServer().listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { port } = mute.address() as AddressInfo
    const client = new Redis(port, { enableReadyCheck: false, disconnectTimeout: 1 })
    client.on('error', () => {})
    const sendCommand = (command: string, ...args: string[]): Promise<never> => client.call(command, ...args) as never
    const store = new RedisStore({ sendCommand })
    const options = { store, storeTimeoutMs: 20, passOnStoreError, logger: createLogger(), validate: false }
    const answer = await ask(await listen(appOf(options)))
    client.disconnect()
    mute.close()
    expect(answer.status).toBe(status)
  })
})

describe('precise-memory-rate-limit', () => {
  it('counts, though it is of the time of callbacks', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] }) // its timer never ends
    const limiter = rateLimit({ store: new PreciseMemoryStore(60_000, 2), limit: 2 })
    vi.useRealTimers()
    const port = await listen(express().use(limiter, (_req, res) => void res.send('ok')))
    expect(await statuses(port, ['/', '/', '/'])).toEqual([200, 200, 429])
    limiter.resetKey('127.0.0.1')
    expect(await statuses(port, ['/'])).toEqual([200])
  })
})

// The fixture is TypeScript, and Node.js 20 does not run that.
const runsTypeScript = process.allowedNodeEnvironmentFlags.has('--experimental-strip-types')

describe.runIf(runsTypeScript)('cluster-memory-store', () => {
  it('counts for all processes of a cluster', async () => {
    const fixture = fileURLToPath(new URL('../fixtures/cluster.ts', import.meta.url))
    const flags = ['--conditions=@spillway/source', '--no-warnings', fixture]
    const primary = spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] })
    try {
      const [line] = (await once(primary.stdout, 'data')) as [Buffer]
      const [one, other] = JSON.parse(String(line)) as [number, number]
      expect(await statuses(one, ['/', '/'])).toEqual([200, 200])
      const third = await ask(other)
      expect(JSON.parse(third.body)).toMatchObject({ used: 3, remaining: 1, key: 'everybody' })
      expect(third.headers['ratelimit']).toMatch(/^limit=4, remaining=1, reset=(?:59|60)$/)
      expect([await statuses(one, ['/', '/']), await statuses(other, ['/'])]).toEqual([[200, 429], [429]])
    } finally {
      primary.stdin.end()
      await once(primary, 'exit')
    }
  })
})
