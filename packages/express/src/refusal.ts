/** Refusals in the way of Express. */
import type { HandlerOption, HttpPolicy, RefusalDetails } from '@spillway/http'
import { createNodeGuard, refuseWith } from '@spillway/http/node'
import type { NodeGuard } from '@spillway/http/node'
import type { NextFunction, Request, Response } from 'express'

/** Answers a refusal: `(req, res) => res.json({ tryAgain: res.get('Retry-After') })`. */
export type RefusalHandler = (req: Request, res: Response, next: NextFunction, details: RefusalDetails) => unknown

/** The option `handler` of every middleware. */
export type RefusalOptions = HandlerOption<RefusalHandler>

/** The guard of a policy, refusing in the user's own words where there are any. */
export function guardOf(policy: HttpPolicy<Request>, handler: RefusalHandler | undefined): NodeGuard<Request> {
  if (handler === undefined) return createNodeGuard(policy)
  return createNodeGuard(
    policy,
    // Express has made a Response of it before any middleware runs.
    refuseWith((refused) => handler(refused.request, refused.res as Response, refused.next, refused)),
  )
}
