/** The connections of a server, for whoever has to count or to end them. */
import type { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { ProtectableServer } from './action.ts'

/** NGHTTP2_CANCEL: streams that are open are given up (RFC 9113 §7). */
const cancelled = 8

/** Knows those that were accepted since it was made, and those of TLS as well as what is below them. */
export class Connections {
  readonly #server: EventEmitter
  readonly #sockets = new Set<Socket>()
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #onSocket = (socket: Socket): void => remember(this.#sockets, socket)
  readonly #onSession = (session: ServerHttp2Session): void => remember(this.#sessions, session)

  constructor(server: ProtectableServer) {
    this.#server = server
    this.#server.on('connection', this.#onSocket)
    this.#server.on('secureConnection', this.#onSocket)
    this.#server.on('session', this.#onSession)
  }

  /** HTTP/2 sessions that are open. */
  get sessions(): ReadonlySet<ServerHttp2Session> {
    return this.#sessions
  }

  /** Answers of HTTP/1 that were begun, or are owed, on connections that are open. */
  owed(): ServerResponse[] {
    return [...this.#sockets].flatMap((socket) => answerOn(socket) ?? [])
  }

  /** How many connections still have something to say: an answer, the rest of one, or a farewell. */
  busy(): number {
    let busy = this.#sessions.size
    for (const socket of this.#sockets) {
      // why: the socket of a session is its own; one whose writing has ended lingers for its client's sake, and not for long.
      const speaks = answerOn(socket) !== undefined || socket.writableLength > 0 || socket.writableEnded
      if (speaks && !socket.destroyed) busy++
    }
    return busy
  }

  /** Ends all of them at once. */
  destroy(): void {
    for (const session of this.#sessions) session.destroy(undefined, cancelled)
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Forgets all of them, and watches no more. */
  stop(): void {
    this.#server.off('connection', this.#onSocket)
    this.#server.off('secureConnection', this.#onSocket)
    this.#server.off('session', this.#onSession)
    this.#sockets.clear()
    this.#sessions.clear()
  }
}

function remember<T extends EventEmitter>(all: Set<T>, one: T): void {
  all.add(one)
  one.once('close', () => void all.delete(one))
}

/** The answer that a connection of HTTP/1 is at. Not documented, but there since Node 0.4; where it is missing nobody is waited for. */
function answerOn(socket: Socket): ServerResponse | undefined {
  const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse | null }
  return answer ?? undefined
}
