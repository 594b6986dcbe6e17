/** What `require()` gives: the function itself, with all else on it, as express-rate-limit does. */
import { GcraStore } from './gcra-store.ts'
import {
  setDraft6Headers,
  setDraft7Headers,
  setDraft8Headers,
  setLegacyHeaders,
  setRetryAfterHeader,
} from './headers.ts'
import { ipKeyGenerator } from './ip-key-generator.ts'
import { ConsoleLogger } from './logger.ts'
import { MemoryStore } from './memory-store.ts'
import { rateLimit } from './rate-limit.ts'
import { StoreTimeoutError } from './store-calls.ts'
import { DAY, HOUR, MINUTE, SECOND } from './time.ts'
import type { Options, RateLimitRequestHandler } from './types.ts'
import { getValidations, ValidationError } from './validations.ts'

interface Exports {
  readonly default: typeof rateLimit
  readonly rateLimit: typeof rateLimit
  readonly ipKeyGenerator: typeof ipKeyGenerator
  readonly MemoryStore: typeof MemoryStore
  readonly GcraStore: typeof GcraStore
  readonly StoreTimeoutError: typeof StoreTimeoutError
  readonly ConsoleLogger: typeof ConsoleLogger
  readonly getValidations: typeof getValidations
  readonly ValidationError: typeof ValidationError
  readonly setDraft6Headers: typeof setDraft6Headers
  readonly setDraft7Headers: typeof setDraft7Headers
  readonly setDraft8Headers: typeof setDraft8Headers
  readonly setLegacyHeaders: typeof setLegacyHeaders
  readonly setRetryAfterHeader: typeof setRetryAfterHeader
  readonly SECOND: number
  readonly MINUTE: number
  readonly HOUR: number
  readonly DAY: number
}

/** Node.js takes the export named `module.exports` for the result of `require()`. */
export const commonJs: ((options?: Partial<Options>) => RateLimitRequestHandler) & Exports =
  /* @__PURE__ */ Object.assign((options?: Partial<Options>) => rateLimit(options), {
    default: rateLimit,
    rateLimit,
    ipKeyGenerator,
    MemoryStore,
    GcraStore,
    StoreTimeoutError,
    ConsoleLogger,
    getValidations,
    ValidationError,
    setDraft6Headers,
    setDraft7Headers,
    setDraft8Headers,
    setLegacyHeaders,
    setRetryAfterHeader,
    SECOND,
    MINUTE,
    HOUR,
    DAY,
  })
