/** A bound on what runs at once, as Hono middleware. */
import { concurrencyLimitHandle, createConcurrencyPolicy, takeHandler } from '@spillway/http'
import type { ConcurrencyLimitHandle, ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http'
import type { Context, MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { environmentOf, type EnvironmentOption } from './environment.ts'
import { guardOf } from './guard.ts'
import { honoReader } from './reader.ts'
import type { RefusalHandler, RefusalOptions } from './refusal.ts'

/** Options of {@link concurrencyLimit}. */
export interface ConcurrencyLimitMiddlewareOptions
  extends ConcurrencyLimitOptions<Context>, RefusalOptions, EnvironmentOption {}

/** Middleware, and the means to look at it and change it while it runs. */
export type ConcurrencyLimitHandler = MiddlewareHandler &
  ConcurrencyLimitHandle & { readonly policy: ConcurrencyLimitPolicy<Context> }

/**
 * Lets `limit` requests run at once and `maxQueue` wait, and answers the others with 503. A request runs until its handler has
 * given its whole answer, the end of a stream included, or its client has left. For resources whose size is known; where the right
 * number is not known use {@link overloadControl}. Throws a TypeError or RangeError for bad options.
 *
 * `app.get('/report', concurrencyLimit({ limit: 4, maxQueue: 20 }), report)`
 */
export function concurrencyLimit(options: ConcurrencyLimitMiddlewareOptions): ConcurrencyLimitHandler {
  const { environment: given, ...others } = options
  const environment = environmentOf('concurrencyLimit', given)
  const { handler, rest } = takeHandler<RefusalHandler, typeof others>('concurrencyLimit', others)
  const policy = createConcurrencyPolicy(honoReader, environment, rest)
  const pass = guardOf(policy, { handler, environment })
  return Object.assign(
    createMiddleware(function concurrencyLimitMiddleware(c, next) {
      return pass(c, next)
    }),
    { policy, ...concurrencyLimitHandle(policy) },
  )
}
