/** Overload control, as Koa middleware. */
import type { OverloadControl } from '@spillway/core'
import { createOverloadPolicy, overloadHandle, takeHandler } from '@spillway/http'
import type { OverloadControlOptions, OverloadHandle, OverloadPolicy } from '@spillway/http'
import { nodeEnvironment } from '@spillway/node'
import type { Context, Middleware, Next } from 'koa'
import { readerFor } from './reader.ts'
import { guardOf, type RefusalHandler, type RefusalOptions } from './refusal.ts'

/** Middleware with its handle. */
export type OverloadControlHandler = Middleware &
  OverloadHandle & { readonly policy: OverloadPolicy<Context, OverloadControl> }

/**
 * Lets in what the process can serve well and answers the rest with 503, at once and by priority. Needs no figures: it learns them.
 * Mount it before everything that costs something. In front of the whole app `protect(app.callback())` refuses more cheaply.
 * Throws a TypeError or RangeError for bad options.
 *
 * `app.use(overloadControl())`
 */
export function overloadControl(
  options: OverloadControlOptions<Context> & RefusalOptions = {},
): OverloadControlHandler {
  const { handler, rest } = takeHandler<RefusalHandler, typeof options>('overloadControl', options)
  const policy = createOverloadPolicy(readerFor(rest), nodeEnvironment(), rest)
  const pass = guardOf(policy, handler)
  return Object.assign(
    function overloadControlMiddleware(ctx: Context, next: Next): Promise<unknown> {
      return pass(ctx, next)
    },
    { policy, ...overloadHandle(policy.control) },
  )
}
