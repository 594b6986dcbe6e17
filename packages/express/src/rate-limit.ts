/** A quota for each caller, as Express middleware. */
import { createRateLimitPolicy, rateLimitHandle } from '@spillway/http'
import type { HttpTicket, RateLimitHandle, RateLimitInfo, RateLimitOptions, RateLimitPolicy } from '@spillway/http'
import { guardNode } from '@spillway/http/node'
import { nodeEnvironment } from '@spillway/node'
import type { Request, RequestHandler } from 'express'
import { readerFor } from './reader.ts'

declare global {
  // The namespace is how Express wants to be extended.
  namespace Express {
    interface Request {
      /** What is left to the caller of the last `rateLimit()` that let the request in. */
      rateLimit?: RateLimitInfo
    }
  }
}

/** Middleware, and the means to look at it and change it while it runs. */
export type RateLimitHandler = RequestHandler & RateLimitHandle & { readonly policy: RateLimitPolicy<Request> }

/**
 * Lets each caller take `limit` requests per `windowMs`, and answers the others with 429. Callers are told apart by their address, as
 * `trust proxy` makes it out, unless `keyGenerator` says otherwise. Sets `req.rateLimit`. To bound what runs at once use
 * {@link concurrencyLimit}. Throws a TypeError or RangeError for bad options.
 *
 * `app.use('/api', rateLimit({ limit: 100, windowMs: 60_000 }))`
 */
export function rateLimit(options: RateLimitOptions<Request>): RateLimitHandler {
  const environment = nodeEnvironment()
  const policy = exposingQuota(createRateLimitPolicy(readerFor(options), environment, options))
  return Object.assign(
    function rateLimitMiddleware(...[req, res, next]: Parameters<RequestHandler>): void {
      guardNode(policy, req, res, next)
    },
    { policy, ...rateLimitHandle(policy, environment.clock) },
  )
}

/** Puts the quota on the request at the moment it is let in, which is when its headers are asked for. */
function exposingQuota(policy: RateLimitPolicy<Request>): RateLimitPolicy<Request> {
  const admitHeaders = policy.admitHeaders.bind(policy)
  return Object.assign(policy, {
    admitHeaders(ticket: HttpTicket<Request>): readonly string[] | undefined {
      const info = policy.info(ticket)
      if (info !== undefined) ticket.req.rateLimit = info
      return admitHeaders(ticket)
    },
  })
}
