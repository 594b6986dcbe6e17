/** Every option of express-rate-limit 8, one by one. */
import { Agent } from 'node:http'
import { rateLimit } from '@spillway/express/express-rate-limit'
import type { Options, RateLimitInfo } from '@spillway/express/express-rate-limit'
import defaultExport from '@spillway/express/express-rate-limit'
import { ask } from '@spillway/http/conformance'
import express from 'express'
import type { Request } from 'express'
import { agent } from 'supertest'
import { describe, expect, it } from 'vitest'
import { appOf, createLogger, createWorld, listen, onError, statuses, storeOf, versions } from './support.ts'

/** What is beyond the limit: options, and the answer to the second of two requests. */
const refusals: ReadonlyArray<readonly [string, Partial<Options>, object]> = [
  ['limit', {}, { status: 429, body: 'Too many requests, please try again later.' }],
  ['limit as a function', { limit: () => 1 }, { status: 429 }],
  ['limit as a promise', { limit: async () => 1 }, { status: 429 }],
  ['limit as text', { limit: '1' as never }, { status: 429 }],
  ['max', { limit: undefined as never, max: 1 }, { status: 429 }],
  ['max as a function', { limit: undefined as never, max: async () => 1 }, { status: 429 }],
  ['message as text', { message: 'later' }, { body: 'later' }],
  ['message as an object', { message: { code: 7 } }, { body: '{"code":7}' }],
  ['message as a function', { message: (req: Request) => `not ${req.path}` }, { body: 'not /' }],
  ['message as a promise', { message: async () => 'soon' }, { body: 'soon' }],
  ['statusCode', { statusCode: 420 }, { status: 420 }],
  [
    'handler',
    { handler: (_req, res, _next, { statusCode }) => res.status(503).send(`${statusCode}`) },
    { body: '429' },
  ],
  ['handler that lets pass', { handler: (_req, _res, next) => next() }, { status: 200 }],
  ['handler that throws', { handler: () => { throw new Error('h') } }, { status: 500, body: 'h' }], // prettier-ignore
  ['handler that rejects', { handler: async () => { throw new Error('h') } }, { status: 500, body: 'h' }], // prettier-ignore
  ['keyGenerator', { keyGenerator: (req) => req.path }, { status: 429 }],
  ['keyGenerator as a promise', { keyGenerator: async (req) => req.path }, { status: 429 }],
  ['keyGenerator that throws', { keyGenerator: () => { throw new Error('k') } }, { status: 500, body: 'k' }], // prettier-ignore
  ['keyGenerator that tells all apart', { keyGenerator: (req) => String(req.socket.remotePort) }, { status: 200 }],
  ['skip', { skip: () => true }, { status: 200 }],
  ['skip as a promise', { skip: async () => true }, { status: 200 }],
  ['skip that throws', { skip: () => { throw new Error('s') } }, { status: 500, body: 's' }], // prettier-ignore
  ['retryAfter', { retryAfter: 7 }, { headers: { 'retry-after': '7' } }],
  ['retryAfter as a function', { retryAfter: async () => 8 }, { headers: { 'retry-after': '8' } }],
  ['retryAfter that is no number', { retryAfter: Number.NaN }, { headers: { 'retry-after': '60' } }],
  ['limit as a function that throws', { limit: () => { throw new Error('l') } }, { status: 500, body: 'l' }], // prettier-ignore
  ['limit as a function of nonsense', { limit: () => 'many' as never }, { status: 500 }],
  ['limit 0', { limit: 0, validate: false }, { status: 429 }],
  ['limit Infinity', { limit: Infinity }, { status: 200 }],
]

