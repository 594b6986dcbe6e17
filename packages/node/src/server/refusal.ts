/** Refusals at the level of the server: an answer, or a stream that never was. */
import type { IncomingMessage } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import { writeRefusal, type Linger, type RefuseHook } from '@spillway/http/node'

/** NGHTTP2_REFUSED_STREAM: nothing of it was processed, so the client may send it again (RFC 9113 §8.7). */
const refusedStream = 7

/** How requests are refused. */
export interface ServerRefusals {
  readonly linger: Linger | false
  /** Whether HTTP/2 streams are reset where another server may serve them. */
  readonly resetsStreams: boolean
}

/** Writes refusals. A caller's own quota is always answered: he must not try again at once. */
export function refusingWith({ linger, resetsStreams }: ServerRefusals): RefuseHook<IncomingMessage> {
  return ({ res, refusal, rejection }) => {
    if (rejection.reason === 'cancelled') return
    const { stream } = res as Partial<Pick<Http2ServerResponse, 'stream'>>
    const isOwnState = rejection.reason !== 'rate' && rejection.reason !== 'blocked'
    if (resetsStreams && isOwnState && stream !== undefined && !res.headersSent) stream.close(refusedStream)
    else writeRefusal(res.req, res, refusal, linger)
  }
}
