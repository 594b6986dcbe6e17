/** The end of a server, in virtual time on real sockets: what was let in is answered, and it never takes too long. */
import type { ServerResponse } from 'node:http'
import { VirtualClock } from '@spillway/core/testing'
import { eventually, openRaw, rawRequest } from '@spillway/http/conformance'
import { drainOnSignal, protectServer, type DrainReport } from '@spillway/node'
import type { ProtectableServer, ProtectServerOptions, SignalSource } from '@spillway/node'
import { afterEach, describe, expect, it } from 'vitest'
import { create, kinds, listen, listenerOf, open, type Kind } from '../support/servers.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup()
})

async function serve(kind: Kind, options: ProtectServerOptions = {}) {
  const clock = new VirtualClock()
  const answers: ServerResponse[] = []
  const listener = listenerOf((req, res) => {
    if (req.url === '/slow') answers.push(res)
    else res.end('ok')
  })
  const server = create(kind, listener)
  const health = { livenessPath: '/livez', readinessPath: '/readyz' }
  const environment = { clock, loop: clock, random: () => 0, signals: [] }
  const protection = protectServer(server, { health, ...options }, environment)
  const port = await listen(server)
  let clients = 0
  const client = () => {
    clients++
    const made = open(kind, port)
    cleanups.push(() => made.close())
    return made
  }
  cleanups.push(
    () => protection.close(),
    () => void server.close(),
  )
  return { clock, answers, server, protection, port, client, clients: () => clients }
}

/** Moves time until a promise is settled. */
async function settled<T>(promise: Promise<T>, clock: VirtualClock, stepMs = 10): Promise<T> {
  const state = { isOver: false }
  const over = promise.finally(() => (state.isOver = true))
  while (!state.isOver) {
    await clock.advance(stepMs)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return over
}

const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'answered',
    () => 'failed',
  )

const isListening = (server: ProtectableServer): boolean => server.listening

describe.each(kinds)('draining a %s server', (kind) => {
  it('serves until balancers have noticed, then refuses, finishes, and is gone', async () => {
    const { clock, answers, server, protection, client } = await serve(kind)
    const [a, b, probe] = [client(), client(), client()]
    const slow = a.call({ path: '/slow' })
    await eventually('it runs', () => answers.length === 1)
    expect((await probe.call({ path: '/readyz' })).status).toBe(200)

    const drained = protection.drain({ preStopDelayMs: 5000, drainTimeoutMs: 25_000 })
    expect(protection.drain()).toBe(drained)
    expect(protection.snapshot()).toMatchObject({ phase: 'leaving', draining: true })
    expect(await b.call()).toMatchObject({ status: 200, body: 'ok' })
    await eventually('it was told', probe.isLeaving)
    expect((await probe.call({ path: '/readyz' })).status).toBe(503)
    await clock.advance(4999)
    await eventually('it was told', b.isLeaving)
    expect((await b.call()).status).toBe(200)

    await clock.advance(1)
    expect(protection.snapshot().phase).toBe('refusing')
    expect((await client().call()).status).toBe(503)
    expect((await client().call({ path: '/livez' })).status).toBe(200)
    expect((await client().call({ path: '/readyz' })).status).toBe(503)
    await clock.advance(5000)
    expect(isListening(server)).toBe(true)

    answers[0]!.end('late')
    expect(await slow).toMatchObject({ status: 200, body: 'late' })
    const report = await settled(drained, clock)
    expect(report).toMatchObject({ outcome: 'completed', unfinished: 0, cut: 0 })
    expect(report.durationMs).toBeGreaterThanOrEqual(10_000)
    expect(report.durationMs).toBeLessThan(25_000)
    expect(protection.snapshot().phase).toBe('drained')
    expect(isListening(server)).toBe(false)
    expect(await outcomeOf(client().call())).toBe('failed')
    // Nothing of it is left running.
    expect(clock.pending).toBe(0)
  })

  it('cuts off what never ends, no later than it may', async () => {
    const { clock, answers, protection, client } = await serve(kind)
    const hanging = outcomeOf(client().call({ path: '/slow' }))
    await eventually('it runs', () => answers.length === 1)
    const drained = protection.drain({ preStopDelayMs: 1000, drainTimeoutMs: 3000 })
    const report = await settled(drained, clock)
    expect(report).toEqual({ outcome: 'timeout', durationMs: 3000, unfinished: 1, cut: 1 })
    expect(await hanging).toBe('failed')
    await eventually('nothing runs', () => protection.snapshot().inflight === 0)
  })

  it('asks clients to come back on another connection as soon as it begins', async () => {
    const { clock, protection, client } = await serve(kind)
    const kept = client()
    await kept.call()
    await kept.call()
    expect(kept.opened).toBe(1)
    const drained = protection.drain({ preStopDelayMs: 1000, drainTimeoutMs: 3000 })
    await eventually('it was told', kept.isLeaving)
    for (let i = 0; i < 3; i++) expect((await kept.call()).status).toBe(200)
    expect(kept.opened).toBeGreaterThanOrEqual(3)
    expect(await settled(drained, clock)).toMatchObject({ outcome: 'completed' })
  })

  it('is over at once when nothing runs and nobody has to notice', async () => {
    const { clock, protection, client } = await serve(kind)
    await client().call()
    const report = await settled(protection.drain({ preStopDelayMs: 0 }), clock)
    expect(report.outcome).toBe('completed')
    expect(report.durationMs).toBeLessThan(1000)
  })
})

