/** Ends a connection in the way of its protocol, without losing a request. */
import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse, Http2Session } from 'node:http2'

/** The highest id that a stream can have: streams that are on their way are still served (RFC 9113 §6.8). */
const lastStreamId = 2 ** 31 - 1

const told = new WeakSet<Http2Session>()

/** Asks the client to go elsewhere with what comes after this answer: `Connection: close`, or a GOAWAY that still lets streams in. */
export function endConnectionAfter(res: ServerResponse): void {
  const session = sessionOf(res)
  if (session !== undefined) goAway(session)
  // Ignored where the headers are sent already.
  else res.shouldKeepAlive = false
}

/** The HTTP/2 session of an answer; `undefined` for HTTP/1. */
export function sessionOf(res: ServerResponse): Http2Session | undefined {
  const { stream } = res as Partial<Pick<Http2ServerResponse, 'stream'>>
  return stream?.session
}

/** Says once that no further streams are wanted; those that come all the same are served until the session is closed. */
export function goAway(session: Http2Session): void {
  if (session.destroyed || session.closed || told.has(session)) return
  told.add(session)
  session.goaway(0, lastStreamId)
}
