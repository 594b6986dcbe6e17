/** What the overload control is told about the routes of the shop, and how logins are limited: the same in every framework. */
import type { PriorityName } from '@spillway/core'

/** Money first; what a page can do without, and what can wait until night, last; everything else as it is by default. */
export function priorityOf(path: string): PriorityName {
  if (path.startsWith('/checkout')) return 'critical_plus'
  if (path.startsWith('/recommendations') || path.startsWith('/report')) return 'sheddable'
  return 'critical'
}

/** A stream that goes on for as long as somebody listens is no work in flight. */
export function isStream(path: string): boolean {
  return path.startsWith('/feed')
}

/** Logins: so many per address, and fewer per account, so that neither one address nor a thousand can try one account for long. */
export const loginLimits = {
  address: { name: 'address', limit: 20, windowMs: 60_000 },
  account: { name: 'account', limit: 5, windowMs: 60_000 },
} as const

/** How many reports are made at once. */
export const reportsAtOnce = 2

/** The account of a login, wherever its body came from. */
export function accountOf(body: unknown): string | undefined {
  const { account } = (typeof body === 'object' && body !== null ? body : {}) as { account?: unknown }
  return typeof account === 'string' && account !== '' ? account : undefined
}
