/** From the context to the end of the response, in the ways that Koa has of its own. */
import { PassThrough } from 'node:stream'
import { ask, deferred, eventually, openRaw, rawRequest } from '@spillway/http/conformance'
import { concurrencyLimit, rateLimit } from '@spillway/koa'
import type { Middleware } from 'koa'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAll, listen, versions } from './support.ts'

afterEach(closeAll)

const large = { method: 'POST', body: Buffer.alloc(1_000_000) }

describe.each(versions)('%s', (_version, create) => {
  it('holds the place until a body that is a stream has ended, long after the middlewares', async () => {
    const places = concurrencyLimit({ limit: 1 })
    const body = new PassThrough()
    const port = await listen(new create().use(places).use((ctx) => void (ctx.body = body)))
    const answered = ask(port)
    await eventually('it runs', () => places.snapshot().inflight === 1)
    body.write('half')
    expect((await ask(port)).status).toBe(503)
    body.end()
    expect(await answered).toMatchObject({ status: 200, body: 'half' })
    expect(places.snapshot().inflight).toBe(0)
  })

  it('holds the place while somebody answers past Koa with ctx.respond = false', async () => {
    const places = concurrencyLimit({ limit: 1 })
    const end = deferred()
    const app = new create().use(places).use((ctx) => {
      ctx.respond = false
      void end.promise.then(() => ctx.res.end('by hand'))
    })
    const answered = ask(await listen(app))
    await eventually('it runs', () => places.snapshot().inflight === 1)
    end.resolve()
    expect((await answered).body).toBe('by hand')
    expect(places.snapshot().inflight).toBe(0)
  })

  it('refuses where ctx.respond = false was set before, and leaves nobody hanging', async () => {
    const app = new create().use((ctx, next) => ((ctx.respond = false), next()))
    const { status, headers } = await ask(await listen(app.use(rateLimit({ limit: 0 }))))
    expect([status, headers['content-type']]).toEqual([429, 'application/problem+json'])
  })

  it('gives the place back when the client of a handler that never settles has left', async () => {
    const places = concurrencyLimit({ limit: 1 })
    const port = await listen(new create().use(places).use(() => new Promise(() => {})))
    const client = await openRaw(port, rawRequest())
    await eventually('it runs', () => places.snapshot().inflight === 1)
    client.leave()
    await eventually('the place is free', () => places.snapshot().inflight === 0)
  })

  it('settles the promise of a request whose client left while it waited, with a status for the log', async () => {
    const places = concurrencyLimit({ limit: 1, maxQueue: 1 })
    const log: string[] = []
    const end = deferred()
    const logger: Middleware = async (ctx, next) => {
      await next().finally(() => log.push(`${ctx.path} ${ctx.status}`))
    }
    const handler = (): never => {
      throw new Error('nobody is there to handle')
    }
    let ran = 0
    const app = new create().use(logger).use(places)
    app.use(concurrencyLimit({ limit: 9, handler })).use(async (ctx) => {
      ran++
      await end.promise
      ctx.body = 'ok'
    })
    const port = await listen(app)
    const first = ask(port, { path: '/first' })
    await eventually('the first runs', () => ran === 1)
    const second = await openRaw(port, rawRequest('/second'))
    await eventually('the second waits', () => places.snapshot().waiting === 1)
    second.leave()
    await eventually('the second is over', () => log.length === 1)
    end.resolve()
    await first
    expect([log, ran]).toEqual([['/second 499', '/first 200'], 1])
    expect(places.snapshot()).toMatchObject({ inflight: 0, waiting: 0 })
  })

  it('runs who has waited, and lets what it throws go on to outer middlewares', async () => {
    const end = deferred()
    const caught: string[] = []
    const app = new create().use((_ctx, next) => next().catch((error: Error) => void caught.push(error.message)))
    const places = concurrencyLimit({ limit: 1, maxQueue: 1 })
    app.use(places).use(async (ctx) => {
      if (ctx.path === '/second') throw new Error('thrown after the wait')
      await end.promise
      ctx.body = 'ok'
    })
    const port = await listen(app)
    const first = ask(port)
    await eventually('the first runs', () => places.snapshot().inflight === 1)
    const second = ask(port, { path: '/second' })
    await eventually('the second waits', () => places.snapshot().waiting === 1)
    end.resolve()
    expect((await first).status).toBe(200)
    expect((await second).status).toBe(404)
    expect(caught).toEqual(['thrown after the wait'])
    await eventually('nothing runs', () => places.snapshot().inflight === 0)
  })

  it('throws the refusal of who has waited too long in mode error', async () => {
    const end = deferred()
    const places = concurrencyLimit({ limit: 1, maxQueue: 1, maxWaitMs: 5, mode: 'error' })
    const port = await listen(
      new create().use(places).use(async (ctx) => {
        await end.promise
        ctx.body = 'ok'
      }),
    )
    const first = ask(port)
    await eventually('the first runs', () => places.snapshot().inflight === 1)
    const { status, headers } = await ask(port)
    expect([status, headers['retry-after']]).toEqual([503, expect.stringMatching(/^[1-9]\d*$/)])
    end.resolve()
    await first
  })

  it.each([
    ['itself', {}],
    ['by the handler', { handler: (ctx: { body: unknown }) => void (ctx.body = 'no') }],
    ['by an error', { mode: 'error' }],
  ] as const)('closes the connection of a long upload that it refuses %s', async (_how, options) => {
    const port = await listen(new create().use(rateLimit({ limit: 0, ...options })))
    const [refused, short] = [await ask(port, large), await ask(port, { method: 'POST', body: 'short' })]
    expect([refused.status, refused.headers['connection']]).toEqual([429, 'close'])
    expect(short.status).toBe(429)
  })
})
