/** What is Koa's own: settings, state, errors, answers that outer middlewares see. */
import { ask } from '@spillway/http/conformance'
import type { RateLimitInfo } from '@spillway/http'
import { concurrencyLimit, overloadControl, rateLimit } from '@spillway/koa'
import Koa, { type Middleware } from 'koa'
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest'
import { closeAll, listen, statuses, versions } from './support.ts'

afterEach(closeAll)

const hour = 3_600_000
const ok: Middleware = (ctx) => void (ctx.body = 'ok')
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })

describe.each(versions)('%s', (_version, create) => {
  it('shows refusals to outer middlewares, which may add to them', async () => {
    const seen: unknown[] = []
    const app = new create()
    app.use(async (ctx, next) => {
      ctx.set('Access-Control-Allow-Origin', '*')
      await next()
      seen.push([ctx.status, Number(ctx.response.get('Retry-After')) >= 1, String(ctx.body).includes('quota-exceeded')])
      ctx.set('X-Response-Time', '1ms')
    })
    const port = await listen(app.use(rateLimit({ limit: 1, windowMs: hour })).use(ok))
    await ask(port)
    const { status, headers } = await ask(port)
    expect(status).toBe(429)
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'content-type': 'application/problem+json',
      'x-response-time': '1ms',
    })
    expect(seen).toEqual([
      [200, false, false],
      [429, true, true],
    ])
  })

  it('answers HEAD with the length that the body would have', async () => {
    const port = await listen(new create().use(rateLimit({ limit: 0, windowMs: hour })))
    const { body } = await ask(port)
    const { status, headers, body: nothing } = await ask(port, { method: 'HEAD' })
    expect([status, headers['content-length'], nothing]).toEqual([429, String(body.length), ''])
  })

  it('replaces a body that an outer middleware has prepared', async () => {
    const app = new create().use((ctx, next) => {
      ctx.body = { prepared: true }
      return next()
    })
    const { headers, body } = await ask(await listen(app.use(rateLimit({ limit: 0, message: 'later' }))))
    expect([headers['content-type'], body]).toEqual(['text/plain; charset=utf-8', 'later'])
  })

  it('sets ctx.state.rateLimit and the RateLimit headers on what it lets in', async () => {
    const app = new create().use(rateLimit({ limit: 5, windowMs: hour }))
    app.use((ctx) => {
      expectTypeOf(ctx.state.rateLimit).toEqualTypeOf<RateLimitInfo | undefined>()
      ctx.body = ctx.state.rateLimit
    })
    const { headers, body } = await ask(await listen(app))
    expect(JSON.parse(body)).toMatchObject({ limit: 5, used: 1, remaining: 4, key: '127.0.0.1' })
    expect(headers).toMatchObject({ ratelimit: expect.stringContaining('r=4') as string })
  })

  it('believes X-Forwarded-For only when app.proxy says so', async () => {
    const asks = [from('198.51.100.1'), from('198.51.100.2'), from('198.51.100.1, 198.51.100.9')]
    const limited = () => new create().use(rateLimit({ limit: 1, windowMs: hour })).use(ok)
    expect(await statuses(await listen(limited()), asks)).toEqual([200, 429, 429])
    const trusting = limited()
    trusting.proxy = true
    expect(await statuses(await listen(trusting), asks)).toEqual([200, 200, 429])
  })

  it('takes the address from where app.proxyIpHeader and app.maxIpsCount say', async () => {
    const app = new create().use(rateLimit({ limit: 1, windowMs: hour })).use(ok)
    Object.assign(app, { proxy: true, proxyIpHeader: 'X-Real-IPs', maxIpsCount: 1 })
    const by = (list: string) => ({ headers: { 'x-real-ips': list } })
    const asks = [by('198.51.100.1, 203.0.113.1'), by('198.51.100.2, 203.0.113.1'), by('203.0.113.2')]
    expect(await statuses(await listen(app), asks)).toEqual([200, 429, 200])
  })

  it('prefers its own option "trustProxy" to app.proxy', async () => {
    const app = new create().use(rateLimit({ limit: 1, windowMs: hour, trustProxy: 1 })).use(ok)
    app.proxy = true
    const asks = [from('198.51.100.1, 203.0.113.1'), from('198.51.100.2, 203.0.113.1')]
    expect(await statuses(await listen(app), asks)).toEqual([200, 429])
  })

  it('passes the context with the original URL to callbacks', async () => {
    const seen: string[] = []
    const app = new create().use((ctx, next) => {
      ctx.path = '/rewritten'
      return next()
    })
    app.use(rateLimit({ limit: 5, skip: (ctx) => (seen.push(ctx.originalUrl), false) })).use(ok)
    await ask(await listen(app), { path: '/api/x?y=1' })
    expect(seen).toEqual(['/api/x?y=1'])
  })

  it('answers refusals by the handler, which finds status, headers and the quota', async () => {
    const app = new create().use(
      rateLimit({
        limit: 1,
        windowMs: hour,
        requestPropertyName: 'quota',
        async handler(ctx, _next, { refusal, rejection: { reason } }) {
          await Promise.resolve()
          const { remaining } = ctx.state['quota'] as { remaining: number }
          ctx.body = {
            reason,
            status: refusal.status,
            remaining,
            retries: Number(ctx.response.get('Retry-After')) >= 1,
          }
        },
      }),
    )
    const port = await listen(app.use(ok))
    await ask(port)
    const { status, headers, body } = await ask(port)
    expect([status, JSON.parse(body)]).toEqual([429, { reason: 'rate', status: 429, remaining: 0, retries: true }])
    expect(headers['content-type']).toBe('application/json; charset=utf-8')
  })

  it('lets a handler serve something cheaper from further inside', async () => {
    const app = new create().use(rateLimit({ limit: 0, handler: (ctx, next) => ((ctx.status = 200), next()) }))
    expect(await ask(await listen(app.use(ok)))).toMatchObject({ status: 200, body: 'ok' })
  })

  it('passes what a handler throws to the error handling', async () => {
    const app = new create().use(async (ctx, next) => {
      await next().catch((error: Error) => void (ctx.body = error.message))
    })
    const fail = (): never => {
      throw new Error('a fault of the user')
    }
    expect((await ask(await listen(app.use(rateLimit({ limit: 0, handler: fail }))))).body).toBe('a fault of the user')
  })

  it('throws in mode error: Koa answers with its headers, and drops those set before', async () => {
    const app = new create().use((ctx, next) => (ctx.set('X-Before', '1'), next()))
    const port = await listen(app.use(rateLimit({ limit: 1, windowMs: hour, mode: 'error' })).use(ok))
    await ask(port)
    const { status, headers, body } = await ask(port)
    expect([status, headers['content-type'], headers['x-before']]).toEqual([
      429,
      'text/plain; charset=utf-8',
      undefined,
    ])
    expect(body).not.toContain('at ')
    expect(headers).toMatchObject({ ratelimit: expect.stringContaining('r=0') as string })
    expect(headers['retry-after']).toMatch(/^[1-9]\d*$/)
  })

  it('throws what an outer middleware can catch and answer', async () => {
    const app = new create().use(async (ctx, next) => {
      try {
        await next()
      } catch (error) {
        const { status, code } = error as { status: number; code: string }
        ctx.status = status
        ctx.body = { code }
      }
    })
    app.use(concurrencyLimit({ limit: 1, mode: 'error' }))
    const control = overloadControl({ mode: 'error' })
    control.drain()
    const { status, body } = await ask(await listen(app.use(control)))
    expect([status, body]).toEqual([503, '{"code":"SPILLWAY_REFUSED"}'])
  })
})

