/** A protected server of each kind, on real sockets: who is asked first, and that everything is put back. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { settableSignal, type SettableSignal } from '@spillway/core'
import { eventually } from '@spillway/http/conformance'
import { protectServer, type NodeListener, type ProtectServerOptions } from '@spillway/node'
import { afterEach, describe, expect, it } from 'vitest'
import { create, kinds, listen, listenerOf, open, type Client, type Kind } from '../support/servers.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup()
})

const hello = listenerOf((_req, res) => void res.end('hello'))

async function serve(kind: Kind, options: ProtectServerOptions = {}, listener: NodeListener = hello) {
  const server = create(kind, listener)
  const protection = protectServer(server, { sampleMs: 10, ...options })
  const port = await listen(server)
  const client: Client = open(kind, port)
  cleanups.push(
    () => protection.close(),
    () => void server.close(),
    () => client.close(),
  )
  return { server, protection, port, client }
}

/** A server under a pressure that is set by hand. */
async function pressed(kind: Kind, options: ProtectServerOptions = {}, listener: NodeListener = hello) {
  const signal: SettableSignal = settableSignal('test')
  // Nobody is shed by it: this is about connections.
  const calm = { scales: { test: { start: 9, full: 10 } } }
  const served = await serve(kind, { signals: [signal], pressure: calm, fallMs: 0, ...options }, listener)
  const press = async (pressure: number): Promise<void> => {
    signal.set(pressure)
    await eventually('it was noticed', () => served.protection.snapshot().actionPressure === pressure)
  }
  return { ...served, press }
}

