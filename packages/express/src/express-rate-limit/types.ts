/** The types of express-rate-limit 8: whatever fits the one fits the other. */
import type { Clock, WallTime } from '@spillway/core'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { EnabledValidations } from './validation-list.ts'

/** What a store knows of one key. */
export interface ClientRateLimitInfo {
  /** Requests counted in the window that lasts. */
  totalHits: number
  /** When the count begins anew; `undefined` where the store cannot tell. */
  resetTime: Date | undefined
}

/** What {@link Store.increment} answers. */
export type IncrementResponse = ClientRateLimitInfo

/** How a {@link LegacyStore} answers. */
export type IncrementCallback = (error: Error | undefined, totalHits: number, resetTime: Date | undefined) => void

/** A store as it was before version 6 of express-rate-limit. */
export interface LegacyStore {
  incr: (key: string, callback: IncrementCallback) => void
  decrement: (key: string) => void
  resetKey: (key: string) => void
  resetAll?: () => void
}

/** Where hits are counted: rate-limit-redis and its kin implement it. All answers may be promises. */
export interface Store {
  /** Told the options once, at construction; not waited for. What it throws or rejects with is logged. */
  init?: (options: Options) => void | Promise<void>
  /** What is known of a key, without counting; for `getKey()`. */
  get?: (key: string) => Promise<ClientRateLimitInfo | undefined> | ClientRateLimitInfo | undefined
  /** Counts one hit. */
  increment: (key: string) => Promise<IncrementResponse> | IncrementResponse
  /** Takes one hit back. */
  decrement: (key: string) => Promise<void> | void
  /** Forgets a key. */
  resetKey: (key: string) => Promise<void> | void
  /** Forgets everybody. */
  resetAll?: () => Promise<void> | void
  /** Gives back timers and connections. */
  shutdown?: () => Promise<void> | void
  /** True where two instances of the store cannot see each other's keys. */
  localKeys?: boolean
  /** What the store puts before each key. */
  prefix?: string
}

/** Where faults of stores and of options are written. */
export interface Logger {
  error: LoggerFn
  warn: LoggerFn
}

/** The error, and what was going on. */
export type LoggerFn = (error: unknown, message?: string) => void

/** An option that depends on the request. */
export type ValueDeterminingMiddleware<T> = (request: Request, response: Response) => T | Promise<T>

/** Answers a refusal. */
export type RateLimitExceededEventHandler = (
  request: Request,
  response: Response,
  next: NextFunction,
  optionsUsed: Options,
) => unknown

/** A draft of the `RateLimit` headers that {@link Options.standardHeaders} knows. */
export type DraftHeadersVersion = 'draft-6' | 'draft-7' | 'draft-8'

/** Options of express-rate-limit, under its names and with its defaults; the last four are additions. */
export interface Options {
  /** Length of the window; default 60000 ms. From 1. */
  windowMs: number
  /** Requests per window and key; default 5. 0 refuses everything. */
  limit: number | ValueDeterminingMiddleware<number>
  /** Body of refusals, or a function that makes it. Objects are sent as JSON. */
  message: unknown
  /** Status of refusals; default 429. */
  statusCode: number
  /** `X-RateLimit-*`; default true. */
  legacyHeaders: boolean
  /** `RateLimit` headers of a draft; default false. `true` is `draft-6`. */
  standardHeaders: boolean | DraftHeadersVersion
  /** Name of the quota in draft-8; default like `5-in-1min`. */
  identifier: string | ValueDeterminingMiddleware<string>
  /** Seconds to say in `Retry-After` instead of the time to the end of the window. It changes the header alone. */
  retryAfter?: number | ValueDeterminingMiddleware<number>
  /** Where the quota is put on the request; default `rateLimit`. */
  requestPropertyName: string
  /** Takes back the hits of requests that failed or whose client left; default false. */
  skipFailedRequests: boolean
  /** Takes back the hits of requests that succeeded; default false. */
  skipSuccessfulRequests: boolean
  /** Whose quota a request counts against; default {@link ipKeyGenerator} of `req.ip`. */
  keyGenerator: ValueDeterminingMiddleware<string>
  /** Bits of an IPv6 address that tell callers apart; default 56, `false` for all of them. */
  ipv6Subnet: number | ValueDeterminingMiddleware<number> | false
  /** Answers refusals; default `statusCode` and `message`. */
  handler: RateLimitExceededEventHandler
  /** Requests that pass uncounted; default none. */
  skip: ValueDeterminingMiddleware<boolean>
  /** What success is to the two `skip...Requests`; default a status below 400. */
  requestWasSuccessful: ValueDeterminingMiddleware<boolean>
  /** Default a {@link MemoryStore}. */
  store: Store | LegacyStore
  /** Which faults of configuration are reported; default all of them. */
  validate: boolean | EnabledValidations
  /** @deprecated The old name of `legacyHeaders`. */
  headers?: boolean
  /** @deprecated The old name of `limit`. */
  max?: number | ValueDeterminingMiddleware<number>
  /** Lets requests pass while the store fails; default false: they are answered by the error handling. */
  passOnStoreError: boolean
  /** Default the console. */
  logger: Logger
  /**
   * An answer of the store that takes longer is an error of the store; default 1000 ms, `Infinity` waits for ever. Not in
   * express-rate-limit, where a request hangs with its store.
   */
  storeTimeoutMs?: number
  /**
   * Key of the hash that draft-8 sends as `pk`, shared by all processes that ought to send the same. Without it addresses are
   * hashed under a secret of the process, and other keys as express-rate-limit does. Not in express-rate-limit.
   */
  partitionKeySecret?: string
  /** For tests. */
  clock?: Clock
  /** For tests. */
  wallTime?: WallTime
}

/** What the caller has left: `req.rateLimit`. */
export interface RateLimitInfo {
  limit: number
  /** Hits in the window, this one included. */
  used: number
  remaining: number
  /** `undefined` where the store cannot tell. */
  resetTime: Date | undefined
  key: string
}

/** A request behind the middleware. */
export type AugmentedRequest = Request & { [key: string]: RateLimitInfo }

/** The middleware, with access to its store. */
export type RateLimitRequestHandler = RequestHandler & {
  /** Forgets what a key has taken. */
  resetKey: (key: string) => void
  /** What a key has taken. Throws where the store has no `get`. */
  getKey: (key: string) => Promise<ClientRateLimitInfo | undefined> | ClientRateLimitInfo | undefined
}

/** A kind of option that is gone; kept for code that names the type. */
export type RateLimitReachedEventHandler = (request: Request, response: Response, optionsUsed: Options) => void
