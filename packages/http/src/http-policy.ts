/** Any gate of core, as a policy for HTTP requests. */
import { checkFunction, checkKnown } from '@spillway/core'
import type { Clock, Described, Gate, Outcome, Quota, Rejection, Verdict, WallTime } from '@spillway/core'
import { Callbacks } from './callbacks.ts'
import { createQuotaHeaders, strictest } from './headers/quota-headers.ts'
import type { HeadersDraft, QuotaHeaders } from './headers/quota-headers.ts'
import { checkName, checkPresentation, httpOptionNames } from './options.ts'
import type { HttpOptions } from './options.ts'
import { createOutcome } from './outcome.ts'
import type { HttpPolicy, RateLimitInfo, Refusal } from './policy.ts'
import type { Reader } from './reader.ts'
import { encode, Refuser } from './refusal/refuser.ts'
import type { Message } from './refusal/refuser.ts'
import { createRequestReaders } from './request/readers.ts'
import type { RequestReaders } from './request/readers.ts'
import { HttpTicket } from './ticket.ts'

/** What a policy is made of, beside the options that its user sets. */
export interface HttpPolicyParts<Req = never> {
  readonly gate: Gate
  readonly clock: Clock
  /** Where quotas are read from, for headers and {@link HttpPolicy.info}. */
  readonly quotas?: Described
  /** Named in errors about options; default `httpPolicy`. */
  readonly owner?: string
  /** Default of the option `name`. */
  readonly defaultName?: string
  /** Default of the option `standardHeaders`: `draft-10` where there are quotas. */
  readonly defaultHeaders?: HeadersDraft | false
  /** Key of callers that `keyGenerator` does not name; default `address`. `none` saves the reading where no limit looks at keys. */
  readonly defaultKey?: 'address' | 'none'
  /** Further keys, each asked for by itself; they go before those of the option `keys`. */
  readonly namedKeys?: ReadonlyMap<string, (req: Req) => string | number | undefined>
  /** See {@link HttpPolicy.settlesAtOnce}; ignored where options give requests back by their outcome. */
  readonly settlesAtOnce?: boolean
}

/** Parts and options together, as {@link createHttpPolicy} takes them. */
export type HttpPolicyOptions<Req> = HttpPolicyParts<Req> & HttpOptions<Req>

/** Farthest instant that is told, about 100 years: beyond what a Date holds there would be none. */
const maxResetMs = 3_155_760_000_000

const partNames = [
  'gate',
  'clock',
  'quotas',
  'owner',
  'defaultName',
  'defaultHeaders',
  'defaultKey',
  'settlesAtOnce',
  'namedKeys',
]

/**
 * Makes an HTTP policy of a gate. Use it for a gate of one's own; rate limits, concurrency limits and overload control have
 * factories that know their options. Throws a TypeError or RangeError for options that make no sense.
 */
export function createHttpPolicy<Req>(reader: Reader<Req>, options: HttpPolicyOptions<Req>): HttpPolicy<Req> {
  checkKnown(options.owner ?? 'httpPolicy', options, [...partNames, ...httpOptionNames])
  return new GatePolicy(reader, options)
}

class GatePolicy<Req> implements HttpPolicy<Req> {
  readonly name: string
  readonly mode: 'respond' | 'error'
  readonly settlesAtOnce: boolean
  readonly #gate: Gate
  readonly #clock: Clock
  readonly #quotas: Described | undefined
  readonly #callbacks: Callbacks
  readonly #quotaHeaders: QuotaHeaders | undefined
  readonly #refuser: Refuser
  readonly #reader: Reader<Req>
  readonly #wallTime: WallTime
  readonly #skip: ((req: Req) => boolean | undefined) | undefined
  readonly #message: ((req: Req, rejection: Rejection) => Message | undefined) | undefined
  readonly #outcome: (req: Req, status: number) => Outcome
  readonly #read: RequestReaders<Req>