describe.each(versions)('%s: option', (_version, create) => {
  it.each(refusals)('%s', async (_name, options, expected) => {
    const { wallTime } = createWorld()
    const port = await listen(appOf({ limit: 1, wallTime, ...options }, create))
    await ask(port)
    expect(await ask(port)).toMatchObject(expected)
  })

  it('windowMs: lets in again when the window is over', async () => {
    const { clock, wallTime } = createWorld()
    const port = await listen(appOf({ windowMs: 1000, limit: 2, wallTime }, create))
    expect(await statuses(port, ['/', '/', '/'])).toEqual([200, 200, 429])
    await clock.advance(999)
    expect(await statuses(port, ['/'])).toEqual([429])
    await clock.advance(1)
    expect(await statuses(port, ['/', '/', '/'])).toEqual([200, 200, 429])
  })

  it('requestPropertyName: says where the quota is, with its old name out of sight', async () => {
    const seen: RateLimitInfo[] = []
    const app = create()
    app.use(rateLimit({ limit: 3, requestPropertyName: 'quota' }))
    app.use((req, res) => {
      seen.push((req as unknown as { quota: RateLimitInfo }).quota)
      res.send(`${(req as unknown as { quota: { current: number } }).quota.current}`)
    })
    const port = await listen(app)
    expect([(await ask(port)).body, (await ask(port)).body]).toEqual(['1', '2'])
    expect(seen[1]).toEqual({ limit: 3, used: 2, remaining: 1, resetTime: expect.any(Date) as Date, key: '127.0.0.1' })
    expect(Object.keys(seen[1] ?? {})).toEqual(['limit', 'used', 'remaining', 'resetTime', 'key'])
  })

  it('is heard once per limiter where several are in a row', async () => {
    const app = create()
    app.use(rateLimit({ limit: 5, requestPropertyName: 'outer' }), rateLimit({ limit: 1 }))
    app.use((req, res) => void res.json([Reflect.get(req, 'outer'), req.rateLimit]))
    const port = await listen(app)
    expect(JSON.parse((await ask(port)).body)).toMatchObject([{ remaining: 4 }, { remaining: 0 }])
    expect((await ask(port)).status).toBe(429)
  })

  it('lets exactly the limit in of a thousand requests at once', async () => {
    const port = await listen(appOf({ limit: 100 }, create))
    const keptAlive = new Agent({ keepAlive: true, maxSockets: 50 })
    const answers = await Promise.all(Array.from({ length: 1000 }, () => ask(port, { agent: keptAlive })))
    keptAlive.destroy()
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(900)
  })
})

describe('ipv6Subnet', () => {
  const from = async (options: Partial<Options>, ips: readonly string[]): Promise<number[]> => {
    const app = express().set('trust proxy', 1)
    app.use(rateLimit({ limit: 1, validate: false, ...options }), (_req, res) => void res.send('ok')).use(onError)
    const port = await listen(app)
    const found: number[] = []
    for (const ip of ips) found.push((await ask(port, { headers: { 'X-Forwarded-For': ip } })).status)
    return found
  }
  const inOne56 = ['2001:db8:1:100::1', '2001:db8:1:1ff::2'] as const

  it.each([
    ['56 when nothing is said', {}, [200, 429]],
    ['64', { ipv6Subnet: 64 }, [200, 200]],
    ['48', { ipv6Subnet: 48 }, [200, 429]],
    ['false', { ipv6Subnet: false as const }, [200, 200]],
    ['a function', { ipv6Subnet: () => 64 }, [200, 200]],
    ['a promise', { ipv6Subnet: async () => 48 }, [200, 429]],
    ['56 where it is nonsense', { ipv6Subnet: 48.5 }, [200, 429]],
    ['56 where a function returns nonsense', { ipv6Subnet: () => undefined as never }, [200, 429]],
  ])('is %s', async (_name, options, expected) => {
    expect(await from(options, inOne56)).toEqual(expected)
  })

  it('says nothing to IPv4, however it is written', async () => {
    expect(await from({}, ['192.0.2.1', '192.0.2.2', '::ffff:192.0.2.1', '::ffff:c000:202'])).toEqual([
      200, 200, 429, 429,
    ])
  })

  it('gives callers without an address one quota', async () => {
    expect(await from({ keyGenerator: undefined as never }, ['', 'x', 'x'])).toEqual([200, 200, 429])
  })
})

