/** A bound on what runs at once, as Koa middleware. */
import { concurrencyLimitHandle, createConcurrencyPolicy, takeHandler } from '@spillway/http'
import type { ConcurrencyLimitHandle, ConcurrencyLimitOptions, ConcurrencyLimitPolicy } from '@spillway/http'
import { nodeEnvironment } from '@spillway/node'
import type { Context, Middleware, Next } from 'koa'
import { koaReader } from './reader.ts'
import { guardOf, type RefusalHandler, type RefusalOptions } from './refusal.ts'

/** Middleware, and the means to look at it and change it while it runs. */
export type ConcurrencyLimitHandler = Middleware &
  ConcurrencyLimitHandle & { readonly policy: ConcurrencyLimitPolicy<Context> }

/**
 * Lets `limit` requests run at once and `maxQueue` wait, and answers the others with 503. A request runs until its whole answer was
 * given, the end of a stream included, or its client has left. For resources whose size is known; where the right number is not known use
 * {@link overloadControl}. Throws a TypeError or RangeError for bad options.
 *
 * `router.get('/report', concurrencyLimit({ limit: 4, maxQueue: 20 }), report)`
 */
export function concurrencyLimit(options: ConcurrencyLimitOptions<Context> & RefusalOptions): ConcurrencyLimitHandler {
  const { handler, rest } = takeHandler<RefusalHandler, typeof options>('concurrencyLimit', options)
  const policy = createConcurrencyPolicy(koaReader, nodeEnvironment(), rest)
  const pass = guardOf(policy, handler)
  return Object.assign(
    function concurrencyLimitMiddleware(ctx: Context, next: Next): Promise<unknown> {
      return pass(ctx, next)
    },
    { policy, ...concurrencyLimitHandle(policy) },
  )
}
