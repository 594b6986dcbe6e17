/** The headers of express-rate-limit, as it writes them; what it gets wrong is put right. */
import { systemWallTime } from '@spillway/core'
import type { WallTime } from '@spillway/core'
import { createQuotaHeaders, sfInteger, sfString, toSeconds } from '@spillway/http'
import type { HeadersDraft, QuotaHeaders } from '@spillway/http'
import type { Response } from 'express'
import { partitionKey } from './partition-key.ts'
import type { RateLimitInfo } from './types.ts'

/** For `X-RateLimit-Reset` instants are told from the epoch on. */
const sinceEpoch: WallTime = (ms) => new Date(ms)
const legacy = writerOf(false, true)
const draft6 = writerOf('draft-6', false)
const draft7 = writerOf('draft-7', false)

function writerOf(standardHeaders: HeadersDraft | false, legacyHeaders: boolean): QuotaHeaders {
  // Undefined only where nothing is to be written.
  return createQuotaHeaders({ standardHeaders, legacyHeaders, wallTime: sinceEpoch }) as QuotaHeaders
}

/** Milliseconds to the end of the window; all of it where the store cannot tell. */
function untilReset(info: RateLimitInfo, windowMs: number, wallTime: WallTime): number {
  return info.resetTime === undefined ? windowMs : Math.max(0, info.resetTime.getTime() - wallTime(0).getTime())
}

interface Written {
  readonly headers: QuotaHeaders
  readonly windowMs: number
  readonly resetMs: number
}

function write(response: Response, info: RateLimitInfo, { headers, windowMs, resetMs }: Written): void {
  const lines: string[] = []
  const { limit, remaining } = info
  headers(lines, [{ name: '', limit, remaining, windowMs, resetMs, nextMs: resetMs }])
  for (let i = 0; i < lines.length; i += 2) response.setHeader(lines[i] as string, lines[i + 1] as string)
}

/** `X-RateLimit-Limit`, `-Remaining`, and `-Reset` where the store can tell. Nothing once headers are sent. */
export function setLegacyHeaders(response: Response, info: RateLimitInfo): void {
  if (response.headersSent) return
  write(response, info, { headers: legacy, windowMs: 0, resetMs: info.resetTime?.getTime() ?? Infinity })
}

/** Who the headers speak of, and where the time is from. */
interface Named {
  /** The key, for `pk`; text, or what a careless `keyGenerator` returns. */
  readonly key: unknown
  readonly secret?: string | undefined
  readonly wallTime?: WallTime | undefined
}

/** Sets the headers of a draft. Nothing once headers are sent. */
type SetDraftHeaders = (response: Response, info: RateLimitInfo, windowMs: number, wallTime?: WallTime) => void

function setterOf(headers: QuotaHeaders): SetDraftHeaders {
  return (response, info, windowMs, wallTime = systemWallTime) => {
    if (response.headersSent) return
    write(response, info, { headers, windowMs, resetMs: untilReset(info, windowMs, wallTime) })
  }
}

/** `RateLimit-Policy`, `-Limit`, `-Remaining` and `-Reset` of draft 6. */
export const setDraft6Headers: SetDraftHeaders = setterOf(draft6)

/** `RateLimit` and `RateLimit-Policy` of draft 7. */
export const setDraft7Headers: SetDraftHeaders = setterOf(draft7)

/**
 * `RateLimit` and `RateLimit-Policy` of draft 8, added to those of limiters before this one. The name is sent as a string of RFC 9651:
 * it cannot become a parameter. Nothing once headers are sent.
 */
// oxlint-disable-next-line max-params -- the order of express-rate-limit
export function setDraft8Headers(
  response: Response,
  info: RateLimitInfo,
  windowMs: number,
  name: unknown,
  about: string | Named,
): void {
  if (response.headersSent) return
  const { key, secret, wallTime = systemWallTime } = typeof about === 'string' ? { key: about } : about
  const item = sfString(String(name))
  const seconds = toSeconds(untilReset(info, windowMs, wallTime))
  const policy = `q=${sfInteger(info.limit)}; w=${sfInteger(Math.max(1, toSeconds(windowMs)))}`
  response.append('RateLimit', `${item}; r=${sfInteger(info.remaining)}; t=${sfInteger(seconds)}`)
  response.append('RateLimit-Policy', `${item}; ${policy}; pk=:${partitionKey(key, secret)}:`)
}

/** What {@link setRetryAfterHeader} may be told besides. */
interface Advice {
  /** Instead of the time to the end of the window; used if it is a number from 0 on. */
  readonly seconds?: number | undefined
  readonly wallTime?: WallTime
}

/** `Retry-After` in whole seconds from 1 on, or as advised. Nothing once headers are sent. */
export function setRetryAfterHeader(
  response: Response,
  info: RateLimitInfo,
  windowMs: number,
  { seconds, wallTime = systemWallTime }: Advice = {},
): void {
  if (response.headersSent) return
  const isAdvice = typeof seconds === 'number' && seconds >= 0
  const wait = isAdvice ? Math.ceil(seconds) : Math.max(1, toSeconds(untilReset(info, windowMs, wallTime)))
  response.setHeader('Retry-After', sfInteger(wait))
}
