/** The shop as a Hono app: with overload control, or without. */
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { accountOf, isStream, loginLimits, priorityOf, reportsAtOnce, Shop, TooLarge } from '@spillway/demo-kit/shop'
import type { Side, TwinApp } from '@spillway/demo-kit/shop'
import { concurrencyLimit, overloadControl, rateLimit, readiness } from '@spillway/hono'
import { nodeEnvironment } from '@spillway/node'
import { Hono, type Context } from 'hono'
import { stream, streamSSE } from 'hono/streaming'

/** The whole shop. The only difference between the twins is one line. */
export function createApp(side: Side): TwinApp {
  const app = new Hono()
  const control =
    side === 'protected'
      ? overloadControl({
          priority: (c) => priorityOf(c.req.path),
          skip: (c) => isStream(c.req.path),
          environment: nodeEnvironment(),
        })
      : undefined
  const shop = new Shop()

  app.get('/live', (c) => c.json({ live: true }))
  app.get('/ready', readiness(control ?? { snapshot: () => ({ draining: false, overloaded: false }) }))
  if (control !== undefined) app.use(control)
  app.route('/', browse(shop)).route('/', buy(shop)).route('/', streams(shop))
  return { server: createAdaptorServer({ fetch: app.fetch }) as Server, control }
}

function browse(shop: Shop): Hono {
  const app = new Hono()
  app.get('/products', (c) => c.json(shop.list()))
  app.get('/products/:id', (c) => {
    const product = shop.find(Number(c.req.param('id')))
    return product === undefined ? c.json({ error: 'there is no such product' }, 404) : c.json(product)
  })
  app.get('/search', (c) => c.html(shop.search(c.req.query('q') ?? '')))
  app.get('/recommendations', (c) => c.json(shop.recommend(Number(c.req.query('for')))))
  return app
}

function buy(shop: Shop): Hono<LoginEnv> {
  const app = new Hono<LoginEnv>()
  const { address, account } = loginLimits
  const perAddressAndAccount = rateLimit({
    limits: [address, { ...account, keyGenerator: (c: Context<LoginEnv>) => c.var.account }],
  })
  app.post(
    '/login',
    // A key is asked for without waiting, so what it is made of is read before.
    async (c, next) => {
      c.set('account', accountOf(await c.req.json()))
      await next()
    },
    perAddressAndAccount,
    async (c) => {
      await shop.login()
      return c.body(null, 204)
    },
  )
  // The page with stock and delivery dates, and the order itself: both ask the database.
  app.get('/checkout', async (c) => c.json(await shop.quote()))
  app.post('/checkout', async (c) => c.json(await shop.order(), 201))
  return app
}

interface LoginEnv {
  Variables: { account: string | undefined }
}

function streams(shop: Shop): Hono {
  const app = new Hono()
  app.get('/report', concurrencyLimit({ limit: reportsAtOnce }), (c) => {
    c.header('Content-Type', 'text/csv')
    return stream(c, async (body) => {
      for await (const line of shop.report()) await body.write(line)
    })
  })
  app.get('/feed', (c) =>
    streamSSE(c, async (events) => {
      for await (const price of shop.prices()) {
        if (events.aborted) break
        await events.writeSSE({ data: JSON.stringify(price) })
      }
    }),
  )
  app.post('/upload', async (c) => {
    try {
      // Leaving the body early must not take the connection with it, for there is an answer to be sent.
      const body = c.req.raw.body?.values({ preventCancel: true }) ?? null
      return c.json({ bytes: await shop.upload(body, c.req.header('content-length')) }, 201)
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error
      return c.json({ error: error.message }, error.status, { Connection: 'close' })
    }
  })
  return app
}
