/** Rejections as answers, prepared so that saying no costs next to nothing. */
import type { Quota, Random, Rejection } from '@spillway/core'
import type { QuotaHeaders } from '../headers/quota-headers.ts'
import { toSeconds } from '../headers/structured-field.ts'
import type { Refusal, RefusalDetails } from '../policy.ts'
import { envoyHeadersOf, problemBody, problemOf } from './problem.ts'
import { retryAfterSeconds } from './retry-after.ts'

/** A body of one's own: text is sent as `text/plain`, anything else as JSON. */
export type Message = string | Readonly<Record<string, unknown>> | readonly unknown[]

/** How a {@link Refuser} presents rejections. */
export interface RefuserOptions {
  /** Instead of 429 and 503. */
  readonly statusCode: number | undefined
  /** Instead of the problem document. */
  readonly message: Message | undefined
  readonly retryAfterJitterRatio: number
  readonly random: Random
  /** Default false: see the option of that name. */
  readonly envoyHeaders?: boolean
  readonly quotaHeaders: QuotaHeaders | undefined
}

/** What differs from one refusal to the next. */
export interface RefusalContext {
  /** The answer is to a `HEAD` request: the same headers, no body (RFC 9110 §9.3.2). */
  readonly head: boolean
  readonly quotas: readonly Quota[]
  /** Made for this request alone. */
  readonly message: Message | undefined
}

/** Bounds what is kept: limiters have constant names, but nothing forces them to. */
const maxPrepared = 64
const maxPreparedSeconds = 600

const nobodyListens: Refusal = Object.freeze({ status: 499, headers: Object.freeze([]), body: '' })

/** What becomes of a request whose client has left before it got in. */
export const clientLeft: RefusalDetails = Object.freeze({
  refusal: nobodyListens,
  rejection: Object.freeze({ reason: 'cancelled', limiter: 'http', retryAfterMs: Infinity }),
})

/** All answers to rejections for one reason by one limiter. */
class Prepared {
  readonly #status: number
  readonly #headers: readonly string[]
  readonly #body: string
  readonly #bySeconds = new Map<number, Refusal>()
  readonly #headBySeconds = new Map<number, Refusal>()

  constructor(status: number, { type, body }: Encoded, more: readonly string[]) {
    this.#status = status
    this.#body = body
    const length = String(new TextEncoder().encode(body).length)
    this.#headers = ['Content-Type', type, 'Content-Length', length, 'Cache-Control', 'no-store', ...more]
  }

  /** Shared by all who are told the same. */
  get(seconds: number, head: boolean): Refusal {
    const kept = head ? this.#headBySeconds : this.#bySeconds
    const known = kept.get(seconds)
    if (known !== undefined) return known
    const headers = Object.freeze([...this.#headers, ...(seconds > 0 ? ['Retry-After', String(seconds)] : [])])
    const refusal = Object.freeze({ status: this.#status, headers, body: head ? '' : this.#body })
    if (seconds <= maxPreparedSeconds) kept.set(seconds, refusal)
    return refusal
  }
}

/** Makes refusals. Those with constant content are made once; only quotas and messages of one's own make new ones. */
export class Refuser {
  readonly #options: RefuserOptions
  readonly #prepared = new Map<string, Map<string, Prepared>>()
  #count = 0

  constructor(options: RefuserOptions) {
    this.#options = options
    // Fails now if the message cannot be sent.
    if (options.message !== undefined) encode(options.message)
  }

  refuse(rejection: Rejection, context: RefusalContext): Refusal {
    if (rejection.reason === 'cancelled') return nobodyListens
    const { retryAfterJitterRatio, random, quotaHeaders } = this.#options
    const seconds = retryAfterSeconds(rejection, retryAfterJitterRatio, random)
    const answer = context.message === undefined ? this.#known(rejection) : this.#prepare(rejection, context.message)
    if (quotaHeaders === undefined || context.quotas.length === 0) return answer.get(seconds, context.head)
    // draft-10 §4: a client obeys Retry-After, so it must not point before any quota's `t`.
    const refusal = answer.get(seconds === 0 ? 0 : Math.max(seconds, longestWait(context.quotas)), context.head)
    const headers = [...refusal.headers]
    quotaHeaders(headers, context.quotas)
    return { status: refusal.status, headers, body: refusal.body }
  }

  #known(rejection: Rejection): Prepared {
    const byLimiter = this.#prepared.get(rejection.reason)
    const known = byLimiter?.get(rejection.limiter)
    if (known !== undefined) return known
    const made = this.#prepare(rejection, this.#options.message)
    if (this.#count++ >= maxPrepared) return made
    if (byLimiter === undefined) this.#prepared.set(rejection.reason, new Map([[rejection.limiter, made]]))
    else byLimiter.set(rejection.limiter, made)
    return made
  }

  #prepare(rejection: Rejection, message: Message | undefined): Prepared {
    const status = this.#options.statusCode ?? problemOf(rejection.reason).status
    const more = this.#options.envoyHeaders === true ? envoyHeadersOf(rejection.reason) : []
    if (message !== undefined) return new Prepared(status, encode(message), more)
    return new Prepared(status, { type: 'application/problem+json', body: problemBody(rejection, status) }, more)
  }
}

/** A body and its media type. */
interface Encoded {
  readonly type: string
  readonly body: string
}

/** Throws if the message has no JSON form. */
export function encode(message: Message): Encoded {
  if (typeof message === 'string') return { type: 'text/plain; charset=utf-8', body: wellFormed(message) }
  const body = JSON.stringify(message) as string | undefined
  if (body === undefined) throw new TypeError('a message must have a JSON form')
  return { type: 'application/json; charset=utf-8', body }
}

/** Halves of surrogate pairs are replaced as the wire would replace them, so that the length is right. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text))
}

function longestWait(quotas: readonly Quota[]): number {
  let ms = 0
  for (const quota of quotas) {
    if (quota.remaining < 1 && quota.nextMs > ms && quota.nextMs < Infinity) ms = quota.nextMs
  }
  return toSeconds(ms)
}
