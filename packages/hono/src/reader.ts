/** How to read a Hono request. */
import type { Reader } from '@spillway/http'
import { nodeReader } from '@spillway/http/node'
import { pathOf } from '@spillway/http/web'
import type { Context } from 'hono'
import { nodeRequestOf } from './node-response.ts'

/** The part of a runtime's `getConnInfo` that is used: `hono/bun`, `hono/deno`, `hono/cloudflare-workers`, `@hono/node-server/conninfo`. */
export type GetConnInfo = (c: Context) => { readonly remote: { readonly address?: string | undefined } }

/** Reads what is the same on every runtime; on Node.js also the address of the peer, which elsewhere only `getConnInfo` knows. */
export const honoReader: Reader<Context> = {
  method: (c) => c.req.raw.method,
  url: (c) => pathOf(c.req.raw.url),
  peerAddress(c) {
    const incoming = nodeRequestOf(c)
    return incoming === undefined ? undefined : nodeReader.peerAddress(incoming)
  },
  header: (c, name) => c.req.raw.headers.get(name) ?? undefined,
}

/** The reader that asks the runtime for addresses; `onError` is told once when it fails, as that of another runtime does. */
export function readerWith(getConnInfo: GetConnInfo, onError: (error: unknown) => void): Reader<Context> {
  let failed = false
  return {
    ...honoReader,
    peerAddress(c) {
      try {
        return getConnInfo(c).remote.address
      } catch (error) {
        if (!failed) onError(error)
        failed = true
        return undefined
      }
    },
  }
}
