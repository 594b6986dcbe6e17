/** Refusals in the user's own words: the option `handler` of adapters whose responses are those of node:http. */
import { toHeadersBesideBody } from '../refusal/header-list.ts'
import type { ServerResponse } from 'node:http'
import type { HttpPolicy, RefusalDetails } from '../policy.ts'
import { createNodeGuard } from './guard.ts'
import type { Next, NodeGuard, Refused, RefuseHook } from './guard.ts'
import { defaultLinger } from './linger.ts'
import { closeAfterRefusal } from './write-refusal.ts'

/**
 * Makes a hook of what the user wants done with refusals. Status and headers are set before, all but those that describe the body. What
 * `handle` throws, or rejects with, goes to `next`; it is not told of clients that have left.
 */
export function refuseWith<Req>(handle: (refused: Refused<Req>) => unknown): RefuseHook<Req> {
  return (refused) => {
    const { res, next, rejection } = refused
    if (rejection.reason === 'cancelled' || res.headersSent) return
    setRefusal(refused)
    try {
      const result = handle(refused)
      if (result instanceof Promise) void result.then(undefined, next)
    } catch (error) {
      next(error)
    }
  }
}

/** Sets status and headers of a refusal on its response, all but those that describe the body. */
function setRefusal({ res, refusal }: Pick<Refused<never>, 'res' | 'refusal'>): void {
  const { status, headers } = refusal
  res.statusCode = status
  for (const [name, value] of Object.entries(toHeadersBesideBody(headers))) res.setHeader(name, value)
  closeAfterRefusal(res.req, res, defaultLinger)
}

/** Answers a refusal in place of the policy, called as connect-style middleware is. */
export type ConnectHandler<Req, Res extends ServerResponse> = (
  req: Req,
  res: Res,
  next: Next,
  details: RefusalDetails,
) => unknown

/** The guard of a policy where middleware is called with request, response and `next`; refuses by `handler` where there is one. */
export function createConnectGuard<Req, Res extends ServerResponse>(
  policy: HttpPolicy<Req>,
  handler: ConnectHandler<Req, Res> | undefined,
): NodeGuard<Req> {
  if (handler === undefined) return createNodeGuard(policy)
  // Frameworks of this kind dress the response before any middleware runs.
  return createNodeGuard(
    policy,
    refuseWith((refused) => handler(refused.request, refused.res as Res, refused.next, refused)),
  )
}
