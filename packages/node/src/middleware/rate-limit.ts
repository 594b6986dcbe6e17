/** A quota for each caller, for bare `node:http`. */
import type { IncomingMessage } from 'node:http'
import { createRateLimitPolicy, exposingQuota, rateLimitHandle, takeHandler, takeQuotaName } from '@spillway/http'
import type { QuotaNameOption, RateLimitHandle, RateLimitInfo, RateLimitOptions, RateLimitPolicy } from '@spillway/http'
import { createConnectGuard, nodeReader } from '@spillway/http/node'
import { nodeEnvironment } from '../environment.ts'
import type { NodeMiddleware, RefusalHandler, RefusalOptions } from './refusal.ts'

declare module 'node:http' {
  interface IncomingMessage {
    /** What is left to the caller of the last `rateLimit()` that let the request in. */
    rateLimit?: RateLimitInfo
  }
}

/** Options of {@link rateLimit}. */
export interface RateLimitMiddlewareOptions
  extends RateLimitOptions<IncomingMessage>, RefusalOptions, QuotaNameOption {}

/** Middleware, and the means to look at it and change it while it runs. */
export type RateLimitHandler = NodeMiddleware & RateLimitHandle & { readonly policy: RateLimitPolicy<IncomingMessage> }

/**
 * Lets each caller take `limit` requests per `windowMs`, and answers the others with 429. Callers are told apart by the address of their
 * socket, unless `trustProxy` or `keyGenerator` say otherwise. Sets `req.rateLimit`. To bound what runs at once use
 * {@link concurrencyLimit}. Throws a TypeError or RangeError for bad options.
 *
 * `createServer((req, res) => limit(req, res, () => handle(req, res)))`
 */
export function rateLimit(options: RateLimitMiddlewareOptions): RateLimitHandler {
  const { quotaName, rest: others } = takeQuotaName(options)
  const { handler, rest } = takeHandler<RefusalHandler, typeof others>('rateLimit', others)
  const environment = nodeEnvironment()
  const policy = exposingQuota(createRateLimitPolicy(nodeReader, environment, rest), {
    expose: (req, info) => void Reflect.set(req, quotaName, info),
    refused: handler !== undefined || rest.mode === 'error',
  })
  return Object.assign(createConnectGuard(policy, handler), { policy, ...rateLimitHandle(policy, environment.clock) })
}
