/** Middleware for bare servers: what the conformance suite does not ask. */
import { createServer, type RequestListener } from 'node:http'
import { ask } from '@spillway/http/conformance'
import {
  concurrencyLimit,
  liveness,
  overloadControl,
  protect,
  rateLimit,
  startup,
  type NodeMiddleware,
} from '@spillway/node'
import { afterEach, describe, expect, it } from 'vitest'
import { create, kinds, listen, listenerOf, open } from './support/servers.ts'

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  return listen(server)
}

const behind = (middleware: NodeMiddleware): RequestListener => {
  return (req, res) => middleware(req, res, () => res.end(`left ${req.rateLimit?.remaining}`))
}

describe('middleware without a framework', () => {
  it('sets the quota where it is looked for, and can be changed while it runs', async () => {
    const limit = rateLimit({ limit: 2, windowMs: 60_000 })
    const port = await serve(behind(limit))
    expect((await ask(port)).body).toBe('left 1')
    expect((await ask(port)).body).toBe('left 0')
    expect((await ask(port)).status).toBe(429)
    expect(limit.resetKey('127.0.0.1')).toBe(true)
    limit.update({ limit: 10 })
    expect((await ask(port)).body).toBe('left 9')
    expect(limit.snapshot()).toMatchObject({ name: 'rate', keys: 1 })
  })

  it('tells Envoy what a refusal means, where that is asked for', async () => {
    const overloaded = concurrencyLimit({ limit: 1, envoyHeaders: true })
    const busy = await serve((req, res) => overloaded(req, res, () => void (req.url === '/' ? res.end() : undefined)))
    const hanging = ask(busy, { path: '/hang' }).catch(() => {})
    await expect.poll(() => overloaded.snapshot().inflight).toBe(1)
    expect((await ask(busy)).headers).toMatchObject({ 'x-envoy-overloaded': 'true' })
    const quota = await serve(behind(rateLimit({ limit: 0, envoyHeaders: true })))
    expect((await ask(quota)).headers).toMatchObject({ 'x-envoy-ratelimited': 'true' })
    const draining = overloadControl({ envoyHeaders: true })
    draining.drain()
    const { status, headers } = await ask(await serve(behind(draining)))
    expect([status, headers['x-envoy-overloaded']]).toEqual([503, undefined])
    for (const server of servers) (server as ReturnType<typeof createServer>).closeAllConnections()
    await hanging
  })

  it('names the option that makes no sense', () => {
    expect(() => rateLimit({ limit: -1 })).toThrow('rateLimit: option "limit"')
    expect(() => rateLimit({ limit: 1, requestPropertyName: '' })).toThrow('requestPropertyName')
    expect(() => concurrencyLimit({ limit: 0 })).toThrow('concurrencyLimit: option "limit"')
    expect(() => overloadControl({ envoyHeaders: 1 } as never)).toThrow('option "envoyHeaders" must be true or false')
    expect(() => protect(() => {}, { mode: 'error' })).toThrow('option "mode" must be "respond"')
    expect(() => startup('yes' as never)).toThrow('option "isStarted" must be a function')
  })
})

describe.each(kinds)('protect on a %s server', (kind) => {
  it('refuses in front of a handler', async () => {
    let ran = 0
    const listener = protect(
      listenerOf((_req, res) => {
        ran++
        res.end('ok')
      }),
    )
    const server = create(kind, listener)
    servers.push(server)
    const client = open(kind, await listen(server))
    expect((await client.call()).body).toBe('ok')
    listener.drain()
    expect((await client.call()).status).toBe(503)
    expect([ran, listener.snapshot().inflight]).toEqual([1, 0])
    client.close()
  })
})

describe('health as listeners', () => {
  it('is told in JSON, and for HEAD without it', async () => {
    const alive = await serve(liveness())
    expect(await ask(alive)).toMatchObject({ status: 200, body: '{"live":true}' })
    expect(await ask(alive, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
    const state = { isWarm: false }
    const port = await serve(startup(() => state.isWarm))
    expect((await ask(port)).status).toBe(503)
    state.isWarm = true
    expect((await ask(port)).status).toBe(200)
    const broken = await serve(
      startup(() => {
        throw new Error('a fault in a callback')
      }),
    )
    expect((await ask(broken)).status).toBe(503)
  })
})
