/** A quota for each caller, as Koa middleware. */
import { createRateLimitPolicy, exposingQuota, rateLimitHandle, takeHandler, takeQuotaName } from '@spillway/http'
import type { QuotaNameOption, RateLimitHandle, RateLimitInfo, RateLimitOptions, RateLimitPolicy } from '@spillway/http'
import { nodeEnvironment } from '@spillway/node'
import type { Context, Middleware, Next } from 'koa'
import { readerFor } from './reader.ts'
import { guardOf, type RefusalHandler, type RefusalOptions } from './refusal.ts'

declare module 'koa' {
  interface DefaultState {
    /** What is left to the caller of the last `rateLimit()` that let the request in. */
    rateLimit?: RateLimitInfo
  }
}

/** Options of {@link rateLimit}; the quota is put on `ctx.state`. */
export interface RateLimitMiddlewareOptions extends RateLimitOptions<Context>, RefusalOptions, QuotaNameOption {}

/** Middleware, and the means to look at it and change it while it runs. */
export type RateLimitHandler = Middleware & RateLimitHandle & { readonly policy: RateLimitPolicy<Context> }

/**
 * Lets each caller take `limit` requests per `windowMs`, and answers the others with 429. Callers are told apart by `ctx.ip`, as `app.proxy`
 * makes it out, unless `keyGenerator` says otherwise. Sets `ctx.state.rateLimit`. To bound what runs at once use
 * {@link concurrencyLimit}. Throws a TypeError or RangeError for bad options.
 *
 * `app.use(rateLimit({ limit: 100, windowMs: 60_000 }))`
 */
export function rateLimit(options: RateLimitMiddlewareOptions): RateLimitHandler {
  const { quotaName, rest: others } = takeQuotaName(options)
  const { handler, rest } = takeHandler<RefusalHandler, typeof others>('rateLimit', others)
  const environment = nodeEnvironment()
  const policy = exposingQuota(createRateLimitPolicy(readerFor(rest), environment, rest), {
    expose: (ctx, info) => void Reflect.set(ctx.state, quotaName, info),
    refused: handler !== undefined || rest.mode === 'error',
  })
  const pass = guardOf(policy, handler)
  return Object.assign(
    function rateLimitMiddleware(ctx: Context, next: Next): Promise<unknown> {
      return pass(ctx, next)
    },
    { policy, ...rateLimitHandle(policy, environment.clock) },
  )
}
