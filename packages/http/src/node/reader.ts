/** How to read a plain `node:http` request, and those of every framework that passes it on. */
import type { IncomingMessage } from 'node:http'
import type { Reader } from '../reader.ts'

/** The reader for `IncomingMessage`. Frameworks that know better whom to trust replace `peerAddress`. */
export const nodeReader: Reader<IncomingMessage> = {
  method: (req) => req.method ?? 'GET',
  // why: Connect and Express shorten `url` to what is left below the mounting point, and keep the original beside it.
  url: (req) => (req as { originalUrl?: string }).originalUrl ?? req.url ?? '/',
  peerAddress: remoteAddress,
  header(req, name) {
    const value = req.headers[name]
    return typeof value === 'object' ? value.join(', ') : value
  },
}

function remoteAddress(req: IncomingMessage): string | undefined {
  try {
    return req.socket.remoteAddress
  } catch {
    return undefined // HTTP/2 throws when the session has lost its socket
  }
}
