/** How to read a request of the Fetch API. */
import type { Reader } from '../reader.ts'

/** A request, and what it does not say by itself. */
export interface WebCall {
  readonly request: Request
  /** Address of the peer, as the runtime tells it: `server.requestIP(request)` of Bun, `info.remoteAddr` of Deno. */
  readonly peerAddress?: string | undefined
}

/** Reads a `Request` of the Fetch API. The parts of it that need no peer are shared by adapters. */
export const webReader: Reader<WebCall> = {
  method: ({ request }) => request.method,
  url: ({ request }) => pathOf(request.url),
  peerAddress: ({ peerAddress }) => peerAddress,
  header: ({ request }, name) => request.headers.get(name) ?? undefined,
}

/** Path and query of an absolute URL, as those of requests are: without parsing it, which costs more than a decision. */
export function pathOf(url: string): string {
  const path = url.indexOf('/', url.indexOf('://') + 3)
  return path === -1 ? '/' : url.slice(path)
}
