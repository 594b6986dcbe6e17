/** How to read a Koa context. */
import type { Reader } from '@spillway/http'
import { nodeReader } from '@spillway/http/node'
import type { Context } from 'koa'

/** Believes about addresses what `ctx.ip` says, so `app.proxy` and its kin decide whom to trust; sees URLs as they came, wherever it is mounted. */
export const koaReader: Reader<Context> = {
  method: (ctx) => nodeReader.method(ctx.req),
  url: (ctx) => ctx.originalUrl,
  peerAddress: trustedAddress,
  // why: `ctx.get` makes no difference between a header that is empty and one that is not there.
  header: (ctx, name) => nodeReader.header(ctx.req, name),
}

/** For the option `trustProxy`, which looks at the headers itself and must not see what was made of them already. */
const socketReader: Reader<Context> = { ...koaReader, peerAddress: (ctx) => nodeReader.peerAddress(ctx.req) }

/** The reader that goes with the options. */
export function readerFor(options: { readonly trustProxy?: unknown }): Reader<Context> {
  return options.trustProxy === undefined ? koaReader : socketReader
}

function trustedAddress(ctx: Context): string | undefined {
  try {
    return ctx.ip === '' ? undefined : ctx.ip // empty when the client has left
  } catch {
    return undefined // HTTP/2 throws when the session has lost its socket
  }
}
