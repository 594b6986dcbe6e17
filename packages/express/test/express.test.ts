/** What is Express's own: mounting, settings, errors, properties of the request. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { concurrencyLimit, rateLimit } from '@spillway/express'
import { ask, deferred } from '@spillway/http/conformance'
import express, { type ErrorRequestHandler } from 'express'
import express4 from 'express4'
import { afterEach, describe, expect, it } from 'vitest'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listen(app: RequestListener): Promise<number> {
  const server = createServer(app)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return (server.address() as AddressInfo).port
}

async function statuses(port: number, paths: readonly string[], headers = {}): Promise<number[]> {
  const found = []
  for (const path of paths) found.push((await ask(port, { path, headers })).status)
  return found
}

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('%s', (_version, create) => {
  it('limits one route, one router or the whole app, wherever it is mounted', async () => {
    const app = create()
    const router = express.Router()
    router.use(rateLimit({ limit: 2, windowMs: 3_600_000 })).get('/a', (_req, res) => void res.send('a'))
    app.get('/route', rateLimit({ limit: 1, windowMs: 3_600_000 }), (_req, res) => void res.send('route'))
    app.use('/router', router)
    app.get('/free', (_req, res) => void res.send('free'))
    const port = await listen(app)
    expect(await statuses(port, ['/route', '/route'])).toEqual([200, 429])
    expect(await statuses(port, ['/router/a', '/router/a', '/router/a'])).toEqual([200, 200, 429])
    expect(await statuses(port, ['/free', '/free', '/free'])).toEqual([200, 200, 200])
  })

  it('shares one quota where the same middleware is mounted on several routes', async () => {
    const app = create()
    const limit = rateLimit({ limit: 2, windowMs: 3_600_000 })
    app.get('/a', limit, (_req, res) => void res.send('a'))
    app.get('/b', limit, (_req, res) => void res.send('b'))
    expect(await statuses(await listen(app), ['/a', '/b', '/a', '/b'])).toEqual([200, 200, 429, 429])
  })

  it('passes the original URL to callbacks below a mounting point', async () => {
    const seen: string[] = []
    const app = create()
    app.use('/api', rateLimit({ limit: 5, skip: (req) => (seen.push(req.originalUrl), false) }))
    app.use((_req, res) => void res.send('ok'))
    await ask(await listen(app), { path: '/api/x?y=1' })
    expect(seen).toEqual(['/api/x?y=1'])
  })

  it('tells callers apart by what the setting "trust proxy" says', async () => {
    const app = create().set('trust proxy', 1)
    app.use(rateLimit({ limit: 1, windowMs: 3_600_000 }), (_req, res) => void res.send('ok'))
    const port = await listen(app)
    expect(await statuses(port, ['/', '/'], { 'x-forwarded-for': '198.51.100.1' })).toEqual([200, 429])
    expect(await statuses(port, ['/', '/'], { 'x-forwarded-for': '198.51.100.2' })).toEqual([200, 429])
    expect(await statuses(port, ['/'], { 'x-forwarded-for': '198.51.100.3, 198.51.100.1' })).toEqual([429])
  })

  it('answers refusals by the handler, which finds the quota and the headers', async () => {
    const app = create()
    app.use(
      rateLimit({
        limit: 1,
        windowMs: 3_600_000,
        requestPropertyName: 'quota',
        handler(req, res, _next, { refusal, rejection: { reason } }) {
          const { remaining } = (req as unknown as { quota: { remaining: number } }).quota
          res.json({ reason, status: refusal.status, remaining, retry: res.getHeader('retry-after') !== undefined })
        },
      }),
      (_req, res) => void res.send('ok'),
    )
    const port = await listen(app)
    await ask(port)
    const { status, body } = await ask(port)
    expect([status, JSON.parse(body)]).toEqual([429, { reason: 'rate', status: 429, remaining: 0, retry: true }])
  })

  it('passes what a handler throws to the error handlers', async () => {
    const app = create()
    const fail = (): never => {
      throw new Error('a fault of the user')
    }
    const onError: ErrorRequestHandler = (error: Error, _req, res, _next) => void res.status(500).send(error.message)
    app.use(rateLimit({ limit: 0, handler: fail }), onError)
    expect(await ask(await listen(app))).toMatchObject({ status: 500, body: 'a fault of the user' })
  })

  it('falls back to the socket when the "trust proxy" function throws', async () => {
    const app = create().set('trust proxy', () => {
      throw new Error('a fault')
    })
    app.use(rateLimit({ limit: 1, windowMs: 3_600_000 }), (_req, res) => void res.send('ok'))
    expect(await statuses(await listen(app), ['/', '/'])).toEqual([200, 429])
  })

  it('sets req.rateLimit and the RateLimit headers on what it lets in', async () => {
    const app = create()
    app.use(rateLimit({ limit: 5, windowMs: 3_600_000 }), (req, res) => void res.json(req.rateLimit))
    const answer = await ask(await listen(app))
    expect(JSON.parse(answer.body)).toMatchObject({ limit: 5, used: 1, remaining: 4, key: '127.0.0.1' })
    expect(answer.headers).toMatchObject({ ratelimit: expect.stringContaining('r=4') as string })
  })

  it('hands refusals to the error handlers in mode error', async () => {
    const app = create()
    const onError: ErrorRequestHandler = (error: { status: number; code: string }, _req, res, _next) =>
      void res.status(error.status).json({ code: error.code })
    app.use(rateLimit({ limit: 0, mode: 'error' }), onError)
    const answer = await ask(await listen(app))
    expect([answer.status, answer.body]).toEqual([429, '{"code":"SPILLWAY_REFUSED"}'])
  })

  it('lets the framework answer in mode error, with Retry-After', async () => {
    const app = create().set('env', 'test') // else Express prints the stack
    app.use(concurrencyLimit({ limit: 1, mode: 'error' }))
    const running = deferred()
    const entered = deferred()
    app.use((_req, res) => (entered.resolve(), void running.promise.then(() => res.send('ok'))))
    const port = await listen(app)
    const first = ask(port)
    await entered.promise
    const second = await ask(port)
    expect(second.status).toBe(503)
    expect(second.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    running.resolve()
    expect((await first).status).toBe(200)
  })
})

describe('handlers', () => {
  it('have names that show up in stacks and in lists of layers', () => {
    expect(rateLimit({ limit: 1 }).name).toBe('rateLimitMiddleware')
    expect(concurrencyLimit({ limit: 1 }).name).toBe('concurrencyLimitMiddleware')
  })

  it('change while they run', async () => {
    const limit = rateLimit({ limit: 1, windowMs: 3_600_000, standardHeaders: false })
    const port = await listen(express().use(limit, (_req, res) => void res.send('ok')))
    expect(await statuses(port, ['/', '/'])).toEqual([200, 429])
    expect(limit.snapshot()).toMatchObject({ name: 'rate', keys: 1 })
    expect(limit.resetKey('127.0.0.1')).toBe(true)
    expect(await statuses(port, ['/', '/'])).toEqual([200, 429])
    limit.update({ limit: 0 })
    limit.resetKey('127.0.0.1')
    expect(await statuses(port, ['/'])).toEqual([429])

    const places = concurrencyLimit({ limit: 1 })
    expect(places.snapshot()).toEqual({ name: 'concurrency', limit: 1, inflight: 0, waiting: 0 })
    places.update({ limit: 7 })
    expect(places.snapshot().limit).toBe(7)
    expect(() => places.update({ limit: -1 })).toThrow(
      'concurrencyLimit: option "limit" must be an integer >= 1, got -1',
    )
  })

  it('name the option that makes no sense', () => {
    expect(() => rateLimit({ limit: -1 })).toThrow(RangeError)
    expect(() => rateLimit({ limit: 1, windowSeconds: 1 } as never)).toThrow(
      'rateLimit: unknown option "windowSeconds"',
    )
    expect(() => concurrencyLimit({ limit: 0 })).toThrow(RangeError)
    expect(() => rateLimit({ limit: 1, mode: 'error', handler: () => {} })).toThrow('exclude each other')
    expect(() => rateLimit({ limit: 1, message: 'no', handler: () => {} })).toThrow('exclude each other')
    expect(() => rateLimit({ limit: 1, handler: 'no' as never })).toThrow('option "handler"')
    expect(() => rateLimit({ limit: 1, requestPropertyName: '' })).toThrow('option "requestPropertyName"')
  })
})
