/** Finds what `@hono/node-server` puts beside a request: the request and response of node:http. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from 'hono'

/** `HttpBindings` of `@hono/node-server`, as far as they are there. */
interface Bindings {
  readonly incoming?: unknown
  readonly outgoing?: unknown
  readonly server?: Bindings
}

/** Where an app stands behind something else, the bindings are found in `server`: the same place in which `getConnInfo` looks. */
function bindingsOf(c: Context): Bindings {
  const env = (c.env ?? {}) as Bindings
  return env.server?.outgoing === undefined ? env : env.server
}

/** The response of node:http that this request is answered on; `undefined` on other runtimes, and in `app.request()`. */
export function nodeResponseOf(c: Context): ServerResponse | undefined {
  const { outgoing } = bindingsOf(c) as { outgoing?: Partial<ServerResponse> }
  return typeof outgoing?.on === 'function' && typeof outgoing.setHeader === 'function'
    ? (outgoing as ServerResponse)
    : undefined
}

/** The request of node:http. */
export function nodeRequestOf(c: Context): IncomingMessage | undefined {
  return nodeResponseOf(c)?.req
}