describe.each(kinds)('a protected %s server', (kind) => {
  it('serves, counts, refuses in front of its listeners, and ends', async () => {
    let ran = 0
    const { protection, client } = await serve(
      kind,
      {},
      listenerOf((_req, res) => {
        ran++
        res.end('hello')
      }),
    )
    expect(await client.call()).toMatchObject({ status: 200, body: 'hello' })
    expect(protection.snapshot()).toMatchObject({ inflight: 0, phase: 'serving', draining: false, started: true })
    expect(protection.snapshot().decisions.admitted).toBe(1)
    protection.policy.control.drain()
    const refused = await client.call()
    expect(refused).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } })
    expect(ran).toBe(1)
  })

  it('asks for listeners that came later, and for all of several', async () => {
    const { server, protection, client } = await serve(kind)
    const seen: string[] = []
    const late = (req: IncomingMessage): void => void seen.push(req.url ?? '')
    server.on('request', late as never)
    expect(server.listeners('request')).toContain(late)
    await client.call({ path: '/a' })
    server.off('request', late as never)
    await client.call({ path: '/b' })
    expect(seen).toEqual(['/a'])
    protection.policy.control.drain()
    server.on('request', late as never)
    await client.call({ path: '/c' })
    expect(seen).toEqual(['/a'])
  })

  it('lets waiting requests in when it is their turn', async () => {
    const answers: ServerResponse[] = []
    const waits = listenerOf((_req, res) => void answers.push(res))
    const bounds = { maxLimit: 1, minLimit: 1, initialLimit: 1 }
    const { protection, client, port } = await serve(kind, bounds, waits)
    const first = client.call()
    await eventually('one runs', () => answers.length === 1)
    const other = open(kind, port)
    cleanups.push(() => other.close())
    const second = other.call()
    await eventually('one waits', () => protection.snapshot().waiting === 1)
    answers[0]!.end('first')
    await eventually('the other runs', () => answers.length === 2)
    answers[1]!.end('second')
    expect([(await first).body, (await second).body]).toEqual(['first', 'second'])
    expect(protection.snapshot()).toMatchObject({ inflight: 0, waiting: 0 })
  })

  it('puts back everything when it is closed', async () => {
    const { server, protection, client, press } = await pressed(kind, { actions: { connections: true } })
    const before = { listeners: server.listenerCount('checkContinue') - 1, hasEmit: Object.hasOwn(server, 'emit') }
    expect(before).toEqual({ listeners: 0, hasEmit: true })
    const timeouts = kind === 'http' || kind === 'https'
    await client.call()
    await press(1)
    await eventually('connections are capped', () => server.maxConnections > 0)
    if (timeouts) expect(server).toMatchObject({ headersTimeout: 6000, requestTimeout: 30_000, keepAliveTimeout: 500 })
    protection.close()
    protection.close()
    expect(server.listenerCount('checkContinue')).toBe(0)
    expect(Object.hasOwn(server, 'emit')).toBe(false)
    expect(server.maxConnections).toBeUndefined()
    if (timeouts)
      expect(server).toMatchObject({ headersTimeout: 60_000, requestTimeout: 300_000, keepAliveTimeout: 5000 })
    for (const event of ['session', 'secureConnection']) expect(server.listenerCount(event)).toBeLessThanOrEqual(1)
    protection.policy.control.drain()
    expect((await client.call()).status).toBe(200)
    expect(() => protectServer(server).close()).not.toThrow()
  })

  it('answers health in front of everything, while draining too', async () => {
    let started = false
    const health = {
      livenessPath: '/livez',
      readinessPath: '/readyz',
      startupPath: '/startupz',
      started: () => started,
    }
    const { protection, client } = await serve(kind, { health })
    const ask = async (path: string) => (await client.call({ path })).status
    expect([await ask('/livez'), await ask('/readyz?x=1'), await ask('/startupz'), await ask('/livezz')]).toEqual([
      200, 503, 503, 200,
    ])
    started = true
    expect([await ask('/readyz'), await ask('/startupz')]).toEqual([200, 200])
    protection.policy.control.drain()
    const drained = [await ask('/livez'), await ask('/startupz'), await ask('/readyz'), await ask('/')]
    expect(drained).toEqual([200, 200, 503, 503])
    expect(protection.snapshot().decisions.admitted).toBe(1)
  })

  it('ends a share of connections under pressure, and none below', async () => {
    const { client, press } = await pressed(kind, { actions: { keepAlive: { start: 0.5, full: 0.9 } } })
    for (let i = 0; i < 3; i++) await client.call()
    expect(client.opened).toBe(1)
    await press(0.9)
    for (let i = 0; i < 3; i++) expect((await client.call()).status).toBe(200)
    expect(client.opened).toBe(3)
    await press(0.5)
    for (let i = 0; i < 3; i++) await client.call()
    expect(client.opened).toBe(4)
  })

  it('accepts no more connections than are open at full pressure, and more again after', async () => {
    const connections = { start: 0.5, full: 0.9, spare: 0 }
    const { server, client, port, press } = await pressed(kind, { actions: { connections, keepAlive: false } })
    await client.call()
    await press(0.9)
    await eventually('it is capped', () => server.maxConnections === 1)
    const newcomer = open(kind, port)
    const outcome = newcomer.call().then(
      () => 'served',
      () => 'turned away',
    )
    expect(await outcome).toBe('turned away')
    expect((await client.call()).status).toBe(200)
    await press(0.5)
    const another = open(kind, port)
    expect((await another.call()).status).toBe(200)
    newcomer.close()
    another.close()
  })

  it('changes scales while it runs, all or nothing', async () => {
    const { protection, client, press } = await pressed(kind)
    await press(0.6)
    expect(protection.snapshot().actions).toEqual({ keepAlive: 0, timeouts: 0, connections: 0 })
    protection.update({ maxWaitMs: 100, actions: { keepAlive: { start: 0.2, full: 0.6 }, timeouts: false } })
    await eventually('it is at its full', () => protection.snapshot().actions.keepAlive === 1)
    await client.call()
    await client.call()
    expect(client.opened).toBe(2)
    expect(() => protection.update({ maxWaitMs: -1, actions: { keepAlive: false } })).toThrow('maxWaitMs')
    expect(() => protection.update({ maxWaitMs: 50, actions: { keepAlive: { start: 2, full: 3 } } })).toThrow(
      'protectServer: option "actions.keepAlive.start" must be a number >= 0 and <= 1, got 2',
    )
    expect(protection.snapshot().actions.keepAlive).toBe(1)
  })

  it('leaves the server as it was when an option makes no sense', () => {
    const server = create(kind)
    const emit = server.emit
    const bad: [ProtectServerOptions, string][] = [
      [{ actions: { keepAlive: { start: 0.9, full: 0.8 } } }, 'actions.keepAlive.full'],
      [{ actions: { timeouts: { start: 0.9, full: 1, shareAtFull: 0 } } }, 'actions.timeouts.shareAtFull'],
      [{ actions: { connections: { start: 0.9, full: 1, spare: -1 } } }, 'actions.connections.spare'],
      [{ actions: { lingeringClose: { maxBytes: -1 } } }, 'maxBytes'],
      [{ actions: { concurrentStreams: { headroom: 0 } } }, 'actions.concurrentStreams.headroom'],
      [{ actions: { checkContinue: 1 as never } }, 'actions.checkContinue'],
      [{ actions: { other: 1 } as never }, 'unknown option "other"'],
      [{ actions: { keepAlive: { start: 0, full: 1, spare: 1 } as never } }, 'unknown option "spare"'],
      [{ health: { livenessPath: 'livez' } }, 'option "livenessPath"'],
      [{ health: { livenessPath: '/z', startupPath: '/z' } }, 'option "startupPath"'],
      [{ loadReports: { format: 'xml' as never } }, 'option "format"'],
      [{ http2Refusals: 'close' as never }, 'option "http2Refusals"'],
      [{ sampleMs: 1 }, 'option "sampleMs"'],
      [{ mode: 'error' }, 'option "mode"'],
      [{ maxInflight: 1 } as never, 'unknown option "maxInflight"'],
    ]
    for (const [options, message] of bad) expect(() => protectServer(server, options), message).toThrow(message)
    expect(server.emit).toBe(emit)
    const protection = protectServer(server)
    expect(() => protectServer(server)).toThrow('protected already')
    protection.close()
  })
})