describe('rateLimit', () => {
  it('is the default export, too', () => {
    expect(defaultExport).toBe(rateLimit)
  })

  it('has the defaults that handlers and stores are told', () => {
    const told: Options[] = []
    rateLimit({ store: storeOf(() => undefined, { init: (options) => void told.push(options) }) })
    expect(told[0]).toMatchObject({
      windowMs: 60_000,
      limit: 5,
      statusCode: 429,
      legacyHeaders: true,
      standardHeaders: false,
      requestPropertyName: 'rateLimit',
      skipFailedRequests: false,
      skipSuccessfulRequests: false,
      ipv6Subnet: 56,
      passOnStoreError: false,
    })
  })

  it('takes options that are undefined for absent, and leaves its options alone', async () => {
    const options = Object.freeze({ limit: undefined as never, windowMs: undefined as never, message: 'no' })
    expect(
      await statuses(
        await listen(appOf(options)),
        Array.from({ length: 6 }, () => '/'),
      ),
    ).toEqual([200, 200, 200, 200, 200, 429])
  })

  it('has resetKey and getKey', async () => {
    const limiter = rateLimit({ limit: 1 })
    const port = await listen(express().use(limiter, (_req, res) => void res.send('ok')))
    expect(await limiter.getKey('127.0.0.1')).toBeUndefined()
    expect(await statuses(port, ['/', '/'])).toEqual([200, 429])
    expect(await limiter.getKey('127.0.0.1')).toEqual({ totalHits: 2, resetTime: expect.any(Date) as Date })
    limiter.resetKey('127.0.0.1')
    expect(await statuses(port, ['/', '/'])).toEqual([200, 429])
  })

  it('says that it cannot tell a key where the store cannot', () => {
    expect(() => rateLimit({ store: storeOf(() => undefined) }).getKey('a')).toThrow('no get()')
  })

  it('works under supertest, by which its users test their apps', async () => {
    const client = agent(appOf({ limit: 1 }))
    await client.get('/').expect(200, 'served')
    await client.get('/').expect(429)
  })

  it('has a name that shows up in stacks', () => {
    expect(rateLimit().name).toBe('rateLimitMiddleware')
  })

  it.each<readonly [string, object, string]>([
    ['windowMs', { windowMs: 0 }, 'option "windowMs" must be a number >= 1'],
    ['windowMs', { windowMs: '60000' }, 'option "windowMs"'],
    ['limit', { limit: Number.NaN }, 'option "limit"'],
    ['limit', { limit: 'many' }, 'option "limit"'],
    ['statusCode', { statusCode: 42 }, 'option "statusCode"'],
    ['storeTimeoutMs', { storeTimeoutMs: 0 }, 'option "storeTimeoutMs"'],
    ['partitionKeySecret', { partitionKeySecret: '' }, 'option "partitionKeySecret"'],
    ['keyGenerator', { keyGenerator: 'ip' }, 'option "keyGenerator" must be a function'],
    ['handler', { handler: null }, 'option "handler" must be a function'],
    ['store', { store: {} }, 'option "store"'],
    ['store', { store: storeOf(() => 1, { init: 'no' as never }) }, 'option "store"'],
    ['logger', { logger: { error: 'no' } }, 'option "logger"'],
  ])('throws for a bad %s: %o', (_name, options, message) => {
    expect(() => rateLimit(options)).toThrow(message)
  })

  it('goes on with options that it does not know, and says so', async () => {
    const logger = createLogger()
    const port = await listen(appOf({ limit: 1, logger, windowMS: 1 } as Partial<Options>))
    expect(await statuses(port, ['/', '/'])).toEqual([200, 429])
    expect(logger.errors).toMatchObject([
      { code: 'ERR_ERL_UNKNOWN_OPTION', message: expect.stringContaining('windowMS') as string },
    ])
  })
})
