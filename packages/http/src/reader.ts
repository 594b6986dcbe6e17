/** How to read a request of one framework: the only thing that differs between adapters on the way in. */

/**
 * Static accessors to a framework's request, so that no wrapper is made per request. All of them must be cheap and must not
 * throw, whatever the client sent and even when its socket is gone already.
 */
export interface Reader<Req> {
  /** The method as sent, in upper case. */
  method(req: Req): string
  /** The original URL (path and query), undisturbed by mounting: what came in the request line. */
  url(req: Req): string
  /** The peer of the socket, or what the framework was told to trust; `undefined` when unknown, as after a disconnect. */
  peerAddress(req: Req): string | undefined
  /** The value of one header, its lines joined by `, `; `lowerCaseName` is in lower case. */
  header(req: Req, lowerCaseName: string): string | undefined
}