describe('middlewares', () => {
  it('have names that show up in stacks and in lists of middlewares', () => {
    const all = [rateLimit({ limit: 1 }), concurrencyLimit({ limit: 1 }), overloadControl()]
    expect(all.map(({ name }) => name)).toEqual([
      'rateLimitMiddleware',
      'concurrencyLimitMiddleware',
      'overloadControlMiddleware',
    ])
  })

  it('fit apps whose state has a type of its own', async () => {
    const app = new Koa<{ user: string }>()
    app.use(rateLimit({ limit: 5, keyGenerator: (ctx) => String(ctx.state['user']) }))
    app.use((ctx) => void (ctx.body = ctx.state.user))
    expect((await ask(await listen(app as unknown as Koa))).status).toBe(204)
  })

  it('share one quota where the same one is mounted behind several branches', async () => {
    const limit = rateLimit({ limit: 2, windowMs: hour })
    const app = new Koa().use((ctx, next) => (ctx.path.startsWith('/free') ? next() : limit(ctx, next))).use(ok)
    const asks = ['/a', '/b', '/c', '/free'].map((path) => ({ path }))
    expect(await statuses(await listen(app), asks)).toEqual([200, 200, 429, 200])
  })

  it('change while they run', async () => {
    const limit = rateLimit({ limit: 1, windowMs: hour })
    const port = await listen(new Koa().use(limit).use(ok))
    expect(await statuses(port, [{}, {}])).toEqual([200, 429])
    expect(limit.snapshot()).toMatchObject({ name: 'rate', keys: 1 })
    expect(limit.resetKey('127.0.0.1')).toBe(true)
    expect(await statuses(port, [{}])).toEqual([200])
    const places = concurrencyLimit({ limit: 1 })
    places.update({ limit: 7 })
    expect(places.snapshot()).toEqual({ name: 'concurrency', limit: 7, inflight: 0, waiting: 0 })
  })

  it('name the option that makes no sense', () => {
    expect(() => rateLimit({ limit: -1 })).toThrow(RangeError)
    expect(() => rateLimit({ limit: 1, windowSeconds: 1 } as never)).toThrow('unknown option "windowSeconds"')
    expect(() => rateLimit({ limit: 1, requestPropertyName: '' })).toThrow('option "requestPropertyName"')
    expect(() => rateLimit({ limit: 1, mode: 'error', handler: () => {} })).toThrow('exclude each other')
    expect(() => concurrencyLimit({ limit: 0 })).toThrow(RangeError)
    expect(() => overloadControl({ maxQueue: -1 })).toThrow('option "maxQueue"')
  })
})