describe('draining', () => {
  it('refuses who waits in the queue, and finishes what runs', async () => {
    const { clock, answers, protection, client } = await serve('http', { maxLimit: 1, minLimit: 1, initialLimit: 1 })
    const first = client().call({ path: '/slow' })
    await eventually('one runs', () => answers.length === 1)
    const second = client().call({ path: '/slow' })
    await eventually('one waits', () => protection.snapshot().waiting === 1)
    const drained = protection.drain({ preStopDelayMs: 0 })
    await clock.advance(0)
    expect((await second).status).toBe(503)
    answers[0]!.end('ok')
    expect((await first).status).toBe(200)
    expect(await settled(drained, clock)).toMatchObject({ outcome: 'completed' })
  })

  it('does not wait for those who only keep a connection, or never finish their request', async () => {
    const { clock, protection, port } = await serve('http')
    const silent = await openRaw(port, '')
    const slow = await openRaw(port, 'GET / HTTP/1.1\r\nHost:')
    const idle = await openRaw(port, rawRequest())
    await eventually('one was served', () => idle.received().endsWith('ok'))
    const report = await settled(protection.drain({ preStopDelayMs: 0 }), clock)
    expect(report.outcome).toBe('completed')
    expect(report.durationMs).toBeLessThan(1000)
    await eventually('all are gone', () => [silent, slow, idle].every((client) => client.isClosed()))
  })

  it('waits for an answer that is being written, and for one that the control does not count', async () => {
    const { clock, answers, protection, port } = await serve('http', { skip: ({ url }) => url === '/slow' })
    const stream = await openRaw(port, rawRequest('/slow'))
    await eventually('it runs', () => answers.length === 1)
    expect(protection.snapshot().inflight).toBe(0)
    answers[0]!.write('begun, ')
    const drained = protection.drain({ preStopDelayMs: 0, drainTimeoutMs: 60_000 })
    await clock.advance(10_000)
    answers[0]!.end('ended')
    expect(await settled(drained, clock)).toMatchObject({ outcome: 'completed' })
    expect(stream.received()).toMatch(/begun, [^]*ended/)
  })

  it('works on a server that does not listen', async () => {
    const clock = new VirtualClock()
    const environment = { clock, loop: clock, random: () => 0, signals: [] }
    const protection = protectServer(create('http'), {}, environment)
    expect(await settled(protection.drain(), clock)).toMatchObject({ outcome: 'completed' })
  })

  it('names the option that makes no sense', async () => {
    const { protection } = await serve('http')
    expect(() => protection.drain({ drainTimeoutMs: -1 })).toThrow('drain: option "drainTimeoutMs"')
    expect(() => protection.drain({ preStopDelayMs: 30_000 })).toThrow(
      '"preStopDelayMs" must be a number >= 0 and <= 25000',
    )
    expect(() => protection.drain({ grace: 1 } as never)).toThrow('unknown option "grace"')
    expect(protection.snapshot().phase).toBe('serving')
  })
})

