/** Faults of configuration that can be seen from inside: what gives each away, and what to do about it. */
import { parseIp } from '@spillway/http'
import type { Request } from 'express'
import type { Options, Store } from './types.ts'
import { validationNames } from './validation-list.ts'
import type { ValidationName } from './validation-list.ts'

/** What was found. */
export interface Fault {
  /** The code of express-rate-limit for it, so that what filters its reports goes on working. */
  readonly code: string
  readonly message: string
  /** Nothing is wrong, but it is not what it was in an earlier version. */
  readonly isChange?: boolean
}

/** What each check looks at; `enabled` are the names in the option `validate`. */
export interface Checked {
  ip: [ip: string | undefined]
  trustProxy: [request: Request]
  xForwardedForHeader: [request: Request]
  forwardedHeader: [request: Request]
  positiveHits: [hits: unknown]
  unsharedStore: [store: Store]
  singleCount: [request: Request, store: Store, key: string]
  limit: [limit: number]
  draftPolliHeaders: [value?: unknown]
  onLimitReached: [value?: unknown]
  headersDraftVersion: [version?: unknown]
  headersResetTime: [resetTime?: Date]
  knownOptions: [options?: object]
  validationsConfig: [enabled: object]
  creationStack: [store: Store]
  ipv6Subnet: [ipv6Subnet?: unknown]
  ipv6SubnetOrKeyGenerator: [options: Partial<Options>]
  keyGeneratorIpFallback: [keyGenerator?: unknown]
  windowMs: [windowMs: unknown]
}

type Checks = { readonly [Name in ValidationName]: (...args: Checked[Name]) => Fault | false | undefined }

// A record, so that the compiler finds a name that is missing.
const options: Record<keyof Options, true> = {
  windowMs: true,
  limit: true,
  message: true,
  statusCode: true,
  legacyHeaders: true,
  standardHeaders: true,
  identifier: true,
  retryAfter: true,
  requestPropertyName: true,
  skipFailedRequests: true,
  skipSuccessfulRequests: true,
  keyGenerator: true,
  ipv6Subnet: true,
  handler: true,
  skip: true,
  requestWasSuccessful: true,
  store: true,
  validate: true,
  headers: true,
  max: true,
  passOnStoreError: true,
  logger: true,
  storeTimeoutMs: true,
  partitionKeySecret: true,
  clock: true,
  wallTime: true,
}

/** Options of express-slow-down, which passes all of its own on, and one that has a check to itself. */
const alsoKnown = ['delayAfter', 'delayMs', 'maxDelayMs', 'draft_polli_ratelimit_headers', 'onLimitReached']
const knownOptions: readonly string[] = [...Object.keys(options), ...alsoKnown]
const knownChecks: readonly string[] = [...validationNames, 'default']

const usedStores = new WeakSet<object>()
const countedKeys = new WeakMap<object, Map<unknown, Set<string>>>()
/** Longest delay of a timer of Node.js, 24.8 days. */
const maxTimerMs = 2_147_483_647

