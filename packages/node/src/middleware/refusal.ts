/** Refusals in the way of bare `node:http`: connect-style middleware, and a hook for refusals in one's own words. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HandlerOption, HttpPolicy, RefusalDetails } from '@spillway/http'
import { createNodeGuard, refuseWith, type Next, type NodeGuard } from '@spillway/http/node'

/** Middleware without a framework: answers, or calls `next`. */
export type NodeMiddleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void

/** Answers a refusal: `(req, res) => res.end('later')`. */
export type RefusalHandler = (req: IncomingMessage, res: ServerResponse, next: Next, details: RefusalDetails) => unknown

/** The option `handler` of every middleware. */
export type RefusalOptions = HandlerOption<RefusalHandler>

/** The guard of a policy, refusing in the user's own words where there are any. */
export function guardOf(
  policy: HttpPolicy<IncomingMessage>,
  handler: RefusalHandler | undefined,
): NodeGuard<IncomingMessage> {
  if (handler === undefined) return createNodeGuard(policy)
  return createNodeGuard(
    policy,
    refuseWith((refused) => handler(refused.request, refused.res, refused.next, refused)),
  )
}
