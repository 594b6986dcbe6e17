/** The shop as an Express app: with overload control, or without. */
import { accountOf, isStream, loginLimits, priorityOf, reportsAtOnce, Shop, TooLarge } from '@spillway/demo-kit/shop'
import type { Side, TwinApp } from '@spillway/demo-kit/shop'
import { concurrencyLimit, overloadControl, rateLimit, readiness } from '@spillway/express'
import express, { type Router } from 'express'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** The whole shop. The only difference between the twins is one line. */
export function createApp(side: Side): TwinApp {
  const app = express()
  const control =
    side === 'protected'
      ? overloadControl({ priority: (req) => priorityOf(req.path), skip: (req) => isStream(req.path) })
      : undefined

  app.get('/live', (_req, res) => void res.json({ live: true }))
  app.get('/ready', readiness(control ?? { snapshot: () => ({ draining: false, overloaded: false }) }))
  if (control !== undefined) app.use(control)
  app.use(routes(new Shop()))
  return { server: createServer(app), control }
}

function routes(shop: Shop): Router {
  const router = express.Router()
  browse(router, shop)
  buy(router, shop)
  stream(router, shop)
  return router
}

function browse(router: Router, shop: Shop): void {
  router.get('/products', (_req, res) => void res.json(shop.list()))
  router.get('/products/:id', (req, res) => {
    const product = shop.find(Number(req.params.id))
    if (product === undefined) res.status(404).json({ error: 'there is no such product' })
    else res.json(product)
  })
  router.get('/search', ({ query: { q } }, res) => void res.send(shop.search(typeof q === 'string' ? q : '')))
  router.get('/recommendations', (req, res) => void res.json(shop.recommend(Number(req.query['for']))))
}

function buy(router: Router, shop: Shop): void {
  const { address, account } = loginLimits
  const perAddressAndAccount = rateLimit({
    limits: [address, { ...account, keyGenerator: (req) => accountOf(req.body) }],
  })
  router.post('/login', express.json(), perAddressAndAccount, async (_req, res) => {
    await shop.login()
    res.status(204).end()
  })
  router
    .route('/checkout')
    // The page with stock and delivery dates, and the order itself: both ask the database.
    .get(async (_req, res) => void res.json(await shop.quote()))
    .post(express.json(), async (_req, res) => void res.status(201).json(await shop.order()))
}

function stream(router: Router, shop: Shop): void {
  router.get('/report', concurrencyLimit({ limit: reportsAtOnce }), async (_req, res) => {
    await pipeline(Readable.from(shop.report()), res.type('text/csv'))
  })
  router.get('/feed', async (_req, res) => {
    res.type('text/event-stream').flushHeaders()
    // It ends when the listener leaves, which is no error.
    await pipeline(Readable.from(shop.feed()), res).catch(() => {})
  })
  router.post('/upload', async (req, res) => {
    try {
      // The iterator must not take the connection with it, for there is an answer to be sent.
      const bytes = await shop.upload(req.iterator({ destroyOnReturn: false }), req.get('content-length'))
      res.status(201).json({ bytes })
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error
      res.status(error.status).set('Connection', 'close').json({ error: error.message })
    }
  })
}
