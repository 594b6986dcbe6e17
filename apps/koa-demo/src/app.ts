/** The shop as a Koa app: with overload control, or without. */
import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import { accountOf, isStream, loginLimits, priorityOf, reportsAtOnce, Shop, TooLarge } from '@spillway/demo-kit/shop'
import type { Side, TwinApp } from '@spillway/demo-kit/shop'
import { concurrencyLimit, overloadControl, rateLimit, readiness } from '@spillway/koa'
import Koa from 'koa'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'

/** The whole shop. The only difference between the twins is one line. */
export function createApp(side: Side): TwinApp {
  const app = new Koa()
  const control =
    side === 'protected'
      ? overloadControl({ priority: (ctx) => priorityOf(ctx.path), skip: (ctx) => isStream(ctx.path) })
      : undefined

  const health = new Router()
  health.get('/live', (ctx) => void (ctx.body = { live: true }))
  health.get('/ready', readiness(control ?? { snapshot: () => ({ draining: false, overloaded: false }) }))
  app.use(health.routes())
  if (control !== undefined) app.use(control)
  const router = routes(new Shop())
  app.use(router.routes()).use(router.allowedMethods())
  app.on('error', (error: NodeJS.ErrnoException) => {
    // A listener of the feed that leaves is no error.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') app.onerror(error)
  })
  const callback = app.callback()
  return { server: createServer((req, res) => void callback(req, res)), control }
}

function routes(shop: Shop): Router {
  const router = new Router()
  browse(router, shop)
  buy(router, shop)
  stream(router, shop)
  return router
}

function browse(router: Router, shop: Shop): void {
  router.get('/products', (ctx) => void (ctx.body = shop.list()))
  router.get('/products/:id', (ctx) => {
    const product = shop.find(Number(ctx.params['id']))
    ctx.status = product === undefined ? 404 : 200
    ctx.body = product ?? { error: 'there is no such product' }
  })
  router.get('/search', (ctx) => {
    const { q } = ctx.query
    ctx.body = shop.search(typeof q === 'string' ? q : '')
  })
  router.get('/recommendations', (ctx) => void (ctx.body = shop.recommend(Number(ctx.query['for']))))
}

function buy(router: Router, shop: Shop): void {
  const { address, account } = loginLimits
  const perAddressAndAccount = rateLimit({
    limits: [address, { ...account, keyGenerator: (ctx) => accountOf(ctx.request.body) }],
  })
  router.post('/login', bodyParser(), perAddressAndAccount, async (ctx) => {
    await shop.login()
    ctx.status = 204
  })
  // The page with stock and delivery dates, and the order itself: both ask the database.
  router.get('/checkout', async (ctx) => void (ctx.body = await shop.quote()))
  router.post('/checkout', bodyParser(), async (ctx) => {
    ctx.body = await shop.order()
    ctx.status = 201
  })
}

function stream(router: Router, shop: Shop): void {
  router.get('/report', concurrencyLimit({ limit: reportsAtOnce }), (ctx) => {
    ctx.type = 'text/csv'
    ctx.body = Readable.from(shop.report())
  })
  router.get('/feed', (ctx) => {
    ctx.type = 'text/event-stream'
    ctx.body = Readable.from(shop.feed())
  })
  router.post('/upload', async (ctx) => {
    try {
      // The iterator must not take the connection with it, for there is an answer to be sent.
      const bytes = await shop.upload(ctx.req.iterator({ destroyOnReturn: false }), ctx.get('Content-Length'))
      ctx.status = 201
      ctx.body = { bytes }
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error
      ctx.status = error.status
      ctx.set('Connection', 'close')
      ctx.body = { error: error.message }
    }
  })
}
