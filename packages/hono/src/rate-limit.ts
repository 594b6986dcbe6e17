/** A quota for each caller, as Hono middleware. */
import { checkFunction } from '@spillway/core'
import { createRateLimitPolicy, exposingQuota, rateLimitHandle, takeHandler, takeQuotaName } from '@spillway/http'
import type { RateLimitHandle, RateLimitInfo, RateLimitOptions, RateLimitPolicy, Reader } from '@spillway/http'
import type { Context, MiddlewareHandler } from 'hono'
import { getRuntimeKey } from 'hono/adapter'
import { createMiddleware } from 'hono/factory'
import { environmentOf, type EnvironmentOption } from './environment.ts'
import { guardOf } from './guard.ts'
import { nodeResponseOf } from './node-response.ts'
import { honoReader, readerWith, type GetConnInfo } from './reader.ts'
import type { RefusalHandler, RefusalOptions } from './refusal.ts'

declare module 'hono' {
  interface ContextVariableMap {
    /** What is left to the caller of the last `rateLimit()` that let the request in. */
    rateLimit?: RateLimitInfo
  }
}

/** Options of {@link rateLimit}. */
export interface RateLimitMiddlewareOptions extends RateLimitOptions<Context>, RefusalOptions, EnvironmentOption {
  /**
   * The runtime's own `getConnInfo`, for the addresses of callers. Required outside of Node.js, unless `keyGenerator` or `trustProxy` says
   * who a caller is. When it fails the caller is `unknown`, a quota that all such callers share, and `onCallbackError` is told.
   */
  readonly getConnInfo?: GetConnInfo
  /** The context variable that holds the quota; default `rateLimit`. */
  readonly requestPropertyName?: string
}

/** Middleware, and the means to look at it and change it while it runs. */
export type RateLimitHandler = MiddlewareHandler & RateLimitHandle & { readonly policy: RateLimitPolicy<Context> }

/**
 * Lets each caller take `limit` requests per `windowMs`, and answers the others with 429. Callers are told apart by their address, unless
 * `keyGenerator` says otherwise. Sets `c.var.rateLimit`. To bound what runs at once use {@link concurrencyLimit}. Throws a TypeError or
 * RangeError for bad options, also where nothing would tell callers apart; on Node.js without `@hono/node-server` at the first request.
 *
 * `app.use('/api/*', rateLimit({ limit: 100, windowMs: 60_000, getConnInfo }))`
 */
export function rateLimit(options: RateLimitMiddlewareOptions): RateLimitHandler {
  const { quotaName, rest: own } = takeQuotaName(options)
  const { getConnInfo: _, environment: given, ...others } = own
  const environment = environmentOf('rateLimit', given)
  const { handler, rest } = takeHandler<RefusalHandler, typeof others>('rateLimit', others)
  const policy = exposingQuota(createRateLimitPolicy(readerOf(options), environment, rest), {
    expose: (c, info) => c.set(quotaName as 'rateLimit', info),
    refused: handler !== undefined || rest.mode === 'error',
  })
  const pass = guardOf(policy, { handler, environment })
  const isNamed = tellsApart(options)
  if (!isNamed && getRuntimeKey() !== 'node') throw namelessCallers()
  return Object.assign(
    createMiddleware(async function rateLimitMiddleware(c, next) {
      if (!isNamed && nodeResponseOf(c) === undefined) throw namelessCallers()
      return pass(c, next)
    }),
    { policy, ...rateLimitHandle(policy, environment.clock) },
  )
}

function readerOf({ getConnInfo, onCallbackError }: RateLimitMiddlewareOptions): Reader<Context> {
  if (getConnInfo === undefined) return honoReader
  return readerWith(checkFunction('rateLimit', 'getConnInfo', getConnInfo), (error) => {
    try {
      onCallbackError?.(error, 'getConnInfo')
    } catch {
      // A hook that fails has nobody left to tell.
    }
  })
}

/** Something else than the socket says who a caller is. */
function tellsApart({ getConnInfo, keyGenerator, trustProxy, limits }: RateLimitMiddlewareOptions): boolean {
  const everyLimit = limits?.every((limit) => limit.keyGenerator !== undefined) === true
  return (
    [getConnInfo, keyGenerator, trustProxy].some((option) => option !== undefined && option !== false) || everyLimit
  )
}

/** Never silently one quota for all. */
function namelessCallers(): TypeError {
  return new TypeError(
    'rateLimit: option "getConnInfo", "keyGenerator" or "trustProxy" must be given where callers have no address, or all would share one quota',
  )
}
