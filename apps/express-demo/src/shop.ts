/** The shop itself: ordinary Express routes of very different cost, which know nothing of overload. */
import type { PriorityName } from '@spillway/core'
import { rateLimit } from '@spillway/express'
import express, { type Request, type Router } from 'express'
import { products, recommend, searchPage } from './catalogue.ts'
import { SlowDatabase } from './downstream.ts'

/** What the overload control is told about a route: money first, decoration last, everything else as it is by default. */
export function priorityOf({ path }: Request): PriorityName {
  if (path.startsWith('/checkout')) return 'critical_plus'
  if (path.startsWith('/recommendations')) return 'sheddable'
  return 'critical'
}

/** All routes. Both twins have exactly these. */
export function shop(): Router {
  const router = express.Router()
  browse(router)
  buy(router)
  return router
}

function browse(router: Router): void {
  router.get('/products', (_req, res) => void res.json(products.slice(0, 20)))
  router.get('/products/:id', (req, res) => {
    const product = products[Number(req.params.id) - 1]
    if (product === undefined) res.status(404).json({ error: 'there is no such product' })
    else res.json(product)
  })
  router.get('/search', (req, res) => {
    const { q } = req.query
    res.send(searchPage(typeof q === 'string' ? q : ''))
  })
  router.get('/recommendations', (req, res) => void res.json(recommend(Number(req.query['for']), 5)))
}

function buy(router: Router): void {
  const database = new SlowDatabase()
  const perAddress = rateLimit({ limit: 5, windowMs: 60_000 })
  router.post('/login', perAddress, express.json(), async (_req, res) => {
    await database.query()
    res.status(204).end()
  })
  router
    .route('/checkout')
    // The page with stock and delivery dates, and the order itself: both ask the database.
    .get(async (_req, res) => {
      await database.query()
      res.json({ inStock: true, deliveryDays: 2 })
    })
    .post(express.json(), async (_req, res) => {
      await database.query()
      res.status(201).json({ ordered: true })
    })
}
