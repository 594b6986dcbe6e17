/** Says no on a ServerResponse: cheaply, and without letting the client make us read what it still wants to send. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Refusal } from '../policy.ts'

/** Up to this many bytes of unread request body are read and thrown away, so that the connection can serve the next request. */
const drainableBytes = 65_536

/** Writes a whole refusal. Headers that were set before (CORS, request ids) stay, unless the refusal has its own of that name. */
export function writeRefusal(req: IncomingMessage, res: ServerResponse, refusal: Refusal): void {
  if (res.headersSent || res.writableEnded) return
  if (hasLongBody(req)) res.setHeader('connection', 'close')
  const { status, headers, body } = refusal
  // why: a flat list is the fastest when it is all there is; but middlewares that replace `writeHead` (compression, sessions,
  // loggers) often misread it, and merging it with headers that were set before costs more than setting them one by one.
  if (Object.hasOwn(res, 'writeHead') || res.getHeaderNames().length > 0) {
    for (let i = 0; i < headers.length; i += 2) res.setHeader(headers[i] as string, headers[i + 1] as string)
    res.statusCode = status
  } else {
    res.writeHead(status, headers as string[])
  }
  res.end(body)
}

/**
 * Node reads the rest of a request to its end before it reuses the connection, however long that is. A short rest is worth it;
 * else the connection goes. An HTTP/2 stream is simply reset.
 */
export function hasLongBody(req: IncomingMessage): boolean {
  if (req.complete || req.httpVersionMajor >= 2) return false
  const { 'content-length': length, 'transfer-encoding': coding } = req.headers
  return coding !== undefined || (length !== undefined && Number(length) > drainableBytes)
}
