/** How to read the requests of Nest: those of Express, of Fastify and of node:http. */
import type { IncomingMessage } from 'node:http'
import type { Reader } from '@spillway/http'
import { nodeReader } from '@spillway/http/node'

/** What is looked at; which of it is there depends on the platform. */
type AnyRequest = IncomingMessage & { readonly ip?: string; readonly raw?: IncomingMessage }

/** The request of node:http below a platform's own. */
export function rawRequest(req: object): object {
  return (req as AnyRequest).raw ?? req
}

/** Believes about addresses what the platform was told: `trust proxy` of Express, `trustProxy` of Fastify. */
const platformReader: Reader<never> = {
  method: (req: AnyRequest) => req.method ?? 'GET',
  url: (req: AnyRequest) => nodeReader.url(req),
  header: (req: AnyRequest, name) => nodeReader.header(req, name),
  peerAddress(req: AnyRequest) {
    try {
      return req.ip ?? nodeReader.peerAddress(req)
    } catch {
      return undefined // a `trust proxy` function of the user's that throws
    }
  },
}

/** For the option `trustProxy`, which looks at the headers itself and must not see what was made of them already. */
const socketReader: Reader<never> = {
  ...platformReader,
  peerAddress(req: AnyRequest) {
    const socket = nodeReader.peerAddress(req.raw ?? req)
    return socket ?? req.ip
  },
}

/** The reader that goes with the options. */
export function readerFor<Req>(options: { readonly trustProxy?: unknown }): Reader<Req> {
  return options.trustProxy === undefined ? platformReader : socketReader
}

/**
 * The same, for refusals that become exceptions: Nest leaves the body out of answers to `HEAD` by itself, and must be given it, for its
 * length is told all the same.
 */
export function callReaderFor<Req>(options: { readonly trustProxy?: unknown }): Reader<Req> {
  return { ...readerFor<Req>(options), method: () => 'GET' }
}
