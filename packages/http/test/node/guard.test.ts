/** A policy in front of node:http: what the conformance suite cannot see from outside. */
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import type { Verdict } from '@spillway/core'
import { ask, deferred, eventually, openRaw, rawRequest } from '@spillway/http/conformance'
import { createNodeGuard, guardHandler, refuseWith } from '@spillway/http/node'
import { afterEach, describe, expect, it } from 'vitest'
import { fakePolicy, full } from './fake-policy.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return (server.address() as AddressInfo).port
}

describe('createNodeGuard', () => {
  it('leaves with the outcome of the status', async () => {
    const policy = fakePolicy()
    const port = await listen(guardHandler((req, res) => res.writeHead(Number(req.url?.slice(1))).end(), policy))
    await ask(port, { path: '/200' })
    await ask(port, { path: '/503' })
    expect(policy.calls).toEqual(['enter', 'success', 'enter', 'dropped'])
  })

  it('ignores how long server-sent events took, however their headers were written', async () => {
    const policy = fakePolicy()
    const type = { 'Content-Type': 'text/event-stream' }
    const write: Record<string, (res: ServerResponse) => void> = {
      '/set': (res) => res.setHeader('Content-Type', type['Content-Type']).end(),
      '/head': (res) => res.writeHead(200, type).end(),
    }
    const port = await listen(guardHandler((req, res) => write[req.url ?? '']?.(res), policy))
    await ask(port, { path: '/set' })
    await ask(port, { path: '/head' })
    expect(policy.calls).toEqual(['enter', 'ignored', 'enter', 'ignored'])
  })

  it('cancels the wait of a client that leaves', async () => {
    const verdict = deferred<Verdict>()
    const policy = fakePolicy(() => verdict.promise)
    let ran = false
    const port = await listen(guardHandler(() => (ran = true), policy))
    const client = await openRaw(port, rawRequest())
    await eventually('it waited', () => policy.calls.length === 1)
    client.leave()
    await eventually('it was cancelled', () => policy.calls.includes('cancel'))
    verdict.resolve({ ...full, reason: 'cancelled' })
    await verdict.promise
    expect(policy.calls).toEqual(['enter', 'cancel'])
    expect(ran).toBe(false)
  })

  it('revokes an admission that comes when the client has just left', async () => {
    const verdict = deferred<Verdict>()
    const policy = fakePolicy(() => verdict.promise, {
      // As a gate that hands the place over while the socket closes: its verdict stands, and cancelling comes too late.
      cancel: () => verdict.resolve(undefined),
    })
    let ran = false
    const port = await listen(guardHandler(() => (ran = true), policy))
    const client = await openRaw(port, rawRequest())
    await eventually('it waited', () => policy.calls.length === 1)
    client.leave()
    await eventually('it was given back', () => policy.calls.length === 2)
    expect(policy.calls).toEqual(['enter', 'revoked'])
    expect(ran).toBe(false)
  })

  it('neither asks nor runs when the client has left before', async () => {
    const policy = fakePolicy()
    let proceeded = 0
    const port = await listen((req, res) => {
      res.once('close', () => setImmediate(() => (createNodeGuard(policy)(req, res, () => {}), proceeded++)))
    })
    const client = await openRaw(port, rawRequest())
    client.leave()
    await eventually('it was asked', () => proceeded === 1)
    expect(policy.calls).toEqual([])
  })

  it('passes refusals on as errors in mode error', async () => {
    const policy = fakePolicy(() => full, { mode: 'error' })
    const errors: unknown[] = []
    const port = await listen((req, res) =>
      createNodeGuard(policy)(req, res, (error) => (errors.push(error), res.end())),
    )
    await ask(port)
    expect(errors).toEqual([expect.objectContaining({ status: 503, code: 'SPILLWAY_REFUSED', cause: full })])
  })

  it('keeps headers that were set before and writes its own over them, also where writeHead was replaced', async () => {
    const policy = fakePolicy(() => full)
    const port = await listen((req, res) => {
      res.setHeader('Access-Control-Allow-Origin', '*').setHeader('Content-Type', 'text/html')
      if (req.url === '/replaced') {
        const original = res.writeHead.bind(res)
        res.writeHead = (status: number, ...rest: never[]) => {
          if (rest.some(Array.isArray)) throw new Error('a flat list of headers')
          return original(status)
        }
      }
      createNodeGuard(policy)(req, res, () => {})
    })
    for (const path of ['/', '/replaced']) {
      const { status, headers, body } = await ask(port, { path })
      expect({ status, body, type: headers['content-type'], cors: headers['access-control-allow-origin'] }).toEqual({
        status: 503,
        body: '{"full":true}',
        type: 'application/problem+json',
        cors: '*',
      })
    }
  })

  it('sets the headers of an admission before the handler runs', async () => {
    const policy = fakePolicy(undefined, { admitHeaders: () => ['RateLimit', '"a";r=1'] })
    const port = await listen(guardHandler((_req, res) => res.end(String(res.getHeader('ratelimit'))), policy))
    expect((await ask(port)).body).toBe('"a";r=1')
  })

  it('tells the policy of connections from its first request on, once per server', async () => {
    let arrived = 0
    const policy = fakePolicy(undefined, { arrived: () => arrived++ })
    const port = await listen(guardHandler((_req, res) => res.end(), policy))
    for (let i = 0; i < 3; i++) await ask(port)
    expect(arrived).toBe(2)
  })
})

