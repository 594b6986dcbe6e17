/** Options with nothing left open. */
import { checkFunction, checkNumber, systemClock, systemWallTime } from '@spillway/core'
import type { WallTime } from '@spillway/core'
import { defaultIpv6PrefixBits, unknownIpKey } from '@spillway/http'
import type { Request, Response } from 'express'
import { ipKeyGenerator } from './ip-key-generator.ts'
import { checkLogger, ConsoleLogger } from './logger.ts'
import { MemoryStore } from './memory-store.ts'
import { checkStore, StoreCalls } from './store-calls.ts'
import type { DraftHeadersVersion, Options, RateLimitInfo, Store, ValueDeterminingMiddleware } from './types.ts'
import { getValidations } from './validations.ts'
import type { Validations } from './validations.ts'

/** What the middleware works with. */
export interface Config {
  /** As handlers and stores are told them: with all defaults. */
  readonly options: Options
  readonly draft: DraftHeadersVersion | false
  readonly store: Store
  readonly calls: StoreCalls
  readonly wallTime: WallTime
  readonly validations: Validations
}

/** Longest window: what a Date can tell, by far. */
const maxWindowMs = 1e14
const owner = 'rateLimit'
const functions = ['keyGenerator', 'handler', 'skip', 'requestWasSuccessful'] as const

/** Checks options. Throws a TypeError or RangeError for what cannot work; what can, but hardly should, is reported. */
export function createConfig(given: Partial<Options>): Config {
  const passed = withoutUndefined(given)
  const logger = passed.logger === undefined ? undefined : checkLogger(passed.logger)
  const validations = getValidations(passed.validate ?? true, logger)
  const { clock = systemClock, wallTime = systemWallTime } = passed
  const store = checkStore(passed.store ?? new MemoryStore({ wallTime }))
  const options: Options = {
    ...defaults(passed, validations),
    ...passed,
    store,
    validate: validations.enabled,
    logger: logger ?? ConsoleLogger,
  }
  const { standardHeaders, storeTimeoutMs = 1000 } = options
  checkOptions(options, storeTimeoutMs)
  report(passed, options, validations)
  const calls = new StoreCalls(store, { timeoutMs: storeTimeoutMs, clock })
  const draft = standardHeaders === true ? 'draft-6' : standardHeaders
  return { options, draft, store, calls, wallTime, validations }
}

function withoutUndefined(given: Partial<Options>): Partial<Options> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function defaults(passed: Partial<Options>, validations: Validations): Omit<Options, 'store' | 'validate' | 'logger'> {
  const { windowMs = 60_000, requestPropertyName = 'rateLimit', ipv6Subnet = defaultIpv6PrefixBits } = passed
  return {
    windowMs,
    limit: passed.max ?? 5,
    message: 'Too many requests, please try again later.',
    statusCode: 429,
    legacyHeaders: passed.headers ?? true,
    standardHeaders: false,
    identifier: (request) => {
      const { limit } = Reflect.get(request, requestPropertyName) as RateLimitInfo
      return `${limit}-in-${durationOf(windowMs)}`
    },
    requestPropertyName,
    skipFailedRequests: false,
    skipSuccessfulRequests: false,
    keyGenerator: addressKey(ipv6Subnet, validations),
    ipv6Subnet,
    handler: sendMessage,
    skip: () => false,
    requestWasSuccessful: (_request, response) => response.statusCode < 400,
    passOnStoreError: false,
  }
}

/** In the largest unit of which it is one or more: `5sec`, `1.5min`, `2hrs`, `1day`. */
function durationOf(ms: number): string {
  if (ms < 60_000) return `${ms / 1000}sec`
  if (ms < 3_600_000) return `${ms / 60_000}min`
  const [amount, unit] = ms < 86_400_000 ? [ms / 3_600_000, 'hr'] : [ms / 86_400_000, 'day']
  return `${amount}${unit}${amount > 1 ? 's' : ''}`
}

function addressKey(ipv6Subnet: Options['ipv6Subnet'], validations: Validations): ValueDeterminingMiddleware<string> {
  return async (request, response) => {
    const { ip } = request
    validations.ip(ip)
    validations.trustProxy(request)
    validations.xForwardedForHeader(request)
    validations.forwardedHeader(request)
    // Callers without an address share a quota, rather than having none.
    if (ip === undefined) return unknownIpKey
    if (!ip.includes(':')) return ip
    if (typeof ipv6Subnet !== 'function') return ipKeyGenerator(ip, usable(ipv6Subnet))
    const bits = await ipv6Subnet(request, response)
    validations.ipv6Subnet(bits)
    return ipKeyGenerator(ip, usable(bits))
  }
}

/** The default where the fault was reported already: a request does not fail for it. */
function usable(bits: number | false): number | false {
  const isLength = Number.isInteger(bits) && (bits as number) >= 0 && (bits as number) <= 128
  return bits === false || isLength ? bits : defaultIpv6PrefixBits
}

async function sendMessage(request: Request, response: Response, _next: unknown, options: Options): Promise<void> {
  const { message, statusCode } = options
  response.status(statusCode)
  const body: unknown = typeof message === 'function' ? await message(request, response) : message
  if (!response.writableEnded) response.send(body)
}

function report(passed: Partial<Options>, options: Options, validations: Validations): void {
  const old = passed as { draft_polli_ratelimit_headers?: unknown; onLimitReached?: unknown }
  const { ipv6Subnet } = passed
  validations.validationsConfig()
  validations.knownOptions(passed)
  validations.draftPolliHeaders(old.draft_polli_ratelimit_headers)
  validations.onLimitReached(old.onLimitReached)
  if (ipv6Subnet !== undefined && typeof ipv6Subnet !== 'function') validations.ipv6Subnet(ipv6Subnet)
  validations.keyGeneratorIpFallback(passed.keyGenerator)
  validations.ipv6SubnetOrKeyGenerator(passed)
  if (typeof options.standardHeaders !== 'boolean') validations.headersDraftVersion(options.standardHeaders)
  if (options.store instanceof MemoryStore) validations.windowMs(options.windowMs)
  validations.creationStack(options.store as Store)
  validations.unsharedStore(options.store as Store)
}

function checkOptions(options: Options, storeTimeoutMs: number): void {
  const { windowMs, limit, statusCode, partitionKeySecret } = options
  checkNumber(owner, 'windowMs', windowMs, { min: 1, max: maxWindowMs })
  checkNumber(owner, 'statusCode', statusCode, { min: 100, max: 999, integer: true })
  checkNumber(owner, 'storeTimeoutMs', storeTimeoutMs, { min: 1, max: Infinity })
  if (typeof limit !== 'function') checkLimit(limit)
  for (const name of functions) checkFunction(owner, name, options[name])
  if (partitionKeySecret !== undefined && (typeof partitionKeySecret !== 'string' || partitionKeySecret === ''))
    throw new TypeError(`${owner}: option "partitionKeySecret" must be text that is not empty`)
}

/** A limit as a number; numbers in text are taken for what they say, as they come from the environment of the process. */
export function checkLimit(limit: unknown): number {
  const isText = typeof limit === 'string' && limit.trim() !== ''
  return checkNumber(owner, 'limit', isText ? Number(limit) : limit, { min: -Infinity, max: Infinity })
}
