/** Servers of every kind that can be protected, and clients that speak to them. */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import * as http2 from 'node:http2'
import { createServer as createHttpsServer, request as httpsRequest } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { NodeListener, ProtectableServer } from '@spillway/node'
import { selfSigned } from './certificate.ts'

export type Kind = 'http' | 'https' | 'h2c' | 'h2'
export const kinds: readonly Kind[] = ['http', 'https', 'h2c', 'h2']

const tls = selfSigned()

/** A handler as a listener for requests of either protocol: what is used of both is the same. */
export function listenerOf(handle: (req: IncomingMessage, res: ServerResponse) => void): NodeListener {
  return handle as NodeListener
}

export function create(kind: Kind, listener?: NodeListener, options: object = {}): ProtectableServer {
  if (kind === 'http') return createServer(options, listener)
  if (kind === 'https') return createHttpsServer({ ...tls, ...options }, listener)
  return kind === 'h2c'
    ? http2.createServer(options, listener)
    : http2.createSecureServer({ ...tls, ...options }, listener)
}

export async function listen(server: ProtectableServer): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()))
  return (server.address() as AddressInfo).port
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

export interface Call {
  readonly path?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A client with one connection that is kept; HTTP/1 opens another when it has to. */
export interface Client {
  call(call?: Call): Promise<Reply>
  /** Connections that were opened. */
  readonly opened: number
  /** Whether an HTTP/2 session was told to end. A request that node's client begins at that very moment hangs for ever. */
  readonly isLeaving: () => boolean
  close(): void
}

export function open(kind: Kind, port: number): Client {
  return kind === 'http' || kind === 'https' ? openHttp1(kind, port) : openHttp2(kind, port)
}

function openHttp1(kind: 'http' | 'https', port: number): Client {
  const request = kind === 'http' ? httpRequest : httpsRequest
  const sockets = new Set<Socket>()
  let opened = 0
  const agents = kind === 'http' ? import('node:http') : import('node:https')
  const agent = agents.then(({ Agent }) => new Agent({ keepAlive: true, maxSockets: 1 }))
  return {
    get opened() {
      return opened
    },
    async call({ path = '/', method = 'GET', headers = {}, body } = {}) {
      const options = { host: '127.0.0.1', port, path, method, headers, agent: await agent, rejectUnauthorized: false }
      return new Promise<Reply>((resolve, reject) => {
        const req = request(options, (res) => {
          let text = ''
          res.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
          res.on('error', reject)
          res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }))
        })
        req.on('socket', (socket) => {
          if (!sockets.has(socket)) opened++
          sockets.add(socket)
        })
        req.on('error', reject)
        req.end(body)
      })
    },
    isLeaving: () => true,
    close: () => void agent.then((made) => made.destroy()),
  }
}

function openHttp2(kind: 'h2c' | 'h2', port: number): Client {
  const url = `${kind === 'h2c' ? 'http' : 'https'}://127.0.0.1:${port}`
  let session: http2.ClientHttp2Session | undefined
  let opened = 0
  const connected = (): http2.ClientHttp2Session => {
    if (session !== undefined && !session.closed && !session.destroyed) return session
    opened++
    session = http2.connect(url, { rejectUnauthorized: false })
    session.on('error', () => {}) // told by the requests on it
    return session
  }
  return {
    get opened() {
      return opened
    },
    call({ path = '/', method = 'GET', headers = {}, body } = {}) {
      return new Promise<Reply>((resolve, reject) => {
        const stream = connected().request({ ':path': path, ':method': method, ...headers })
        let reply = { status: 0, headers: {} }
        let text = ''
        stream.on('response', (got) => (reply = { status: Number(got[':status']), headers: got }))
        stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        stream.on('error', reject)
        stream.on('end', () => {
          if (reply.status === 0) reject(new Error('the stream was closed'))
          else resolve({ ...reply, body: text })
        })
        stream.end(body)
      })
    },
    isLeaving: () => session?.closed === true,
    close: () => session?.close(),
  }
}