  constructor(reader: Reader<Req>, options: HttpPolicyOptions<Req>) {
    const { owner = 'httpPolicy', quotas, message, skip, defaultHeaders = 'draft-10', defaultKey = 'address' } = options
    const presentation = checkPresentation(owner, options, quotas === undefined ? false : defaultHeaders)
    const { onCallbackError } = options
    const callbacks = new Callbacks(onCallbackError && checkFunction(owner, 'onCallbackError', onCallbackError))
    const quotaHeaders = createQuotaHeaders(presentation)
    this.name = checkName(owner, options, options.defaultName ?? owner)
    this.mode = presentation.mode
    const givesBack = options.skipFailedRequests === true || options.skipSuccessfulRequests === true
    this.settlesAtOnce = options.settlesAtOnce === true && !givesBack
    this.#reader = reader
    this.#gate = options.gate
    this.#clock = options.clock
    this.#quotas = quotas
    this.#wallTime = presentation.wallTime
    this.#callbacks = callbacks
    this.#quotaHeaders = quotaHeaders
    this.#message = typeof message === 'function' ? callbacks.guard('message', message, toMessage) : undefined
    this.#refuser = new Refuser({
      ...presentation,
      message: typeof message === 'function' ? undefined : checkMessage(owner, message),
      quotaHeaders,
    })
    this.#skip = skip && callbacks.guard('skip', checkFunction(owner, 'skip', skip), Boolean)
    this.#outcome = createOutcome(owner, options, callbacks)
    this.#read = createRequestReaders({ owner, reader, options, callbacks, defaultKey, namedKeys: options.namedKeys })
  }

  get callbackFailures(): number {
    return this.#callbacks.failures
  }

  skip(req: Req): boolean {
    return this.#skip !== undefined && this.#skip(req) === true
  }

  ticket(req: Req): HttpTicket<Req> {
    const read = this.#read
    const now = this.#clock.now()
    return new HttpTicket(req, now, {
      key: read.key(req),
      keys: read.keys(req),
      cost: read.cost(req),
      priority: read.priority(req),
      deadline: now + read.deadlineMs(req),
    })
  }

  enter(ticket: HttpTicket<Req>): Verdict | Promise<Verdict> {
    return this.#gate.enter(ticket)
  }

  leave(ticket: HttpTicket<Req>, outcome: Outcome): void {
    this.#gate.leave(ticket, outcome)
  }

  cancel(ticket: HttpTicket<Req>): void {
    this.#gate.cancel(ticket)
  }

  outcome(ticket: HttpTicket<Req>, status: number): Outcome {
    return this.#outcome(ticket.req, status)
  }

  refuse(ticket: HttpTicket<Req>, rejection: Rejection): Refusal {
    return this.#refuser.refuse(rejection, {
      head: this.#reader.method(ticket.req) === 'HEAD',
      quotas: this.#quotaHeaders === undefined ? [] : this.#describe(ticket),
      message: this.#message?.(ticket.req, rejection),
    })
  }

  admitHeaders(ticket: HttpTicket<Req>): readonly string[] | undefined {
    if (this.#quotaHeaders === undefined) return undefined
    const headers: string[] = []
    this.#quotaHeaders(headers, this.#quotas?.describe(ticket, ticket.startedAt) ?? [])
    return headers
  }

  info(ticket: HttpTicket<Req>): RateLimitInfo | undefined {
    const quota = strictest(this.#describe(ticket))
    if (quota === undefined) return undefined
    const { limit, remaining, resetMs } = quota
    const resetTime = this.#wallTime(Math.min(resetMs, maxResetMs))
    return { limit, used: Math.max(0, limit - remaining), remaining, resetTime, key: ticket.key }
  }

  #describe(ticket: HttpTicket<Req>): readonly Quota[] {
    return this.#quotas?.describe(ticket, this.#clock.now()) ?? []
  }
}

function toMessage(value: unknown): Message {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) {
    throw new TypeError('must return text or an object')
  }
  // Fails here, where it is caught, if it cannot be sent.
  encode(value as Message)
  return value as Message
}

function checkMessage(owner: string, message: unknown): Message | undefined {
  if (message === undefined || typeof message === 'string') return message
  if (typeof message === 'object' && message !== null) return message as Message
  throw new TypeError(`${owner}: option "message" must be text, an object or a function, got ${typeof message}`)
}
