/** The options that every HTTP policy has, under the names that the field knows. */
import { checkFunction, checkNumber, checkOneOf, systemRandom, systemWallTime } from '@spillway/core'
import type { Random, Rejection, WallTime } from '@spillway/core'
import type { CallbackErrorHook } from './callbacks.ts'
import { printable } from './headers/structured-field.ts'
import type { HeadersDraft } from './headers/quota-headers.ts'
import type { Message } from './refusal/refuser.ts'
import type { KeyOptions } from './request/key.ts'
import type { WeightOptions } from './request/weight.ts'

/** How refusals and quotas are presented. */
export interface ResponseOptions<Req> {
  /** Name of the policy in headers, problem documents and snapshots. Only printable ASCII is sent. */
  readonly name?: string
  /** The same under its name in express-rate-limit. */
  readonly identifier?: string
  /** Status of refusals, instead of 429 for a caller's own quota and 503 for our own state; integer, 400..599. */
  readonly statusCode?: number
  /** Body of refusals instead of the problem document: text, an object to be sent as JSON, or a function that makes either. */
  readonly message?: Message | ((req: Req, rejection: Rejection) => Message | undefined)
  /** `respond` (default) writes refusals; `error` passes them to the framework's error handling, which costs a stack trace. */
  readonly mode?: 'respond' | 'error'
  /** `RateLimit` and `RateLimit-Policy`, where the policy has quotas. `true` is `draft-6`, as in express-rate-limit. */
  readonly standardHeaders?: boolean | HeadersDraft
  /** `X-RateLimit-*`, where the policy has quotas; default false. */
  readonly legacyHeaders?: boolean
  /**
   * How far `Retry-After` is spread when the reason is our own state, as a part of the wait; 0..1, default 0.5, at most 30 s.
   * Only ever later: never before the truth.
   */
  readonly retryAfterJitterRatio?: number
  /**
   * Tells Envoy what a refusal means, for its retries and its outlier detection: `x-envoy-ratelimited: true` on those for a caller's own
   * quota, `x-envoy-overloaded: true` on those for our own state, except while draining, when another try elsewhere is right. Default false.
   */
  readonly envoyHeaders?: boolean
}

/** Options of every policy. */
export interface HttpOptions<Req> extends ResponseOptions<Req>, KeyOptions<Req>, WeightOptions<Req> {
  /** Requests that pass uncounted. When it fails, the request is counted. */
  readonly skip?: (req: Req) => boolean
  /** Requests that failed, or whose caller left, are given back; default false. */
  readonly skipFailedRequests?: boolean
  /** Requests that succeeded are given back; default false. */
  readonly skipSuccessfulRequests?: boolean
  /** Default: a status below 400. */
  readonly requestWasSuccessful?: (req: Req, status: number) => boolean
  /** Told once per option when a callback failed. Callbacks that fail never fail the request. */
  readonly onCallbackError?: CallbackErrorHook
  /** For tests. */
  readonly random?: Random
  /** For tests. */
  readonly wallTime?: WallTime
}

// A record, so that the compiler finds a name that is missing.
const httpOptions: Record<keyof HttpOptions<unknown>, true> = {
  name: true,
  identifier: true,
  statusCode: true,
  message: true,
  mode: true,
  standardHeaders: true,
  legacyHeaders: true,
  retryAfterJitterRatio: true,
  envoyHeaders: true,
  keyGenerator: true,
  keys: true,
  ipv6PrefixBits: true,
  ipv6Subnet: true,
  trustProxy: true,
  forwardedHeader: true,
  cost: true,
  priority: true,
  trustPriorityHeader: true,
  deadlineMs: true,
  trustDeadlineHeader: true,
  skip: true,
  skipFailedRequests: true,
  skipSuccessfulRequests: true,
  requestWasSuccessful: true,
  onCallbackError: true,
  random: true,
  wallTime: true,
}

/** Names of all options in {@link HttpOptions}. */
export const httpOptionNames: readonly string[] = Object.keys(httpOptions)

/** Presentation with nothing left open. */
export interface Presentation {
  readonly statusCode: number | undefined
  readonly mode: 'respond' | 'error'
  readonly standardHeaders: boolean | HeadersDraft
  readonly legacyHeaders: boolean
  readonly retryAfterJitterRatio: number
  readonly envoyHeaders: boolean
  readonly random: Random
  readonly wallTime: WallTime
}

const drafts: readonly HeadersDraft[] = ['draft-6', 'draft-7', 'draft-8', 'draft-10']

/** Checks how refusals are presented. `standardHeaders` defaults to what the policy says. */
export function checkPresentation<Req>(
  owner: string,
  options: HttpOptions<Req>,
  standardHeaders: boolean | HeadersDraft,
): Presentation {
  const { statusCode, mode = 'respond', retryAfterJitterRatio = 0.5 } = options
  const wanted = options.standardHeaders ?? standardHeaders
  return {
    statusCode:
      statusCode === undefined
        ? undefined
        : checkNumber(owner, 'statusCode', statusCode, { min: 400, max: 599, integer: true }),
    mode: checkOneOf(owner, 'mode', mode, ['respond', 'error']),
    standardHeaders: typeof wanted === 'boolean' ? wanted : checkOneOf(owner, 'standardHeaders', wanted, drafts),
    legacyHeaders: checkFlag(owner, 'legacyHeaders', options.legacyHeaders),
    retryAfterJitterRatio: checkNumber(owner, 'retryAfterJitterRatio', retryAfterJitterRatio, { min: 0, max: 1 }),
    envoyHeaders: checkFlag(owner, 'envoyHeaders', options.envoyHeaders),
    random: checkFunction(owner, 'random', options.random ?? systemRandom),
    wallTime: checkFunction(owner, 'wallTime', options.wallTime ?? systemWallTime),
  }
}

/** The name that the options give; the default if they give none. Throws if nothing of it can be sent. */
export function checkName<Req>(owner: string, options: ResponseOptions<Req>, fallback: string): string {
  if (options.name !== undefined && options.identifier !== undefined) {
    throw new TypeError(`${owner}: options "name" and "identifier" are the same; give one`)
  }
  const name: unknown = options.name ?? options.identifier ?? fallback
  const sent = typeof name === 'string' ? printable(name) : ''
  if (sent === '') throw new TypeError(`${owner}: option "name" must be a string with printable characters`)
  return sent
}

/** `false` when absent. */
export function checkFlag(owner: string, option: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw new TypeError(`${owner}: option "${option}" must be true or false, got ${typeof value}`)
}
