/** A quota for each caller, as Express middleware. */
import { createRateLimitPolicy, exposingQuota, rateLimitHandle, takeHandler, takeQuotaName } from '@spillway/http'
import type { QuotaNameOption, RateLimitHandle, RateLimitInfo, RateLimitOptions, RateLimitPolicy } from '@spillway/http'
import { createConnectGuard } from '@spillway/http/node'
import { nodeEnvironment } from '@spillway/node'
import type { Request, RequestHandler } from 'express'
import { readerFor } from './reader.ts'
import type { RefusalHandler, RefusalOptions } from './refusal.ts'

declare global {
  // The namespace is how Express wants to be extended.
  namespace Express {
    interface Request {
      /** What is left to the caller of the last `rateLimit()` that let the request in. */
      rateLimit?: RateLimitInfo
    }
  }
}

/** Options of {@link rateLimit}. */
export interface RateLimitMiddlewareOptions extends RateLimitOptions<Request>, RefusalOptions, QuotaNameOption {}

/** Middleware, and the means to look at it and change it while it runs. */
export type RateLimitHandler = RequestHandler & RateLimitHandle & { readonly policy: RateLimitPolicy<Request> }

/**
 * Lets each caller take `limit` requests per `windowMs`, and answers the others with 429. Callers are told apart by their address, as
 * `trust proxy` makes it out, unless `keyGenerator` says otherwise. Sets `req.rateLimit`. To bound what runs at once use
 * {@link concurrencyLimit}. Throws a TypeError or RangeError for bad options.
 *
 * `app.use('/api', rateLimit({ limit: 100, windowMs: 60_000 }))`
 */
export function rateLimit(options: RateLimitMiddlewareOptions): RateLimitHandler {
  const { quotaName, rest: others } = takeQuotaName(options)
  const { handler, rest } = takeHandler<RefusalHandler, typeof others>('rateLimit', others)
  const environment = nodeEnvironment()
  const policy = exposingQuota(createRateLimitPolicy(readerFor(rest), environment, rest), {
    expose: (req, info) => void Reflect.set(req, quotaName, info),
    refused: handler !== undefined || rest.mode === 'error',
  })
  const guard = createConnectGuard(policy, handler)
  return Object.assign(
    function rateLimitMiddleware(...[req, res, next]: Parameters<RequestHandler>): void {
      guard(req, res, next)
    },
    { policy, ...rateLimitHandle(policy, environment.clock) },
  )
}
