/** Refusals in words: status, problem type (RFC 9457) and title by reason. */
import type { Reason, Rejection } from '@spillway/core'
import { printable } from '../headers/structured-field.ts'

/** What a reason looks like from outside. */
export interface Problem {
  readonly status: number
  /** One of the problem types that draft-ietf-httpapi-ratelimit-headers-10 §6 registers. */
  readonly type: string
  readonly title: string
}

const registry = 'https://iana.org/assignments/http-problem-types#'

/** The caller's own fault: trying elsewhere does not help (RFC 6585 §4). */
const quotaExceeded: Problem = {
  status: 429,
  type: `${registry}quota-exceeded`,
  title: 'Request cannot be satisfied as assigned quota has been exceeded',
}

const abnormalUsage: Problem = {
  status: 429,
  type: `${registry}abnormal-usage-detected`,
  title: 'Request not satisfied due to detection of abnormal request pattern',
}

/** Nobody's fault: another server may be able to (RFC 9110 §15.6.4), and proxies retry on it. */
const reducedCapacity: Problem = {
  status: 503,
  type: `${registry}temporary-reduced-capacity`,
  title: 'Request cannot be satisfied due to temporary server capacity constraints',
}

/** What {@link Reason} means to a client. */
export function problemOf(reason: Reason): Problem {
  if (reason === 'rate') return quotaExceeded
  return reason === 'blocked' ? abnormalUsage : reducedCapacity
}

/** Body of `application/problem+json`. The name is sent as it stands in `RateLimit-Policy`. */
export function problemBody(rejection: Rejection, status: number): string {
  const { type, title } = problemOf(rejection.reason)
  return JSON.stringify({ type, title, status, 'violated-policies': [printable(rejection.limiter)] })
}

const ratelimited: readonly string[] = ['x-envoy-ratelimited', 'true']
const overloaded: readonly string[] = ['x-envoy-overloaded', 'true']

/** What Envoy is told of a reason, names and values in turn; nothing while draining, for then it should try another host. */
export function envoyHeadersOf(reason: Reason): readonly string[] {
  if (problemOf(reason).status === 429) return ratelimited
  return reason === 'draining' ? [] : overloaded
}