describe('guardHandler', () => {
  it('refuses a policy in mode error', () => {
    expect(() => guardHandler(() => {}, fakePolicy(undefined, { mode: 'error' }))).toThrow(
      'guardHandler: option "mode" must be "respond"',
    )
  })
})

describe('a policy that settles at once', () => {
  it('is left before the request runs, listens to nothing, and is passed once', async () => {
    const policy = fakePolicy(undefined, { settlesAtOnce: true })
    const other = fakePolicy(undefined, { settlesAtOnce: true })
    const [guard, second] = [createNodeGuard(policy), createNodeGuard(other)]
    let listeners = -1
    const port = await listen((req, res) => {
      const before = res.listenerCount('close') + res.listenerCount('prefinish')
      guard(req, res, () =>
        second(req, res, () =>
          guard(req, res, () =>
            second(req, res, () => {
              listeners = res.listenerCount('close') + res.listenerCount('prefinish') - before
              res.end([...policy.calls, ...other.calls].join(' '))
            }),
          ),
        ),
      )
    })
    expect((await ask(port)).body).toBe('enter ignored enter ignored')
    expect(listeners).toBe(0)
  })
})

describe('refuseWith', () => {
  it('sets status and headers, and lets the handler write the body', async () => {
    const policy = fakePolicy(() => full)
    const guard = createNodeGuard(
      policy,
      refuseWith(({ res, refusal, rejection }) => res.end(`${rejection.reason} ${refusal.status}`)),
    )
    const port = await listen((req, res) => guard(req, res, () => res.end('in')))
    const answer = await ask(port)
    expect([answer.status, answer.body]).toEqual([503, 'concurrency 503'])
    expect(answer.headers['content-type']).toBeUndefined()
  })

  it.each([
    ['throws', () => expect.fail('a fault of the user')],
    ['rejects', () => Promise.reject(new Error('a fault of the user'))],
  ])('passes on what a handler %s', async (_what, handle) => {
    const guard = createNodeGuard(
      fakePolicy(() => full),
      refuseWith(handle),
    )
    const port = await listen((req, res) =>
      guard(req, res, (error) => res.writeHead(500).end(error instanceof Error ? error.message : 'none')),
    )
    expect(await ask(port)).toMatchObject({ status: 500, body: 'a fault of the user' })
  })

  it('is told of a client that left while it waited, so that nothing waits for ever, but does not tell the handler', async () => {
    const verdict = deferred<Verdict>()
    const policy = fakePolicy(() => verdict.promise)
    const told: string[] = []
    let handled = 0
    const handle = refuseWith(() => handled++)
    const guard = createNodeGuard(policy, (refused) => {
      told.push(refused.rejection.reason)
      handle(refused)
    })
    const port = await listen((req, res) => guard(req, res, () => {}))
    const client = await openRaw(port, rawRequest())
    await eventually('it waited', () => policy.calls.length === 1)
    client.leave()
    await eventually('it was cancelled', () => policy.calls.includes('cancel'))
    verdict.resolve({ ...full, reason: 'cancelled' })
    await eventually('the hook knew', () => told.length === 1)
    expect([told, handled]).toEqual([['cancelled'], 0])
  })
})
