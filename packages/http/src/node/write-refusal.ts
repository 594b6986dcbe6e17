/** Says no on a ServerResponse: cheaply, and without letting the client make us read what it still wants to send. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Refusal } from '../policy.ts'
import { defaultLinger, lingerAfter } from './linger.ts'
import type { Linger } from './linger.ts'

/** Up to this many bytes of unread request body are read and thrown away, so that the connection can serve the next request. */
const drainableBytes = 65_536

/**
 * Writes a whole refusal. Headers that were set before (CORS, request ids) stay, unless the refusal has its own of that name. If a long
 * body is still to come the connection closes after it, within the bounds of `linger`; with `false` as soon as the answer is written.
 */
export function writeRefusal(
  req: IncomingMessage,
  res: ServerResponse,
  refusal: Refusal,
  linger: Linger | false = defaultLinger,
): void {
  if (res.headersSent || res.writableEnded) return
  closeAfterRefusal(req, res, linger)
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

/** Makes the answer that is about to be written the last of its connection, if the request's body is not worth reading. */
export function closeAfterRefusal(
  req: IncomingMessage,
  res: ServerResponse,
  linger: Linger | false = defaultLinger,
): void {
  if (!hasLongBody(req, res)) return
  res.setHeader('connection', 'close')
  if (linger !== false) lingerAfter(req, linger)
}

/**
 * Node reads the rest of a request to its end before it reuses the connection, however long that is. A short rest is worth it;
 * else the connection goes. So it does for a body that waits for `100 Continue`: whether it comes after another answer is up to the client,
 * so nobody could tell it from the next request (RFC 9110 §10.1.1). An HTTP/2 stream is simply reset.
 */
function hasLongBody(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.complete || req.httpVersionMajor >= 2) return false
  const { 'content-length': length, 'transfer-encoding': coding, expect } = req.headers
  if (coding !== undefined || (length !== undefined && Number(length) > drainableBytes)) return true
  if (expect === undefined) return false
  // why: this is the only trace that `writeContinue` leaves; where it is missing the connection closes for nothing.
  const { _sent100: isContinued } = res as { _sent100?: boolean }
  return isContinued !== true
}
