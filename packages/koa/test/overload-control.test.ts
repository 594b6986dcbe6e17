/** Overload control inside Koa and in front of it, and what routers of traffic are told. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ask } from '@spillway/http/conformance'
import { overloadControl, protect, readiness, type ReadinessOptions } from '@spillway/koa'
import Koa from 'koa'
import { afterEach, describe, expect, it } from 'vitest'
import { closeAll, listen, statuses, versions } from './support.ts'

afterEach(closeAll)

describe.each(versions)('%s', (_version, create) => {
  it('is ready until it drains, and then refuses with 503', async () => {
    const control = overloadControl()
    const ready = readiness(control)
    const app = new create().use((ctx, next) => (ctx.path === '/ready' ? ready(ctx, next) : next()))
    const port = await listen(app.use(control).use((ctx) => void (ctx.body = 'ok')))
    const asks = [{ path: '/' }, { path: '/ready' }]
    expect(await statuses(port, asks)).toEqual([200, 200])
    expect(control.snapshot()).toMatchObject({ inflight: 0, waiting: 0, draining: false, decisions: { admitted: 1 } })
    control.drain()
    expect(await statuses(port, asks)).toEqual([503, 503])
    control.close()
  })

  it.each([
    [{ draining: false, overloaded: false }, {}, 200, { ready: true, reasons: [] }],
    [{ draining: true, overloaded: false }, {}, 503, { ready: false, reasons: ['draining'] }],
    [{ draining: false, overloaded: true }, {}, 200, { ready: true, reasons: ['overloaded'] }],
    [
      { draining: false, overloaded: true },
      { failWhenOverloaded: true },
      503,
      { ready: false, reasons: ['overloaded'] },
    ],
  ])('tells of %j with %j by %i', async (state, options: ReadinessOptions, status, report) => {
    const port = await listen(new create().use(readiness({ snapshot: () => state }, options)))
    const answer = await ask(port)
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, report])
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
    })
  })
})

it('refuses in front of the app without running any of it', async () => {
  let ran = 0
  const app = new Koa().use((ctx) => (ran++, void (ctx.body = 'ok')))
  const callback = app.callback()
  const listener = protect((req: IncomingMessage, res: ServerResponse) => void callback(req, res))
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.address() as AddressInfo
  const before = await ask(port)
  listener.drain()
  const after = await ask(port)
  server.close()
  expect([before.status, after.status, ran]).toEqual([200, 503, 1])
})
