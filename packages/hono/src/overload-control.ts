/** Overload control, as Hono middleware. */
import type { OverloadControl } from '@spillway/core'
import { createOverloadPolicy, overloadHandle, takeHandler } from '@spillway/http'
import type { OverloadControlOptions, OverloadHandle, OverloadPolicy } from '@spillway/http'
import type { Context, MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { environmentOf, type EnvironmentOption } from './environment.ts'
import { guardOf } from './guard.ts'
import { honoReader } from './reader.ts'
import type { RefusalHandler, RefusalOptions } from './refusal.ts'

/** Options of {@link overloadControl}; none has to be set. */
export interface OverloadControlMiddlewareOptions
  extends OverloadControlOptions<Context>, RefusalOptions, EnvironmentOption {}

/** Middleware with its handle. */
export type OverloadControlHandler = MiddlewareHandler &
  OverloadHandle & { readonly policy: OverloadPolicy<Context, OverloadControl> }

/**
 * Lets in what the process can serve well and answers the rest with 503, at once and by priority. Needs no figures: it learns them.
 * Mount it before everything that costs something. Throws a TypeError or RangeError for bad options.
 *
 * `app.use(overloadControl())`
 */
export function overloadControl(options: OverloadControlMiddlewareOptions = {}): OverloadControlHandler {
  const { environment: given, ...others } = options
  const environment = environmentOf('overloadControl', given)
  const { handler, rest } = takeHandler<RefusalHandler, typeof others>('overloadControl', others)
  const policy = createOverloadPolicy(honoReader, environment, rest)
  const pass = guardOf(policy, { handler, environment })
  return Object.assign(
    createMiddleware(function overloadControlMiddleware(c, next) {
      return pass(c, next)
    }),
    { policy, ...overloadHandle(policy.control) },
  )
}
