/** Serves a listener of node:http to the suite, over either protocol: the part of a harness that is the same for every framework. */
import { createServer, Server, type RequestListener } from 'node:http'
import { createServer as createHttp2Server, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { Served } from './harness.ts'

/** A server that does not listen yet; with HTTP/2 it has no TLS. */
export function createServerFor(listener: RequestListener, http2 = false): Server | Http2Server {
  // Listeners know both kinds of request; their types speak of one.
  return http2 ? createHttp2Server(listener as never) : createServer(listener)
}

/** Listens on a free port of 127.0.0.1. */
export async function serve(server: Server | Http2Server, counts: Served['counts']): Promise<Served> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const http1 = server instanceof Server ? server : undefined
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    ...(http1 !== undefined && { server: http1 }),
    close() {
      server.close()
      http1?.closeAllConnections()
    },
  }
}
