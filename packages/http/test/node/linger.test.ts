/** How a connection ends whose client is still sending, on real sockets. */
import { createServer, request, type RequestListener, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { systemClock } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'
import { eventually, openRaw } from '@spillway/http/conformance'
import { checkLinger, guardHandler, refuseWith, createNodeGuard, writeRefusal } from '@spillway/http/node'
import type { Linger } from '@spillway/http/node'
import { afterEach, describe, expect, it } from 'vitest'
import { fakePolicy, full } from './fake-policy.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

interface Watched {
  readonly port: number
  readonly sockets: readonly Socket[]
}

async function listen(listener: RequestListener): Promise<Watched> {
  const server = createServer(listener)
  servers.push(server)
  const sockets: Socket[] = []
  server.on('connection', (socket) => void sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return { port: (server.address() as AddressInfo).port, sockets }
}

const refusal = { status: 503, headers: ['Content-Length', '2'], body: 'no' }
const bounds: Linger = { maxBytes: 131_072, maxMs: 200, clock: systemClock }
const refusing =
  (linger: Linger | false): RequestListener =>
  (req, res) =>
    writeRefusal(req, res, refusal, linger)

/** Sends `total` bytes of body as fast as they are taken, and tells what came back and how much was read. */
async function upload({ port, sockets }: Watched, head: string, total = 50_000_000) {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  let ended = false
  socket.setEncoding('latin1').on('data', (text: string) => (received += text))
  socket.on('end', () => (ended = true)).on('error', () => {})
  socket.write(`POST / HTTP/1.1\r\nHost: test\r\n${head}\r\n\r\n`)
  for (let sent = 0; sent < total; sent += 1_000_000) socket.write(Buffer.alloc(1_000_000))
  await new Promise((resolve) => socket.once('close', resolve))
  return { received, ended, read: sockets[0]!.bytesRead }
}

const chunked = 'Transfer-Encoding: chunked\r\n\r\n2faf080' // the size of the only chunk: 50,000,000 bytes

describe('the end of a connection whose body is unread', () => {
  it.each([
    ['a known length', 'Content-Length: 50000000'],
    ['unknown length', chunked],
  ])('reads at most 128 KiB of an upload of %s, and the client gets the answer and the end', async (_name, head) => {
    const { received, ended, read } = await upload(await listen(refusing(bounds)), head)
    expect(received).toMatch(/^HTTP\/1.1 503 [^]*connection: close[^]*no$/)
    expect(ended).toBe(true)
    expect(read).toBeLessThanOrEqual(131_072 + 65_536)
    expect(read).toBeGreaterThan(65_536)
  })

  it('does so without bounds given, and for refusals in the words of a user', async () => {
    const guard = createNodeGuard(
      fakePolicy(() => full),
      refuseWith(({ res }) => res.end('mine')),
    )
    const watched = await listen((req, res) => guard(req, res, () => {}))
    const { received, ended, read } = await upload(watched, 'Content-Length: 50000000')
    expect(received).toMatch(/connection: close[^]*mine/)
    expect(ended).toBe(true)
    expect(read).toBeLessThanOrEqual(131_072 + 65_536)
  })

  it('holds the connection for its time and no longer', async () => {
    const clock = new VirtualClock()
    const { port, sockets } = await listen(refusing({ ...bounds, clock }))
    let received = ''
    // It never closes its own side, so that only the server can end it.
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    client.setEncoding('latin1').on('data', (text: string) => (received += text))
    client.on('error', () => {})
    client.write('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\nsome')
    await eventually('it was answered, and our side closed', () => received.endsWith('no') && client.readableEnded)
    await clock.advance(199)
    expect(sockets[0]?.destroyed).toBe(false)
    await clock.advance(1)
    expect(sockets[0]?.destroyed).toBe(true)
    client.destroy()
  })

  it('leaves no timer behind when the client leaves first', async () => {
    const clock = new VirtualClock()
    const { port, sockets } = await listen(refusing({ ...bounds, clock }))
    const client = await openRaw(port, 'POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\nsome')
    await eventually('it was answered', () => client.received().endsWith('no'))
    client.leave()
    await eventually('it was closed', () => sockets[0]?.destroyed === true)
    expect(clock.pending).toBe(0)
  })

  it('closes at once without lingering, and keeps the connection of a short body', async () => {
    const abrupt = await listen(refusing(false))
    const { read } = await upload(abrupt, 'Content-Length: 50000000')
    expect(read).toBeLessThanOrEqual(131_072 + 65_536)
    const watched = await listen(refusing(bounds))
    const client = await openRaw(watched.port, 'POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\n')
    await eventually('it was answered', () => client.received().endsWith('no'))
    client.socket.write('bodyGET / HTTP/1.1\r\nHost: test\r\n\r\n')
    await eventually('the next was answered, too', () => client.received().split('503').length === 3)
    expect(client.received()).not.toMatch(/connection: close/i)
    client.leave()
  })

  it('closes after refusing a body that waits for 100 Continue, however short', async () => {
    const server = createServer()
    servers.push(server)
    server.on('checkContinue', refusing(bounds))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const { port } = server.address() as AddressInfo
    const req = request({ port, method: 'POST', headers: { expect: '100-continue', 'content-length': 4 } })
    const answer = await new Promise<string>((resolve) => {
      req.on('continue', () => resolve('continue')).on('response', (res) => resolve(res.headers.connection ?? ''))
      req.on('error', () => {})
      req.flushHeaders()
    })
    req.destroy()
    expect(answer).toBe('close')
  })

  it('is not in the way of requests that are let in', async () => {
    const listener = guardHandler((req, res) => {
      req.resume().on('end', () => res.end('read'))
    }, fakePolicy())
    const { received } = await upload(await listen(listener), 'Connection: close\r\nContent-Length: 2000000', 2_000_000)
    expect(received).toMatch(/read/)
  })
})

describe('checkLinger', () => {
  it('names what is wrong', () => {
    expect(() => checkLinger('x', { maxBytes: -1 })).toThrow('x: option "maxBytes" must be an integer >= 0')
    expect(() => checkLinger('x', { maxMs: 0 })).toThrow('x: option "maxMs" must be a number >= 1 and <= 60000')
    expect(() => checkLinger('x', { max: 1 } as never)).toThrow('unknown option "max"')
  })
})
