/** A client that speaks HTTP/2 without TLS: streams that are answered, or reset. */
import { connect, constants, type ClientHttp2Session } from 'node:http2'

/** One stream, and what came on it so far. */
export interface StreamClient {
  status(): number | undefined
  received(): string
  /** The answer came to its end, or the stream was reset by either side. */
  isClosed(): boolean
  /** Resets the stream; the connection stays. */
  leave(): void
}

/** A connection of many streams. */
export interface SessionClient {
  open(path?: string): StreamClient
  /** Leaves without a farewell, with all its streams. */
  leave(): void
  /** Leaves when its streams have ended. */
  close(): void
}

/** Connects to a server of the suite. Never throws for what becomes of the connection later. */
export function openSession(port: number): SessionClient {
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => {}) // a reset is one way to be told that it is over
  return {
    open: (path = '/') => openStream(session, path),
    leave: () => session.destroy(),
    close: () => session.close(),
  }
}

function openStream(session: ClientHttp2Session, path: string): StreamClient {
  const stream = session.request({ ':path': path })
  let status: number | undefined
  let received = ''
  let closed = false
  stream.on('error', () => {})
  stream.on('close', () => (closed = true))
  stream.on('response', (headers) => (status = headers[':status']))
  stream.setEncoding('utf8').on('data', (chunk: string) => (received += chunk))
  return {
    status: () => status,
    received: () => received,
    isClosed: () => closed,
    leave: () => stream.close(constants.NGHTTP2_CANCEL),
  }
}
