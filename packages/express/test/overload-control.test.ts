/** Overload control inside Express and in front of it. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { overloadControl, protect, readiness } from '@spillway/express'
import { ask } from '@spillway/http/conformance'
import express from 'express'
import { expect, it } from 'vitest'

async function statusOf(listener: RequestListener, path = '/'): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { status } = await ask((server.address() as AddressInfo).port, { path })
  server.close()
  return status
}

it('is ready until it drains, and then refuses with 503', async () => {
  const control = overloadControl()
  const app = express()
  app.get('/ready', readiness(control))
  app.use(control, (_req, res) => void res.send('ok'))
  expect([await statusOf(app), await statusOf(app, '/ready')]).toEqual([200, 200])
  expect(control.snapshot()).toMatchObject({ inflight: 0, waiting: 0, draining: false, decisions: { admitted: 1 } })
  control.drain()
  expect([await statusOf(app), await statusOf(app, '/ready')]).toEqual([503, 503])
  control.close()
})

it('refuses in front of the app without running any of it', async () => {
  let ran = 0
  const app = express().use((_req, res) => (ran++, void res.send('ok')))
  const listener = protect(app)
  expect(await statusOf(listener)).toBe(200)
  listener.drain()
  expect(await statusOf(listener)).toBe(503)
  expect(ran).toBe(1)
})

it('names the option that makes no sense', () => {
  expect(() => overloadControl({ maxQueue: -1 })).toThrow('option "maxQueue" must be an integer >= 0')
  expect(() => overloadControl({ maxInflight: 1 } as never)).toThrow('unknown option "maxInflight"')
  expect(() => protect(express(), { mode: 'error' })).toThrow('option "mode" must be "respond"')
})
