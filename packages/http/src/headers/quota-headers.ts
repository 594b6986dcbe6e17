/** Quotas as response headers, in each of the forms that clients in the field read. */
import type { Quota, WallTime } from '@spillway/core'
import { sfInteger, sfString, toSeconds } from './structured-field.ts'

/** A revision of draft-ietf-httpapi-ratelimit-headers. 8 and 10 look alike; 10 redefined `t`. */
export type HeadersDraft = 'draft-6' | 'draft-7' | 'draft-8' | 'draft-10'

/** Which headers are sent. */
export interface QuotaHeadersOptions {
  /** `RateLimit` and `RateLimit-Policy`. `true` is `draft-6`, as in express-rate-limit. */
  readonly standardHeaders: boolean | HeadersDraft
  /** `X-RateLimit-Limit`, `-Remaining` and `-Reset` (epoch seconds). */
  readonly legacyHeaders: boolean
  readonly wallTime: WallTime
}

/** Appends names and values of headers to `into`. */
export type QuotaHeaders = (into: string[], quotas: readonly Quota[]) => void

/** The writer of the chosen headers; `undefined` when none are to be sent. */
export function createQuotaHeaders(options: QuotaHeadersOptions): QuotaHeaders | undefined {
  const { standardHeaders, legacyHeaders, wallTime } = options
  const standard =
    standardHeaders === false ? undefined : writerOf(standardHeaders === true ? 'draft-6' : standardHeaders)
  if (!legacyHeaders) return standard
  return (into, quotas) => {
    standard?.(into, quotas)
    writeLegacy(into, strictest(quotas), wallTime)
  }
}

function writerOf(draft: HeadersDraft): QuotaHeaders {
  if (draft === 'draft-10') return structured((quota) => quota.nextMs)
  if (draft === 'draft-8') return structured((quota) => quota.resetMs)
  return draft === 'draft-7' ? writeDraft7 : writeDraft6
}

/** The quota that speaks where only one can: the one with the least left, then the one that takes longest to give more. */
export function strictest(quotas: readonly Quota[]): Quota | undefined {
  let strict = quotas[0]
  for (const quota of quotas) {
    if (strict === undefined || quota.remaining < strict.remaining) strict = quota
    else if (quota.remaining === strict.remaining && quota.nextMs > strict.nextMs) strict = quota
  }
  return strict
}

/**
 * One list member per quota. `t` is optional: it is left out when nothing is missing, or when nothing ever comes back.
 * Names and the line of policies are kept, because they hardly ever change (and per draft-10 should not).
 */
function structured(untilMs: (quota: Quota) => number): QuotaHeaders {
  let described: readonly Quota[] = []
  let policies = ''
  let names: readonly string[] = []
  return (into, quotas) => {
    if (quotas.length === 0) return
    if (!sameTerms(quotas, described)) {
      described = quotas
      names = quotas.map((quota) => sfString(quota.name))
      policies = quotas.map((quota, i) => policyItem(quota, String(names[i]))).join(', ')
    }
    let limits = ''
    for (let i = 0; i < quotas.length; i++) {
      const quota = quotas[i] as Quota
      limits += `${i === 0 ? '' : ', '}${names[i]};r=${sfInteger(quota.remaining)}${wait(untilMs(quota))}`
    }
    into.push('RateLimit-Policy', policies, 'RateLimit', limits)
  }
}

function sameTerms(quotas: readonly Quota[], others: readonly Quota[]): boolean {
  if (quotas.length !== others.length) return false
  for (let i = 0; i < quotas.length; i++) {
    const a = quotas[i] as Quota
    const b = others[i] as Quota
    if (a.limit !== b.limit || a.windowMs !== b.windowMs || a.name !== b.name) return false
  }
  return true
}

/** A quota without a window is one of places to run in. */
function policyItem(quota: Quota, name: string): string {
  const item = `${name};q=${sfInteger(quota.limit)}`
  if (quota.windowMs === 0) return `${item};qu="concurrent-requests"`
  return quota.windowMs < Infinity ? `${item};w=${windowSeconds(quota)}` : item
}

function wait(ms: number): string {
  return ms > 0 && ms < Infinity ? `;t=${sfInteger(toSeconds(ms))}` : ''
}

function writeDraft6(into: string[], quotas: readonly Quota[]): void {
  const quota = strictest(quotas)
  if (quota === undefined) return
  into.push('RateLimit-Policy', quotas.map(bareItem).join(', '), 'RateLimit-Limit', sfInteger(quota.limit))
  into.push('RateLimit-Remaining', sfInteger(quota.remaining), 'RateLimit-Reset', resetSeconds(quota))
}

function writeDraft7(into: string[], quotas: readonly Quota[]): void {
  const quota = strictest(quotas)
  if (quota === undefined) return
  const left = `limit=${sfInteger(quota.limit)}, remaining=${sfInteger(quota.remaining)}, reset=${resetSeconds(quota)}`
  into.push('RateLimit-Policy', quotas.map(bareItem).join(', '), 'RateLimit', left)
}

function writeLegacy(into: string[], quota: Quota | undefined, wallTime: WallTime): void {
  if (quota === undefined) return
  into.push('X-RateLimit-Limit', sfInteger(quota.limit), 'X-RateLimit-Remaining', sfInteger(quota.remaining))
  const reset = toSeconds(wallTime(quota.resetMs).getTime())
  if (reset >= 0) into.push('X-RateLimit-Reset', sfInteger(reset))
}

function bareItem(quota: Quota): string {
  return `${sfInteger(quota.limit)};w=${windowSeconds(quota)}`
}

function windowSeconds(quota: Quota): string {
  return sfInteger(Math.max(1, toSeconds(quota.windowMs)))
}

function resetSeconds(quota: Quota): string {
  return sfInteger(toSeconds(quota.resetMs))
}
