/** `rateLimit()` of express-rate-limit 8. */
import { onResponseDone } from '@spillway/http/node'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { checkLimit, createConfig } from './config.ts'
import type { Config } from './config.ts'
import {
  setDraft6Headers,
  setDraft7Headers,
  setDraft8Headers,
  setLegacyHeaders,
  setRetryAfterHeader,
} from './headers.ts'
import { Refund } from './refund.ts'
import type { ClientRateLimitInfo, Options, RateLimitInfo, RateLimitRequestHandler, Store } from './types.ts'

/**
 * Lets each caller have `limit` requests per `windowMs` and answers the others with 429: express-rate-limit 8 under another import, with
 * its options, headers, stores and `req.rateLimit`. For what it cannot do (costs, burst, GCRA by default, updates at run time) use
 * `rateLimit` of `@spillway/express`. Throws a TypeError or RangeError for options that cannot work.
 *
 * `app.use(rateLimit({ windowMs: 60_000, limit: 100 }))`
 */
export function rateLimit(passedOptions: Partial<Options> = {}): RateLimitRequestHandler {
  const config = createConfig(passedOptions)
  const { store, options } = config
  initialize(store, options)
  const decides = decider(config)
  async function rateLimitMiddleware(request: Request, response: Response, next: NextFunction): Promise<void> {
    let isAdmitted: boolean
    try {
      isAdmitted = await decides(request, response, next)
    } catch (error) {
      return next(toError(error))
    }
    if (isAdmitted) next()
  }
  return Object.assign(rateLimitMiddleware as RequestHandler, {
    resetKey: resetter(config),
    getKey: store.get === undefined ? cannotGet : store.get.bind(store),
  })
}

/** What Express takes for an error: nothing, and text like `route`, would let the request pass. */
function toError(thrown: unknown): object {
  if (typeof thrown === 'object' && thrown !== null) return thrown
  return new Error(`rateLimit: something failed with ${String(thrown)} instead of an error`)
}

/** Whoever awaits it is told when it fails; where nobody does it is logged. */
function resetter({ store, options }: Config): (key: string) => Promise<void> | void {
  return (key) => {
    const done = store.resetKey(key)
    done?.then(undefined, (error: unknown) =>
      options.logger.error(error, 'express-rate-limit: error from store during resetKey.'),
    )
    return done
  }
}

function cannotGet(): never {
  throw new Error('rateLimit: the store cannot tell what a key has taken, for it has no get()')
}

function initialize(store: Store, options: Options): void {
  const { logger } = options
  // The words of express-rate-limit, for whoever looks for them in logs.
  try {
    const done = store.init?.(options)
    done?.then(undefined, (error: unknown) =>
      logger.error(error, 'express-rate-limit: async error during store initialization.'),
    )
  } catch (error) {
    logger.error(error, 'express-rate-limit: error during store initialization.')
  }
}

type Decide = (request: Request, response: Response, next: NextFunction) => Promise<boolean>

/** True for what may go on; false for what was answered. */
function decider(config: Config): Decide {
  const { options, validations } = config
  const isRefunding = options.skipFailedRequests || options.skipSuccessfulRequests
  return async (request, response, next) => {
    // Before anything is awaited: nothing is heard of a client that has left.
    const refund = isRefunding ? new Refund(config, request, response) : undefined
    if (refund !== undefined) onResponseDone(request, response, refund)
    if (await options.skip(request, response)) return true
    const key = await options.keyGenerator(request, response)
    const counted = await count(config, key)
    if (counted === undefined) return true
    refund?.counted({ key, resetTime: counted.resetTime })
    validations.positiveHits(counted.totalHits)
    validations.singleCount(request, config.store, key)
    const limit = checkLimit(
      typeof options.limit === 'function' ? await options.limit(request, response) : options.limit,
    )
    validations.limit(limit)
    const info = expose(request, options, { limit, key, ...counted })
    await sendQuota(config, request, response, info)
    if (info.used <= limit) return true
    await refuse(config, info, { request, response, next })
    return false
  }
}

/** Nothing when the store failed and requests are to pass then. */
async function count({ options, calls }: Config, key: string): Promise<ClientRateLimitInfo | undefined> {
  try {
    return await calls.increment(key)
  } catch (error) {
    if (!options.passOnStoreError) throw error
    options.logger.error(error, 'express-rate-limit: error from store, allowing request without rate-limiting.')
    return undefined
  }
}

function expose(
  request: Request,
  { requestPropertyName }: Options,
  { limit, totalHits, resetTime, key }: ClientRateLimitInfo & { readonly limit: number; readonly key: string },
): RateLimitInfo {
  const info = { limit, used: totalHits, remaining: Math.max(limit - totalHits, 0), resetTime, key }
  // Its name in older versions, not to be seen when the object is printed or compared.
  Object.defineProperty(info, 'current', { value: totalHits })
  Reflect.set(request, requestPropertyName, info)
  return info
}

async function sendQuota(config: Config, request: Request, response: Response, info: RateLimitInfo): Promise<void> {
  const { options, draft, validations, wallTime } = config
  const { windowMs, identifier, partitionKeySecret: secret } = options
  if (options.legacyHeaders) setLegacyHeaders(response, info)
  if (draft === 'draft-6') setDraft6Headers(response, info, windowMs, wallTime)
  if (draft !== 'draft-7' && draft !== 'draft-8') return
  validations.headersResetTime(info.resetTime)
  if (draft === 'draft-7') return setDraft7Headers(response, info, windowMs, wallTime)
  const name = typeof identifier === 'function' ? await identifier(request, response) : identifier
  setDraft8Headers(response, info, windowMs, name, { key: info.key, secret, wallTime })
}

interface Exchange {
  readonly request: Request
  readonly response: Response
  readonly next: NextFunction
}

async function refuse({ options, draft, wallTime }: Config, info: RateLimitInfo, exchange: Exchange): Promise<void> {
  const { request, response, next } = exchange
  const { legacyHeaders, retryAfter, windowMs } = options
  if (legacyHeaders || draft !== false) {
    const seconds = typeof retryAfter === 'function' ? await retryAfter(request, response) : retryAfter
    setRetryAfterHeader(response, info, windowMs, { seconds, wallTime })
  }
  await options.handler(request, response, next, options)
}
