/** Bodies that wait for `100 Continue`: refused before a byte of them is sent. */
import { request as httpRequest, type ServerResponse } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { eventually, openRaw } from '@spillway/http/conformance'
import { protectServer, type ProtectServerOptions } from '@spillway/node'
import { afterEach, describe, expect, it } from 'vitest'
import { create, kinds, listen, listenerOf, type Kind } from '../support/servers.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup()
})

/** Echoes the length of the body. */
const echo = listenerOf((req, res) => {
  let length = 0
  req.on('data', (chunk: Buffer) => (length += chunk.length))
  req.on('end', () => void res.end(`read ${length}`))
})

async function serve(kind: Kind, options: ProtectServerOptions = {}) {
  const server = create(kind, echo)
  const bytes: number[] = []
  server.on('connection', (socket: { bytesRead: number; once(event: 'close', done: () => void): void }) => {
    socket.once('close', () => void bytes.push(socket.bytesRead))
  })
  const protection = protectServer(server, options)
  const port = await listen(server)
  cleanups.push(
    () => protection.close(),
    () => void server.close(),
  )
  return { server, protection, port, bytes }
}

interface Outcome {
  readonly continued: boolean
  readonly status: number
  readonly body: string
}

/** Sends the body only once it is asked to. */
function upload(kind: Kind, port: number, size = 1_000_000): Promise<Outcome> {
  return kind === 'http' || kind === 'https' ? uploadHttp1(kind, port, size) : uploadHttp2(kind, port, size)
}

function uploadHttp1(kind: 'http' | 'https', port: number, size: number): Promise<Outcome> {
  const request = kind === 'http' ? httpRequest : httpsRequest
  const headers = { expect: '100-continue', 'content-length': size }
  const options = { host: '127.0.0.1', port, method: 'POST', headers, agent: false, rejectUnauthorized: false }
  return new Promise((resolve, reject) => {
    let continued = false
    const req = request(options, (res) => {
      let body = ''
      res.setEncoding('utf8').on('data', (text: string) => (body += text))
      res.on('end', () => {
        resolve({ continued, status: res.statusCode ?? 0, body })
        req.destroy()
      })
    })
    req.on('error', reject)
    req.on('continue', () => {
      continued = true
      req.end(Buffer.alloc(size))
    })
    req.flushHeaders()
  })
}

function uploadHttp2(kind: 'h2c' | 'h2', port: number, size: number): Promise<Outcome> {
  const url = `${kind === 'h2c' ? 'http' : 'https'}://127.0.0.1:${port}`
  const session = connectHttp2(url, { rejectUnauthorized: false })
  return new Promise((resolve, reject) => {
    let continued = false
    let status = 0
    let body = ''
    const stream = session.request({ ':method': 'POST', expect: '100-continue' }, { endStream: false })
    stream.on('continue', () => {
      continued = true
      stream.end(Buffer.alloc(size))
    })
    stream.on('response', (headers) => (status = Number(headers[':status'])))
    stream.setEncoding('utf8').on('data', (text: string) => (body += text))
    stream.on('end', () => {
      resolve({ continued, status, body })
      session.destroy()
    })
    stream.on('error', reject)
  })
}

describe.each(kinds)('Expect: 100-continue on %s', (kind) => {
  it('is asked to go on once it is let in, and counted once', async () => {
    const { protection, port } = await serve(kind)
    expect(await upload(kind, port)).toEqual({ continued: true, status: 200, body: 'read 1000000' })
    await eventually('it is over', () => protection.snapshot().inflight === 0)
    expect(protection.snapshot().decisions.admitted).toBe(1)
  })

  it('is refused with nothing of its body read', async () => {
    const { protection, port, bytes } = await serve(kind)
    protection.policy.control.drain()
    expect(await upload(kind, port)).toMatchObject({ continued: false, status: 503 })
    await eventually('the connection is over', () => bytes.length === 1)
    // Headers, and a handshake where there is one.
    expect(bytes[0]).toBeLessThan(4096)
  })

  it('goes to the listeners of the server, where it has some of its own', async () => {
    const { server, protection, port } = await serve(kind)
    let asked = 0
    const own = (_req: unknown, res: ServerResponse): void => {
      asked++
      res.statusCode = 413
      res.end('too large')
    }
    server.on('checkContinue', own as never)
    expect(await upload(kind, port)).toEqual({ continued: false, status: 413, body: 'too large' })
    protection.policy.control.drain()
    expect(await upload(kind, port)).toMatchObject({ status: 503 })
    expect(asked).toBe(1)
    expect(protection.snapshot().inflight).toBe(0)
  })

  it('is left to node where that is asked for', async () => {
    const { server, protection, port } = await serve(kind, { actions: { checkContinue: false } })
    expect(server.listenerCount('checkContinue')).toBe(0)
    protection.policy.control.drain()
    expect(await upload(kind, port, 1000)).toMatchObject({ continued: true, status: 503 })
  })
})

describe('other expectations', () => {
  it.each([
    ['100-Continue', /^HTTP\/1.1 100 Continue/],
    ['200-ok', /^HTTP\/1.1 417 /],
    ['', /^HTTP\/1.1 417 /],
    ['100-continue, 100-continue', /^HTTP\/1.1 (?:100|417) /],
  ])('are answered as node answers them: "%s"', async (expectation, answer) => {
    const { protection, port } = await serve('http')
    const text = `POST / HTTP/1.1\r\nHost: t\r\nExpect: ${expectation}\r\nContent-Length: 2\r\n\r\nhi`
    const client = await openRaw(port, text)
    await eventually('it was answered', () => client.received() !== '')
    expect(client.received()).toMatch(answer)
    client.leave()
    await eventually('nothing runs', () => protection.snapshot().inflight === 0)
  })

  it('may be pipelined behind others, and wait in vain', async () => {
    const { protection, port } = await serve('http')
    const get = 'GET / HTTP/1.1\r\nHost: t\r\n\r\n'
    const client = await openRaw(
      port,
      `${get}${get}POST / HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n`,
    )
    await eventually('both were answered', () => client.received().split('read 0').length === 3)
    await eventually('the third may go on', () => client.received().includes('100 Continue'))
    client.leave()
    await eventually('nothing runs', () => protection.snapshot().inflight === 0)
  })
})
