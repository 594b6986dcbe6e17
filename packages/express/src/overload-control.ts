/** Overload control, as Express middleware. */
import type { OverloadControl } from '@spillway/core'
import { createOverloadPolicy, overloadHandle, takeHandler } from '@spillway/http'
import type { OverloadControlOptions, OverloadHandle, OverloadPolicy } from '@spillway/http'
import { createConnectGuard } from '@spillway/http/node'
import { nodeEnvironment } from '@spillway/node'
import type { Request, RequestHandler } from 'express'
import { readerFor } from './reader.ts'
import type { RefusalHandler, RefusalOptions } from './refusal.ts'

/** Middleware with its handle. */
export type OverloadControlHandler = RequestHandler &
  OverloadHandle & { readonly policy: OverloadPolicy<Request, OverloadControl> }

/**
 * Lets in what the process can serve well and answers the rest with 503, at once and by priority. Needs no figures: it learns them.
 * Mount it before everything that costs something. Where the app is yours from the start `protect` refuses more cheaply.
 * Throws a TypeError or RangeError for bad options.
 *
 * `app.use(overloadControl())`
 */
export function overloadControl(
  options: OverloadControlOptions<Request> & RefusalOptions = {},
): OverloadControlHandler {
  const { handler, rest } = takeHandler<RefusalHandler, typeof options>('overloadControl', options)
  const policy = createOverloadPolicy(readerFor(rest), nodeEnvironment(), rest)
  const guard = createConnectGuard(policy, handler)
  return Object.assign(
    function overloadControlMiddleware(...[req, res, next]: Parameters<RequestHandler>): void {
      guard(req, res, next)
    },
    { policy, ...overloadHandle(policy.control) },
  )
}
