/** What a server can do about its own load beside refusing requests: the shape of every action. */
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http'
import type { Http2SecureServer, Http2Server, Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Server as HttpsServer } from 'node:https'
import type { Millis, OverloadSnapshot, PressureScale, Random } from '@spillway/core'
import type { Connections } from './connections.ts'

/** Servers of node:http, https and http2, with TLS and without, and with HTTP/1 allowed beside HTTP/2. */
export type ProtectableServer = HttpServer | HttpsServer | Http2Server | Http2SecureServer

/** A listener for requests of either protocol. */
export interface NodeListener {
  (req: IncomingMessage, res: ServerResponse): void
  (req: Http2ServerRequest, res: Http2ServerResponse): void
}

/** What an action is given to work with. */
export interface ActionContext {
  readonly server: ProtectableServer
  readonly connections: Connections
  readonly random: Random
  /** What the control says now. */
  load(): Pick<OverloadSnapshot, 'limit' | 'overloaded'>
}

/**
 * One thing that is done to a server at its pressure, and undone. To add one write a file beside the others and a line in `actions.ts`.
 * None of its methods throws, whatever state the server is in.
 */
export interface ServerAction {
  /** Where it begins and where it is at its full; `undefined` for one that is switched off, or that does not go by pressure. */
  readonly scale: PressureScale | undefined
  /** Once, before anything else. */
  start?(context: ActionContext): void
  /** About four times a second, with where the pressure is on its scale: 0 is undone, 1 is all of it. */
  apply?(level: number, now: Millis): void
  /** Whether requests of this server concern it; default: those of all. */
  fits?(server: ProtectableServer): boolean
  /** Looks at a request before anybody else does. */
  request?(req: IncomingMessage, res: ServerResponse): void
  /** Puts back what it found. Once, after everything else. */
  restore?(): void
}
