/** Refusals in the way of Express. */
import type { Rejection } from '@spillway/core'
import type { HandlerOption, HttpPolicy, Refusal } from '@spillway/http'
import { createNodeGuard, refuseWith } from '@spillway/http/node'
import type { NodeGuard } from '@spillway/http/node'
import type { NextFunction, Request, Response } from 'express'

/** Answers a refusal: `(req, res) => res.json({ tryAgain: res.get('Retry-After') })`. */
export type RefusalHandler = (
  ...args: [req: Request, res: Response, next: NextFunction, refusal: Refusal, rejection: Rejection]
) => unknown

/** The option `handler` of every middleware. */
export type RefusalOptions = HandlerOption<RefusalHandler>

/** The guard of a policy, refusing in the user's own words where there are any. */
export function guardOf(policy: HttpPolicy<Request>, handler: RefusalHandler | undefined): NodeGuard<Request> {
  if (handler === undefined) return createNodeGuard(policy)
  return createNodeGuard(
    policy,
    refuseWith(({ request, res, next, refusal, rejection }) =>
      // Express has made a Response of it before any middleware runs.
      handler(request, res as Response, next, refusal, rejection),
    ),
  )
}
