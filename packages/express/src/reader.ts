/** How to read an Express request. */
import type { Reader } from '@spillway/http'
import { nodeReader } from '@spillway/http/node'
import type { Request } from 'express'

/** Believes about addresses what the app's setting `trust proxy` says, and sees URLs as they came, wherever it is mounted. */
export const expressReader: Reader<Request> = { ...nodeReader, peerAddress: trustedAddress }

/** For the option `trustProxy`, which looks at the headers itself and must not see what was made of them already. */
const socketReader: Reader<Request> = nodeReader

/** The reader that goes with the options. */
export function readerFor(options: { readonly trustProxy?: unknown }): Reader<Request> {
  return options.trustProxy === undefined ? expressReader : socketReader
}

function trustedAddress(req: Request): string | undefined {
  // why: working `req.ip` out costs several times the rest of a decision, and where nobody is trusted it is the socket's.
  const trust: unknown = (req as Partial<Request>).app?.get('trust proxy')
  if (trust === undefined || trust === false) return nodeReader.peerAddress(req)
  try {
    return req.ip ?? nodeReader.peerAddress(req)
  } catch {
    return nodeReader.peerAddress(req) // a `trust proxy` function of the user's that throws
  }
}
