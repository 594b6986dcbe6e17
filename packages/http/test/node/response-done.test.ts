/** The end of a response, in every way that node:http knows. */
import { createServer, type IncomingMessage, type RequestListener, ServerResponse } from 'node:http'
import * as http2 from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { ask, deferred, eventually, openRaw, rawRequest } from '@spillway/http/conformance'
import { onResponseDone } from '@spillway/http/node'
import { afterEach, describe, expect, it } from 'vitest'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    if ('closeAllConnections' in server) (server as { closeAllConnections(): void }).closeAllConnections()
  }
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return (server.address() as AddressInfo).port
}

/** A server that notes how each response ended, by URL. */
async function recording(handler: (req: IncomingMessage, res: ServerResponse) => void) {
  const ends = new Map<string, boolean[]>()
  const listener: RequestListener = (req, res) => {
    ends.set(req.url ?? '', [])
    onResponseDone(req, res, { done: (completed) => ends.get(req.url ?? '')?.push(completed) })
    handler(req, res)
  }
  return { ends, listener, port: await listen(createServer(listener)) }
}

describe('onResponseDone', () => {
  it('tells once of a complete answer, when the handler ends it', async () => {
    const seen: unknown[] = []
    const { ends, port } = await recording((_req, res) => {
      res.end('ok')
      seen.push(ends.get('/'))
    })
    await ask(port)
    expect(seen).toEqual([[true]])
    await eventually('the response closed', () => ends.get('/')?.length === 1)
  })

  it('does not wait for a client that reads slowly', async () => {
    const { ends, port } = await recording((_req, res) => res.end(Buffer.alloc(30_000_000)))
    const client = await openRaw(port, rawRequest(), { reads: false })
    await eventually('it was over', () => ends.get('/')?.length === 1)
    expect(ends.get('/')).toEqual([true])
    client.leave()
  })

  it('tells of a client that leaves before the answer', async () => {
    const { ends, port } = await recording(() => {})
    const client = await openRaw(port, rawRequest())
    await eventually('it arrived', () => ends.has('/'))
    client.leave()
    await eventually('it was over', () => ends.get('/')?.length === 1)
    expect(ends.get('/')).toEqual([false])
  })

  it('tells once when the handler answers a client that has left', async () => {
    const gone = deferred()
    const { ends, port } = await recording((_req, res) => void gone.promise.then(() => res.end('late')))
    const client = await openRaw(port, rawRequest())
    await eventually('it arrived', () => ends.has('/'))
    client.leave()
    await eventually('it was over', () => ends.get('/')?.length === 1)
    gone.resolve()
    await gone.promise
    expect(ends.get('/')).toEqual([false])
  })

  it('tells at once when the client had left before', async () => {
    const late: boolean[] = []
    const { ends, port } = await recording((req, res) => {
      res.once('close', () =>
        setImmediate(() => onResponseDone(req, res, { done: (completed) => late.push(completed) })),
      )
    })
    const client = await openRaw(port, rawRequest())
    await eventually('it arrived', () => ends.has('/'))
    client.leave()
    await eventually('the late caller was told', () => late.length === 1)
    expect(late).toEqual([false])
  })

  it('tells of pipelined requests whose turn never came, without a warning of leaked listeners', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const { ends, port } = await recording(() => {})
    const paths = Array.from({ length: 20 }, (_, i) => `/${i}`)
    const client = await openRaw(port, paths.map((path) => rawRequest(path)).join(''))
    await eventually('all arrived', () => ends.size === 20)
    client.leave()
    await eventually('all were over', () => paths.every((path) => ends.get(path)?.length === 1))
    await new Promise<void>((resolve) => setImmediate(resolve))
    process.off('warning', onWarning)
    expect([...ends.values()].flat()).toEqual(paths.map(() => false))
    expect(warnings).toEqual([])
  })

  it('tells once of pipelined requests that were answered in turn', async () => {
    const { ends, port } = await recording((_req, res) => res.end('ok'))
    const client = await openRaw(port, rawRequest('/1') + rawRequest('/2') + rawRequest('/3'))
    await eventually('all were answered', () => client.received().split('HTTP/1.1 200').length === 4)
    client.leave()
    await eventually('the connection was closed', () => client.isClosed())
    expect([...ends.values()]).toEqual([[true], [true], [true]])
  })

  it('adds two listeners per response, however many callers there are', async () => {
    let told = 0
    let added = 0
    const { port } = await recording((req, res) => {
      const before = res.listenerCount('close') + res.listenerCount('prefinish')
      for (let i = 0; i < 20; i++) onResponseDone(req, res, { done: () => told++ })
      added = res.listenerCount('close') + res.listenerCount('prefinish') - before
      res.end()
    })
    await ask(port)
    expect({ told, added }).toEqual({ told: 20, added: 0 })
  })

  it('tells of a response without a socket when the connection closes', async () => {
    const done: boolean[] = []
    const opened = deferred()
    const server = createServer().on('upgrade', (req: IncomingMessage) => {
      onResponseDone(req, new ServerResponse(req), { done: (completed) => done.push(completed) })
      req.socket.resume().on('end', () => req.socket.end()) // as whoever speaks the new protocol would
      opened.resolve()
    })
    const client = await openRaw(await listen(server), rawRequest('/', ['Connection: Upgrade', 'Upgrade: x']))
    await opened.promise
    client.leave()
    await eventually('it was over', () => done.length === 1)
    expect(done).toEqual([false])
  })

  it('tells of HTTP/2 answers and of streams that were reset', async () => {
    const ends = new Map<string, boolean[]>()
    const server = http2.createServer((req, res) => {
      ends.set(req.url, [])
      const compat = [req, res] as unknown as [IncomingMessage, ServerResponse]
      onResponseDone(...compat, { done: (completed) => ends.get(req.url)?.push(completed) })
      if (req.url === '/answered') res.end('ok')
    })
    const session = http2.connect(`http://127.0.0.1:${await listen(server)}`)
    session.request({ ':path': '/answered' }).resume()
    const reset = session.request({ ':path': '/reset' })
    reset.on('error', () => {})
    await eventually('both arrived', () => ends.size === 2)
    reset.close(http2.constants.NGHTTP2_CANCEL)
    await eventually('both were over', () => [...ends.values()].every((end) => end.length === 1))
    session.close()
    expect(Object.fromEntries(ends)).toEqual({ '/answered': [true], '/reset': [false] })
  })
})
