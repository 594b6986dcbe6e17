/** The limits of a rate limit: one, or several that are decided as one. */
import { KeyedRateLimiter } from '@spillway/core'
import type { HttpOptions } from './options.ts'
import { checkName } from './options.ts'

/** How much a caller may take in which time. */
export interface RateOptions {
  /** Units per window and caller; integer >= 0. 0 refuses everything. */
  readonly limit: number
  /** Length of the window; 1 ms to 366 days, default a minute. */
  readonly windowMs?: number
  /** Units that may come at once after a pause; integer >= 1, default `limit`. */
  readonly burst?: number
  /** Who exceeds the limit is refused everything for so long; default 0. */
  readonly blockMs?: number
  /** Callers that are known exactly; default 1,000,000. Beyond it memory stays bounded and nobody is forgiven. */
  readonly maxKeys?: number
}

/** One limit of several. */
export interface QuotaOptions<Req> extends RateOptions {
  /** Tells it from the others, in headers and problem documents; only printable ASCII is sent. */
  readonly name: string
  /**
   * Whose quota a request counts against here; `undefined`, or a fault, means that this limit has nothing to do with it. Default:
   * the caller, as everywhere.
   */
  readonly keyGenerator?: (req: Req) => string | number | undefined
}

/** The most limits that are decided as one. */
const maxLimits = 16

/** The limits that the options describe, checked as far as a single limit cannot be. Throws a TypeError or RangeError. */
export function limitsOf<Req>(
  owner: string,
  options: HttpOptions<Req> & Partial<RateOptions> & { readonly limits?: readonly QuotaOptions<Req>[] },
): readonly QuotaOptions<Req>[] {
  const { limit, windowMs, burst, blockMs, maxKeys, limits } = options
  if (limits === undefined) {
    const rest = Object.entries({ windowMs, burst, blockMs, maxKeys }).filter(([, value]) => value !== undefined)
    return [{ name: checkName(owner, options, 'rate'), limit: limit as number, ...Object.fromEntries(rest) }]
  }
  if ([limit, windowMs, burst, blockMs, maxKeys].some((value) => value !== undefined)) {
    throw new TypeError(`${owner}: options "limits" and "limit", with what belongs to it, exclude each other`)
  }
  if (!Array.isArray(limits) || limits.length === 0 || limits.length > maxLimits) {
    throw new RangeError(`${owner}: option "limits" must be a list of 1 to ${maxLimits} limits`)
  }
  const named = (limits as readonly QuotaOptions<Req>[]).map((each) => ({ ...each, name: nameOf(owner, each) }))
  if (new Set(named.map(({ name }) => name)).size < named.length) {
    throw new TypeError(`${owner}: option "limits" must give each limit a name of its own`)
  }
  return named
}

function nameOf(owner: string, limit: Partial<QuotaOptions<never>>): string {
  if (typeof limit === 'object' && limit !== null && limit.name !== undefined) return checkName(owner, limit, '')
  throw new TypeError(`${owner}: option "limits" must give each limit a name`)
}

/** The limiter of one limit; unknown names and bad figures are its to complain about. */
export function createLimiter<Req>({ keyGenerator, windowMs = 60_000, ...rate }: QuotaOptions<Req>): KeyedRateLimiter {
  const { name } = rate
  const by =
    keyGenerator === undefined
      ? {}
      : { by: (ticket: { keys: Readonly<Record<string, string>> | undefined }) => ticket.keys?.[name] }
  return new KeyedRateLimiter({ ...rate, windowMs, ...by })
}