/** A process that can be sent signals, and that ends by writing down its code. */
function fakeProcess() {
  const listeners = new Map<string, () => void>()
  const codes: number[] = []
  const source: SignalSource = {
    on: (signal, listener) => listeners.set(signal, listener as () => void),
    off: (signal) => listeners.delete(signal),
    exit: (code) => codes.push(code),
  }
  return { source, codes, listeners, send: (signal: string) => listeners.get(signal)?.() }
}

describe('a server that is closed and forgotten', () => {
  it('leaves no timer, and is looked after again when it listens anew', async () => {
    const { clock, server } = await serve('http')
    expect(clock.pending).toBe(1)
    await new Promise((resolve) => server.close(resolve))
    expect(clock.pending).toBe(0)
    await listen(server)
    expect(clock.pending).toBe(1)
  })
})

describe('drainOnSignal', () => {
  it('drains at the first signal, waits for what has to be given back, and ends with 0', async () => {
    const { clock, server, protection } = await serve('http')
    const host = fakeProcess()
    const reports: DrainReport[] = []
    let giveBack = (): void => {}
    const onDrained = (report: DrainReport): Promise<void> => {
      reports.push(report)
      return new Promise((resolve) => (giveBack = resolve))
    }
    drainOnSignal(server, { preStopDelayMs: 0, process: host.source, clock, onDrained })
    expect([...host.listeners.keys()]).toEqual(['SIGTERM'])
    host.send('SIGTERM')
    await settled(protection.drain(), clock)
    await eventually('it was told', () => reports.length === 1)
    expect(host.codes).toEqual([])
    giveBack()
    await eventually('it ended', () => host.codes.length === 1)
    expect(host.codes).toEqual([0])
    expect(reports[0]).toMatchObject({ outcome: 'completed' })
  })

  it('waits no longer than it may for what has to be given back, and for one that throws not at all', async () => {
    for (const onDrained of [() => new Promise(() => {}), () => Promise.reject(new Error('no pool'))]) {
      const { clock, server, protection } = await serve('http')
      const host = fakeProcess()
      drainOnSignal(server, { preStopDelayMs: 0, drainTimeoutMs: 2000, process: host.source, clock, onDrained })
      host.send('SIGTERM')
      await settled(protection.drain(), clock)
      await clock.advance(2000)
      await eventually('it ended', () => host.codes.length === 1)
      expect(host.codes).toEqual([0])
    }
  })

  it('ends at once, with 1, at the second signal', async () => {
    const { server, answers, client } = await serve('http')
    const host = fakeProcess()
    drainOnSignal(server, { signals: ['SIGINT', 'SIGTERM'], process: host.source })
    client()
      .call({ path: '/slow' })
      .catch(() => {})
    await eventually('it runs', () => answers.length === 1)
    host.send('SIGINT')
    expect(host.codes).toEqual([])
    host.send('SIGTERM')
    expect(host.codes).toEqual([1])
    answers[0]!.end()
  })

  it('protects a server that is not protected yet, without any limit', async () => {
    const server = create(
      'http',
      listenerOf((_req, res) => void res.end('ok')),
    )
    const port = await listen(server)
    const host = fakeProcess()
    const stop = drainOnSignal(server, { preStopDelayMs: 0, process: host.source, exit: false })
    expect((await open('http', port).call()).status).toBe(200)
    host.send('SIGTERM')
    await eventually('it is gone', () => !server.listening)
    stop()
    expect(host.listeners.size).toBe(0)
    expect(host.codes).toEqual([])
  })

  it('names the option that makes no sense', () => {
    const server = create('http')
    expect(() => drainOnSignal(server, { signal: 'SIGTERM' } as never)).toThrow('unknown option "signal"')
    expect(() => drainOnSignal(server, { drainTimeoutMs: NaN })).toThrow('drainTimeoutMs')
  })
})
