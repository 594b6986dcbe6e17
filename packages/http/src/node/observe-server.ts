/** Tells a policy about connections as they are accepted: before their first byte was read, and long before a handler runs. */
import type { HttpPolicy } from '../policy.ts'

/** What is needed of a server: those of node:http, https, http2, net and tls all have it. */
export interface ConnectionSource {
  on(event: 'connection', listener: () => void): unknown
}

type Arrivals = Pick<HttpPolicy<never>, 'arrived'>

const observedBy: unique symbol = Symbol('spillway.server.observedBy')

interface Observed {
  /** The last policy that was added: the usual case is one, and comparing it is cheaper than asking the set. */
  [observedBy]?: { last: Arrivals; all: Set<Arrivals> }
}

/**
 * Calls `policy.arrived()` for each connection that `server` accepts. Once per server and policy, however often it is called.
 * Middlewares do it by themselves on their first request; call it where the very first connections matter.
 */
export function observeServer(server: ConnectionSource, policy: Arrivals): void {
  if (policy.arrived === undefined) return
  const observed = (server as Observed)[observedBy]
  if (observed?.last === policy || observed?.all.has(policy) === true) return
  if (observed === undefined) {
    ;(server as Observed)[observedBy] = { last: policy, all: new Set([policy]) }
  } else {
    observed.last = policy
    observed.all.add(policy)
  }
  server.on('connection', () => policy.arrived?.())
}

/** {@link observeServer} for the server that accepted this socket, where there is one and it can be found. */
export function observeServerOf(req: { readonly socket: unknown }, policy: Arrivals): void {
  const server = serverOf(req)
  if (server !== undefined) observeServer(server, policy)
}

function serverOf(req: { readonly socket: unknown }): ConnectionSource | undefined {
  try {
    // `socket.server` is not documented, but every Node since 0.x has it.
    const server = (req.socket as { server?: Partial<ConnectionSource> } | null)?.server
    return typeof server?.on === 'function' ? (server as ConnectionSource) : undefined
  } catch {
    return undefined // HTTP/2 throws when the session has lost its socket
  }
}
