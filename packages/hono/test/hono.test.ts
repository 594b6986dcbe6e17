/** What is Hono's own: contexts, exceptions, runtimes, and the bindings of Node.js. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { RateLimitInfo } from '@spillway/http'
import { ask, deferred } from '@spillway/http/conformance'
import { concurrencyLimit, overloadControl, rateLimit, readiness } from '@spillway/hono'
import { nodeEnvironment } from '@spillway/node'
import { Hono, type Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest'

const hour = { windowMs: 3_600_000 }
const servers: Server[] = []
afterEach(() => {
  vi.unstubAllGlobals()
  for (const server of servers.splice(0)) server.close()
})

async function listen(app: Hono): Promise<number> {
  const server = createServer(getRequestListener(app.fetch) as RequestListener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return (server.address() as AddressInfo).port
}

const byKey = { keyGenerator: (c: Context) => c.req.header('x-key') ?? 'nobody' }

async function statuses(app: Hono, paths: readonly string[], headers = {}): Promise<number[]> {
  const found = []
  for (const path of paths) found.push((await app.request(path, { headers })).status)
  return found
}

describe('rateLimit', () => {
  it('limits one route, a group of them or the whole app, and shares a quota where it is mounted twice', async () => {
    const app = new Hono()
    const shared = rateLimit({ limit: 2, ...hour, ...byKey })
    app.get('/route', rateLimit({ limit: 1, ...hour, ...byKey }), (c) => c.text('route'))
    app.use('/group/*', rateLimit({ limit: 2, ...hour, ...byKey }))
    app.get('/group/:id', (c) => c.text('group'))
    app.get('/a', shared, (c) => c.text('a')).get('/b', shared, (c) => c.text('b'))
    expect(await statuses(app, ['/route', '/route'])).toEqual([200, 429])
    expect(await statuses(app, ['/group/1', '/group/2', '/group/1'])).toEqual([200, 200, 429])
    expect(await statuses(app, ['/a', '/b', '/a', '/b'])).toEqual([200, 200, 429, 429])
    expect(await statuses(app, ['/a'], { 'x-key': 'other' })).toEqual([200])
  })

  it('sets a context variable that has a type, and headers', async () => {
    const app = new Hono()
    app.use(rateLimit({ limit: 5, ...hour, ...byKey, requestPropertyName: 'quota' }))
    app.use(rateLimit({ limit: 9, ...hour, ...byKey, name: 'inner' }))
    app.get('/', (c) => {
      expectTypeOf(c.var.rateLimit).toEqualTypeOf<RateLimitInfo | undefined>()
      return c.json([c.get('quota' as 'rateLimit'), c.var.rateLimit])
    })
    const response = await app.request('/')
    expect(await response.json()).toMatchObject([
      { limit: 5, used: 1, remaining: 4, key: 'nobody' },
      { limit: 9, used: 1, remaining: 8 },
    ])
    expect(response.headers.get('ratelimit')).toContain('r=4')
  })

  it('sets headers also on responses that must not be changed', async () => {
    const app = new Hono()
    app.use(rateLimit({ limit: 5, ...hour, ...byKey }))
    app.get('/', () => Response.redirect('http://test/there', 302))
    const response = await app.request('/')
    expect([response.status, response.headers.get('location')]).toEqual([302, 'http://test/there'])
    expect(response.headers.get('ratelimit')).toContain('r=4')
  })
})

describe('whose quota it is', () => {
  it('is that of the address, which Node.js tells by itself', async () => {
    const app = new Hono().use(rateLimit({ limit: 1, ...hour })).get('/', (c) => c.json(c.var.rateLimit))
    const port = await listen(app)
    expect(JSON.parse((await ask(port)).body)).toMatchObject({ key: '127.0.0.1' })
    expect((await ask(port)).status).toBe(429)
  })

  it('is that of the address that getConnInfo tells', async () => {
    const app = new Hono().use(rateLimit({ limit: 1, ...hour, getConnInfo })).get('/', (c) => c.json(c.var.rateLimit))
    expect(JSON.parse((await ask(await listen(app))).body)).toMatchObject({ key: '127.0.0.1' })
  })

  it('is that of an address that a trusted proxy tells, where nothing else does', async () => {
    const app = new Hono().use(rateLimit({ limit: 1, ...hour, trustProxy: 1 })).get('/', (c) => c.text('ok'))
    expect(await statuses(app, ['/', '/'], { 'x-forwarded-for': '192.0.2.1' })).toEqual([200, 429])
    expect(await statuses(app, ['/', '/'], { 'x-forwarded-for': '192.0.2.2' })).toEqual([200, 429])
  })

  it.each(['Bun/1.4', 'Deno/2.9', 'Cloudflare-Workers'])('must be said on %s: never one quota for all', (userAgent) => {
    vi.stubGlobal('navigator', { userAgent })
    expect(() => rateLimit({ limit: 1 })).toThrow(/option "getConnInfo", "keyGenerator" or "trustProxy"/)
    expect(() => rateLimit({ limit: 1, trustProxy: false })).toThrow(TypeError)
    for (const named of [{ getConnInfo }, byKey, { trustProxy: 1 }]) rateLimit({ limit: 1, ...named })
    const limits = [{ name: 'account', limit: 1, ...byKey }]
    rateLimit({ limits })
    expect(() => rateLimit({ limits: [...limits, { name: 'address', limit: 1 }] })).toThrow(TypeError)
  })

  it('must be said where Node.js has no sockets to ask: the first request fails', async () => {
    const app = new Hono().use(rateLimit({ limit: 1 })).get('/', (c) => c.text('ok'))
    app.onError((error, c) => c.text(error.message, 500))
    const response = await app.request('/')
    expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('"getConnInfo"')])
  })

  it('is "unknown" when getConnInfo fails, which is told once', async () => {
    const told: unknown[] = []
    const fails = (): never => {
      throw new Error('that of another runtime')
    }
    const onCallbackError = (error: unknown, option: string): void => void told.push([(error as Error).message, option])
    const app = new Hono()
    app
      .use(rateLimit({ limit: 2, ...hour, getConnInfo: fails, onCallbackError }))
      .get('/', (c) => c.json(c.var.rateLimit))
    expect(await (await app.request('/')).json()).toMatchObject({ key: 'unknown' })
    expect(await statuses(app, ['/', '/'])).toEqual([200, 429])
    expect(told).toEqual([['that of another runtime', 'getConnInfo']])
  })
})

describe.each([
  ['Node.js', async (app: Hono) => ask(await listen(app))],
  [
    'the Fetch API',
    async (app: Hono) => {
      const response = await app.request('/')
      return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
    },
  ],
])('refusals by %s', (_way, get) => {
  const none = { limit: 0, ...hour, ...byKey }

  it('keep headers that were set before', async () => {
    const app = new Hono()
    app.use(async (c, next) => {
      c.header('x-request-id', '7')
      c.res.headers.set('access-control-allow-origin', '*')
      await next()
    })
    app.use(rateLimit(none))
    const { status, headers } = await get(app)
    expect([status, headers['content-type']]).toEqual([429, 'application/problem+json'])
    expect(headers).toMatchObject({ 'x-request-id': '7', 'access-control-allow-origin': '*' })
  })

  it('are answered by the handler, which finds the quota, and status and headers set', async () => {
    const app = new Hono().use(
      rateLimit({
        ...none,
        async handler(c, _next, { refusal, rejection: { reason } }) {
          await Promise.resolve()
          return c.json({ reason, status: refusal.status, remaining: c.var.rateLimit?.remaining })
        },
      }),
    )
    const { status, headers, body } = await get(app)
    expect([status, JSON.parse(body)]).toEqual([429, { reason: 'rate', status: 429, remaining: 0 }])
    expect(headers['ratelimit']).toContain('r=0')
    expect(headers['content-type']).toContain('application/json')
  })

  it('are status and headers alone when the handler returns nothing', async () => {
    const { status, headers, body } = await get(new Hono().use(rateLimit({ ...none, handler: () => {} })))
    expect([status, body]).toEqual([429, ''])
    expect(headers['ratelimit']).toContain('r=0')
  })

  it('may go on to the app after all', async () => {
    const app = new Hono().use(rateLimit({ ...none, handler: (_c, next) => next() }))
    app.get('/', (c) => c.text('went on'))
    expect(await get(app)).toMatchObject({ status: 429, body: 'went on' })
  })

  it('go to the error handling when the handler throws', async () => {
    const fail = (): never => {
      throw new Error('a fault of the user')
    }
    const app = new Hono().use(rateLimit({ ...none, handler: fail }))
    app.onError((error, c) => c.text(error.message, 500))
    expect(await get(app)).toMatchObject({ status: 500, body: 'a fault of the user' })
  })

  it('are exceptions with the response in mode error', async () => {
    let thrown: unknown
    const app = new Hono().use(rateLimit({ ...none, mode: 'error' }))
    app.onError((error) => ((thrown = error), (error as HTTPException).getResponse()))
    const { status, headers, body } = await get(app)
    expect(thrown).toBeInstanceOf(HTTPException)
    expect((thrown as HTTPException).cause).toMatchObject({ reason: 'rate' })
    expect([status, JSON.parse(body)]).toMatchObject([429, { status: 429 }])
    expect(headers['ratelimit']).toContain('r=0')
  })

  it('count what Hono made of an exception, and what a handler threw', async () => {
    const outcomes: string[] = []
    const app = new Hono()
    const places = concurrencyLimit({ limit: 5 })
    const leave = places.policy.leave.bind(places.policy)
    Object.assign(places.policy, {
      leave: (...args: Parameters<typeof leave>) => (outcomes.push(args[1]), leave(...args)),
    })
    let status: 503 | 404 = 503
    app.use(places).get('/', () => {
      throw new HTTPException(status)
    })
    expect((await get(app)).status).toBe(503)
    status = 404
    expect((await get(app)).status).toBe(404)
    expect(outcomes).toEqual(['dropped', 'ignored'])
    expect(places.snapshot().inflight).toBe(0)
  })
})

describe('on Node.js', () => {
  it('leaves the response alone, so that the server can take its shortcut', async () => {
    const kept: boolean[] = []
    const app = new Hono()
    app.use(async (c, next) => {
      await next()
      // The server's own mark of a response that was never looked into.
      kept.push(Object.getOwnPropertySymbols(c.res).some(({ description }) => description === 'cache'))
    })
    app.use(overloadControl(), concurrencyLimit({ limit: 5 }), rateLimit({ limit: 5 })).get('/', (c) => c.text('ok'))
    const { status, headers } = await ask(await listen(app))
    expect([status, kept, headers['content-length']]).toEqual([200, [true], '2'])
    expect(headers['ratelimit']).toContain('r=4')
  })

  it('finds the response also where the bindings of the server are a part of others', async () => {
    const app = new Hono().use(concurrencyLimit({ limit: 1 }), rateLimit({ limit: 5 })).get('/', (c) => c.text('ok'))
    const fetch = getRequestListener((request, env) => app.fetch(request, { server: env }))
    const server = createServer(fetch as RequestListener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const { port } = server.address() as AddressInfo
    expect((await ask(port)).headers['ratelimit']).toContain('r=4')
  })

  it('takes the environment of Node.js, with its signals', () => {
    const control = overloadControl({ environment: nodeEnvironment() })
    expect(control.snapshot().signals.length).toBeGreaterThan(0)
    expect(overloadControl().snapshot().signals).toEqual([])
    control.close()
  })
})

describe('middlewares', () => {
  it('have names that show up in stacks', () => {
    expect(rateLimit({ limit: 1 }).name).toBe('rateLimitMiddleware')
    expect(concurrencyLimit({ limit: 1 }).name).toBe('concurrencyLimitMiddleware')
    expect(overloadControl().name).toBe('overloadControlMiddleware')
  })

  it('change while they run', async () => {
    const limit = rateLimit({ limit: 1, ...hour, ...byKey })
    const app = new Hono().use(limit).get('/', (c) => c.text('ok'))
    expect(await statuses(app, ['/', '/'])).toEqual([200, 429])
    expect(limit.resetKey('nobody')).toBe(true)
    limit.update({ limit: 2 })
    expect(await statuses(app, ['/', '/', '/'])).toEqual([200, 200, 429])

    const places = concurrencyLimit({ limit: 1 })
    places.update({ limit: 7 })
    expect(places.snapshot()).toEqual({ name: 'concurrency', limit: 7, inflight: 0, waiting: 0 })
  })

  it('name the option that makes no sense', () => {
    expect(() => rateLimit({ limit: -1 })).toThrow(RangeError)
    expect(() => rateLimit({ limit: 1, windowSeconds: 1 } as never)).toThrow('unknown option "windowSeconds"')
    expect(() => rateLimit({ limit: 1, getConnInfo: 'no' as never })).toThrow('option "getConnInfo"')
    expect(() => rateLimit({ limit: 1, requestPropertyName: '' })).toThrow('option "requestPropertyName"')
    expect(() => rateLimit({ limit: 1, mode: 'error', handler: () => {} })).toThrow('exclude each other')
    expect(() => concurrencyLimit({ limit: 0 })).toThrow(RangeError)
    expect(() => overloadControl({ nonsense: 1 } as never)).toThrow('unknown option "nonsense"')
    expect(() => overloadControl({ environment: 1 as never })).toThrow('option "environment"')
  })

  it('tell whether to send more traffic', async () => {
    const control = overloadControl()
    const app = new Hono().get('/ready', readiness(control)).use(control)
    app.get('/', (c) => c.text('ok'))
    expect(await (await app.request('/ready')).json()).toEqual({ ready: true, reasons: [] })
    control.drain()
    const ready = await app.request('/ready')
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, reasons: ['draining'] }])
    expect((await app.request('/')).status).toBe(503)
  })

  it('free the place of a request without a server when its body was read', async () => {
    const places = concurrencyLimit({ limit: 1 })
    const end = deferred()
    const app = new Hono().use(places)
    app.get('/', () => {
      const body = new ReadableStream({ pull: (controller) => end.promise.then(() => controller.close()) })
      return new Response(body)
    })
    const response = await app.request('/')
    expect(places.snapshot().inflight).toBe(1)
    end.resolve()
    await response.text()
    expect(places.snapshot().inflight).toBe(0)
  })
})
