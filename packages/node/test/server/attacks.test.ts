/** Clients that mean harm, or leave: nothing stays behind, and the server can always be closed. */
import { connect as connectHttp2 } from 'node:http2'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { settableSignal } from '@spillway/core'
import { eventually } from '@spillway/http/conformance'
import { protectServer } from '@spillway/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { create, kinds, listen, listenerOf, open, type Kind } from '../support/servers.ts'

const warnings: Error[] = []
const onWarning = (warning: Error): void => void warnings.push(warning)
beforeEach(() => void process.on('warning', onWarning))
afterEach(() => void process.off('warning', onWarning))

/** Reads the body, answers a little later. */
const reads = listenerOf((req, res) => {
  req.resume().on('end', () => setTimeout(() => res.end('ok'), 5))
})

async function serve(kind: Kind, refuses: boolean) {
  const signal = settableSignal('test')
  signal.set(1)
  const server = create(kind, reads)
  // Every action at its full, so that all of them are in the way of the attack.
  const protection = protectServer(server, {
    sampleMs: 10,
    signals: [signal],
    pressure: { scales: { test: { start: 9, full: 10 } } },
    actions: { connections: { start: 0.5, full: 1, spare: 1000 } },
    health: { livenessPath: '/livez' },
    http2Refusals: 'reset',
  })
  const port = await listen(server)
  if (refuses) protection.policy.control.drain()
  return { server, protection, port }
}

function dial(kind: Kind, port: number): Promise<Socket> {
  const isTls = kind === 'https' || kind === 'h2'
  const protocol = kind === 'h2' ? { ALPNProtocols: ['h2'] } : {}
  return new Promise((resolve) => {
    const target = { port, host: '127.0.0.1', rejectUnauthorized: false, ...protocol }
    const socket = isTls ? connectTls(target, () => resolve(socket)) : connectTcp(target, () => resolve(socket))
    socket.on('error', () => {}) // to be thrown out is what an attacker expects
    socket.resume()
  })
}

const post = 'POST / HTTP/1.1\r\nHost: t\r\n'
const attacks: Readonly<Record<string, string>> = {
  nothing: '',
  'half a request line': 'GET /lo',
  'half a header': 'GET / HTTP/1.1\r\nHost: t\r\nX-A',
  'headers and no body': `${post}Content-Length: 100000\r\n\r\n`,
  'half a body': `${post}Content-Length: 100000\r\n\r\n${'x'.repeat(1000)}`,
  'half a chunk': `${post}Transfer-Encoding: chunked\r\n\r\nff\r\nab`,
  'a bad chunk': `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\nab`,
  'two lengths': `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  'a length that is none': `${post}Content-Length: -1\r\n\r\n`,
  garbage: '\u0000\u0001\u0002garbage\r\n\r\n\r\n',
  'a whole request': 'GET / HTTP/1.1\r\nHost: t\r\n\r\n',
  'forty pipelined requests': 'GET / HTTP/1.1\r\nHost: t\r\n\r\n'.repeat(40),
  'pipelined health checks': 'GET /livez HTTP/1.1\r\nHost: t\r\n\r\n'.repeat(20),
  'uploads behind requests': `${'GET / HTTP/1.1\r\nHost: t\r\n\r\n'.repeat(3)}${post}Content-Length: 9000000\r\n\r\n${'x'.repeat(200_000)}`,
  'an expectation and no body': `${post}Expect: 100-continue\r\nContent-Length: 100\r\n\r\n`,
  'an expectation and its body at once': `${post}Expect: 100-continue\r\nContent-Length: 4\r\n\r\nbody`,
  'a huge header': `GET / HTTP/1.1\r\nHost: t\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`,
  'an old protocol': 'GET / HTTP/1.0\r\n\r\n',
  'a wish for another protocol': 'GET / HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: none\r\n\r\n',
  'a tunnel': 'CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n',
}

async function end({ server, protection }: Pick<Awaited<ReturnType<typeof serve>>, 'server' | 'protection'>) {
  await eventually('nothing runs', () => protection.snapshot().inflight === 0 && protection.snapshot().waiting === 0)
  // It closes sessions too, which Node.js 20 forgets when streams were reset and the client is gone; nothing may have to be cut off.
  expect(await protection.drain({ preStopDelayMs: 0 })).toMatchObject({ outcome: 'completed' })
  expect(server.listening).toBe(false)
  // One is given a turn later.
  await new Promise((resolve) => setImmediate(resolve))
  expect(warnings.splice(0).filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([])
}

describe.each(kinds)('a %s server', (kind) => {
  it.each([
    ['lets in', false],
    ['refuses', true],
  ])('that %s is left with nothing by what it is sent', async (_name, refuses) => {
    const served = await serve(kind, refuses)
    await eventually('actions are at their full', () => served.protection.snapshot().actions.connections === 1)
    const stay: Socket[] = []
    for (const text of Object.values(attacks)) {
      const gone = await dial(kind, served.port)
      gone.write(text)
      gone.destroy()
      const half = await dial(kind, served.port)
      half.end(text)
      const kept = await dial(kind, served.port)
      kept.write(text)
      stay.push(half, kept)
    }
    const client = open(kind, served.port)
    expect((await client.call({ path: '/livez' })).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 30))
    for (const socket of stay) socket.destroy()
    client.close()
    await end(served)
  })

  it.each([0, 1, 5, 20])('forgets clients that leave %i ms after they asked', async (afterMs) => {
    const served = await serve(kind, false)
    const requests = Array.from({ length: 20 }, async () => {
      const client = await dial(kind, served.port)
      client.write(attacks['a whole request'] ?? '')
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      client.destroy()
    })
    await Promise.all(requests)
    await end(served)
  })
})

describe.each(['h2c', 'h2'] as const)('a %s server', (kind) => {
  it.each([
    ['lets in', false],
    ['refuses', true],
  ])('that %s forgets streams that are reset at every stage', async (_name, refuses) => {
    const served = await serve(kind, refuses)
    const url = `${kind === 'h2c' ? 'http' : 'https'}://127.0.0.1:${served.port}`
    for (const stage of ['open', 'body', 'response', 'session'] as const) {
      const session = connectHttp2(url, { rejectUnauthorized: false })
      session.on('error', () => {})
      for (let i = 0; i < 30; i++) {
        const stream = session.request({ ':method': 'POST', expect: i % 2 === 0 ? '100-continue' : '' })
        stream.on('error', () => {})
        if (stage === 'open') stream.close(8)
        if (stage === 'body') stream.write(Buffer.alloc(1000), () => stream.close(8))
        if (stage === 'response') stream.on('response', () => stream.close(8)).end('x')
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
      session.destroy()
    }
    await end(served)
  })
})

describe('huge uploads to a server that refuses', () => {
  it.each(['http', 'https'] as const)('are read no further than 128 KiB over %s', async (kind) => {
    const { server, protection, port } = await serve(kind, true)
    const read: number[] = []
    server.on('connection', (socket: Socket) => void socket.once('close', () => read.push(socket.bytesRead)))
    for (const head of ['Content-Length: 50000000\r\n\r\n', 'Transfer-Encoding: chunked\r\n\r\n2faf080\r\n']) {
      const client = await dial(kind, port)
      client.write(`${post}${head}`)
      for (let i = 0; i < 50; i++) client.write(Buffer.alloc(1_000_000))
      await new Promise((resolve) => client.once('close', resolve))
    }
    await eventually('both are over', () => read.length === 2)
    for (const bytes of read) expect(bytes).toBeLessThanOrEqual(131_072 + 65_536)
    await end({ server, protection })
  })
})