/** False or nothing where there is no fault. */
export const checks: Checks = {
  ip: (ip) =>
    (ip === undefined &&
      fault('UNDEFINED_IP_ADDRESS', 'req.ip is undefined: the connection is gone, or req is not of Express')) ||
    (parseIp(ip as string) === undefined &&
      fault('INVALID_IP_ADDRESS', `req.ip is no address: ${String(ip)}; give a keyGenerator that knows what it is`)),
  trustProxy: (request) =>
    request.app.get('trust proxy') === true &&
    fault(
      'PERMISSIVE_TRUST_PROXY',
      '"trust proxy" is true: callers can name any address as theirs; trust your proxies only',
    ),
  xForwardedForHeader: (request) =>
    request.headers['x-forwarded-for'] !== undefined &&
    request.app.get('trust proxy') === false &&
    fault(
      'UNEXPECTED_X_FORWARDED_FOR',
      'X-Forwarded-For was sent but "trust proxy" is false: behind a proxy all callers are one',
    ),
  forwardedHeader: (request) =>
    request.headers.forwarded !== undefined &&
    request.ip === request.socket?.remoteAddress &&
    fault('FORWARDED_HEADER', 'Forwarded was sent, which Express does not read; a keyGenerator can'),
  positiveHits: (hits) =>
    !(Number.isInteger(hits) && (hits as number) >= 1) &&
    fault('INVALID_HITS', `the store counted ${String(hits)} hits; it must be an integer >= 1`),
  unsharedStore(store) {
    if (!usedStores.has(store)) return void usedStores.add(store)
    const remedy = store.localKeys === true ? 'a store' : 'a store (with a unique prefix)'
    return fault(
      'STORE_REUSE',
      `two rate limiters have the same store and count in each other's windows; give each ${remedy}`,
    )
  },
  singleCount(request, store, key) {
    const counted = countedKeys.get(request) ?? new Map<unknown, Set<string>>()
    countedKeys.set(request, counted)
    const where = store.localKeys === true ? store : store.constructor.name
    const keys = counted.get(where) ?? new Set<string>()
    counted.set(where, keys)
    const stored = `${store.prefix ?? ''}${key}`
    if (!keys.has(stored)) return void keys.add(stored)
    return fault('DOUBLE_COUNT', `one request was counted twice for ${key}: is the middleware mounted twice?`)
  },
  limit: (limit) =>
    limit === 0 && change('MAX_ZERO', 'a limit of 0 refuses every request; until version 6 it let all pass'),
  draftPolliHeaders: (value) =>
    Boolean(value) &&
    change('DEPRECATED_DRAFT_POLLI_HEADERS', 'draft_polli_ratelimit_headers is gone; use standardHeaders: "draft-6"'),
  onLimitReached: (value) =>
    Boolean(value) &&
    change('DEPRECATED_ON_LIMIT_REACHED', 'onLimitReached is gone; use handler, where req.rateLimit.used is limit + 1'),
  headersDraftVersion: (version) =>
    !['draft-6', 'draft-7', 'draft-8'].includes(version as string) &&
    fault('HEADERS_UNSUPPORTED_DRAFT_VERSION', 'standardHeaders must be a boolean, "draft-6", "draft-7" or "draft-8"'),
  headersResetTime: (resetTime) =>
    resetTime === undefined &&
    fault('HEADERS_NO_RESET', 'the store does not say when the window ends; all of windowMs is sent instead'),
  knownOptions: (given = {}) =>
    unknown(Object.keys(given), knownOptions, (name) => fault('UNKNOWN_OPTION', `there is no option "${name}"`)),
  validationsConfig: (enabled) =>
    unknown(Object.keys(enabled), knownChecks, (name) =>
      fault('UNKNOWN_VALIDATION', `there is no check "${name}"; there are ${knownChecks.join(', ')}`),
    ),
  creationStack(store) {
    const { stack = '' } = new Error('where rateLimit() is called')
    if (!stack.includes('Layer.handleRequest') && !stack.includes('Layer.handle [as handle_request]')) return undefined
    const usually = store.localKeys === true ? '' : ' (nearly always)'
    return fault(
      'CREATED_IN_REQUEST_HANDLER',
      `rateLimit() was called in a handler; it belongs${usually} where the app is made`,
    )
  },
  ipv6Subnet: (bits) =>
    bits !== false &&
    !(Number.isInteger(bits) && (bits as number) >= 32 && (bits as number) <= 64) &&
    fault('IPV6_SUBNET', `ipv6Subnet must be false or an integer from 32 to 64, got ${String(bits)}`),
  ipv6SubnetOrKeyGenerator: ({ ipv6Subnet, keyGenerator }) =>
    ipv6Subnet !== undefined &&
    keyGenerator !== undefined &&
    fault('IPV6SUBNET_OR_KEYGENERATOR', 'ipv6Subnet says nothing to a keyGenerator; pass it to ipKeyGenerator()'),
  keyGeneratorIpFallback(keyGenerator) {
    const source = typeof keyGenerator === 'function' ? Function.prototype.toString.call(keyGenerator) : ''
    const isBare = /\breq(?:uest)?\.ip\b/.test(source) && !/ipKey/.test(source)
    return (
      isBare &&
      fault('KEY_GEN_IPV6', 'keyGenerator uses req.ip: an IPv6 caller has 2^64 of them; use ipKeyGenerator(req.ip)')
    )
  },
  // What no window can be throws at construction.
  windowMs: (windowMs) =>
    !((windowMs as number) <= maxTimerMs) &&
    fault(
      'WINDOW_MS',
      `a window of ${String(windowMs)} ms is longer than most processes live; count it in a store outside`,
    ),
}

function fault(code: string, message: string): Fault {
  return { code: `ERR_ERL_${code}`, message }
}

function change(code: string, message: string): Fault {
  return { code: `WRN_ERL_${code}`, message, isChange: true }
}

function unknown(
  names: readonly string[],
  known: readonly string[],
  complain: (name: string) => Fault,
): Fault | undefined {
  const name = names.find((each) => !known.includes(each))
  return name === undefined ? undefined : complain(name)
}
