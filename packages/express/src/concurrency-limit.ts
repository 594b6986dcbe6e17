/** A bound on what runs at once, as Express middleware. */
import { concurrencyLimitHandle, createConcurrencyPolicy, takeHandler } from '@spillway/http'
import type { ConcurrencyLimitHandle, ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http'
import { createConnectGuard } from '@spillway/http/node'
import { nodeEnvironment } from '@spillway/node'
import type { Request, RequestHandler } from 'express'
import { expressReader } from './reader.ts'
import type { RefusalHandler, RefusalOptions } from './refusal.ts'

/** Middleware, and the means to look at it and change it while it runs. */
export type ConcurrencyLimitHandler = RequestHandler &
  ConcurrencyLimitHandle & { readonly policy: ConcurrencyLimitPolicy<Request> }

/**
 * Lets `limit` requests run at once and `maxQueue` wait, and answers the others with 503. A request runs until its handler has
 * given its whole answer, or its client has left. For resources whose size is known; where the right number is not known use
 * {@link overloadControl}. Throws a TypeError or RangeError for bad options.
 *
 * `app.get('/report', concurrencyLimit({ limit: 4, maxQueue: 20 }), report)`
 */
export function concurrencyLimit(options: ConcurrencyLimitOptions<Request> & RefusalOptions): ConcurrencyLimitHandler {
  const { handler, rest } = takeHandler<RefusalHandler, typeof options>('concurrencyLimit', options)
  const policy = createConcurrencyPolicy(expressReader, nodeEnvironment(), rest)
  const guard = createConnectGuard(policy, handler)
  return Object.assign(
    function concurrencyLimitMiddleware(...[req, res, next]: Parameters<RequestHandler>): void {
      guard(req, res, next)
    },
    { policy, ...concurrencyLimitHandle(policy) },
  )
}
