/** Closes a connection in stages, so that a client that is still sending gets to read why it should stop. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { checkKnown, checkNumber, systemClock } from '@spillway/core'
import type { Clock, Millis } from '@spillway/core'

/** How much of an unwanted request body is still read, and for how long. */
export interface LingerOptions {
  /** Bytes of the body that are read and thrown away; integer, 0..1073741824, default 131072. Beyond it the client is left to stall. */
  readonly maxBytes?: number
  /** Time from the answer to the end of the connection, unless the client ends it first; 1..60000, default 500. */
  readonly maxMs?: Millis
  /** Default: the real one. */
  readonly clock?: Clock
}

/** {@link LingerOptions} with nothing left open. */
export type Linger = Required<LingerOptions>

/** Checks and completes them. Throws a TypeError or RangeError that names `owner` and the option. */
export function checkLinger(owner: string, options: LingerOptions): Linger {
  checkKnown(owner, options, ['maxBytes', 'maxMs', 'clock'])
  const { maxBytes = 131_072, maxMs = 500, clock = systemClock } = options
  return {
    maxBytes: checkNumber(owner, 'maxBytes', maxBytes, { min: 0, max: 1_073_741_824, integer: true }),
    maxMs: checkNumber(owner, 'maxMs', maxMs, { min: 1, max: 60_000 }),
    clock,
  }
}

/** What a refusal does unless it is told otherwise. */
export const defaultLinger: Linger = checkLinger('linger', {})

/** The most that one read of a socket brings; so much may come after one has decided to stop. */
const readBytes = 65_536

/**
 * Lets the connection of `req` end in stages once its last answer is sent: our side is closed, what the client still sends is thrown away
 * up to the bounds, and then the socket is destroyed. Destroyed at once, with bytes unread, the kernel would answer with a reset, which
 * may overtake our answer and take it away from the client (RFC 9112 §9.6). For HTTP/1, with `Connection: close` on the answer.
 */
export function lingerAfter(req: IncomingMessage, { maxBytes, maxMs, clock }: Linger): void {
  const { socket } = req
  // why: other runtimes imitate sockets, and may have none of it.
  if (socket === null || socket.destroyed || typeof socket.destroySoon !== 'function') return
  discard(req, socket, maxBytes)
  const closeSoon = socket.destroySoon.bind(socket)
  // Node calls this when the last answer of a connection is written.
  socket.destroySoon = () => {
    if (req.complete) return closeSoon()
    socket.end()
    const cancel = clock.after(maxMs, () => void socket.destroy())
    socket.once('close', cancel)
  }
}

/** Reads and forgets, and stops the socket before more than `maxBytes` can have come. */
function discard(req: IncomingMessage, socket: Socket, maxBytes: number): void {
  let read = 0
  const stop = (): void => void socket.pause()
  req.on('data', function count(chunk: Buffer | string) {
    read += chunk.length
    if (read + readBytes <= maxBytes) return
    req.off('data', count)
    req.pause()
    // why: a request whose buffer has room makes node's server resume the socket by itself.
    socket.on('resume', stop)
    stop()
  })
}
