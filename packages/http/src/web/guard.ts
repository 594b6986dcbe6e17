/** Puts a policy in front of whatever answers a request of the Fetch API: from the request to the refusal, or to the end of the body. */
import type { Rejection, Verdict } from '@spillway/core'
import type { HttpPolicy, RefusalDetails } from '../policy.ts'
import { createRefusalError } from '../refusal/refusal-error.ts'
import { clientLeft } from '../refusal/refuser.ts'
import type { HttpTicket } from '../ticket.ts'
import type { Attendance } from './request-bound.ts'
import { afterRefusal, toResponse } from './respond.ts'
import { WebVisit } from './visit.ts'

/** Goes on with the request. */
export type WebNext = () => Response | Promise<Response>

/** A request that does not get in, and everything that is needed to say so. */
export interface WebRefused<Req> extends RefusalDetails {
  /** As the policy and its callbacks see it. */
  readonly request: Req
  readonly raw: Request
  /** Its reason is `cancelled` when the client left while it waited: then nobody is there to answer. */
  readonly rejection: Rejection
}

/** What a framework does with a request that does not get in. What it throws is thrown by the guard. */
export type WebRefuseHook<Req> = (refused: WebRefused<Req>) => Response | Promise<Response>

/** `request` is what the policy sees; `raw` the request itself, for its `signal` and method. Returns the response to send. */
export type WebGuard<Req> = (request: Req, raw: Request, next: WebNext) => Response | Promise<Response>

/** What a guard may be told beside its policy. */
export interface WebGuardOptions<Req> {
  /** Default: the refusal as a response; in mode `error` a {@link RefusalError} is thrown. Called in both modes. */
  readonly refuse?: WebRefuseHook<Req>
  /** Told of requests, where time is theirs: see {@link createRequestBoundEnvironment}. */
  readonly attendance?: Attendance | undefined
}

/** Which requests each policy has seen. */
const seenBy = new WeakMap<object, WeakSet<object>>()

/** One guard: what all its visits share. */
class Guarding<Req extends object> {
  readonly #policy: HttpPolicy<Req>
  readonly #refuse: WebRefuseHook<Req>
  readonly #attendance: Attendance | undefined
  readonly #seen: WeakSet<object>

  constructor(policy: HttpPolicy<Req>, { refuse, attendance }: WebGuardOptions<Req>) {
    this.#policy = policy
    this.#refuse = refuse ?? ((refused) => answer(policy.mode, refused))
    this.#attendance = attendance
    this.#seen = seenBy.get(policy) ?? new WeakSet()
    seenBy.set(policy, this.#seen)
  }

  enter(request: Req, raw: Request, next: WebNext): Response | Promise<Response> {
    const policy = this.#policy
    if (policy.skip(request) || this.#seen.has(request)) return next()
    this.#seen.add(request)
    // The client left while somebody before us was busy: nobody is there to answer, so this costs no quota and no work.
    // Where nothing but the quota is at stake it is not asked: on some runtimes the signal costs more than the decision.
    if (policy.settlesAtOnce !== true && isGone(raw)) {
      return this.#refuse({ request, raw, ...clientLeft })
    }
    const ticket = policy.ticket(request)
    const visit = new WebVisit(policy, ticket, raw)
    this.#attendance?.entered()
    const verdict = policy.enter(ticket)
    if (verdict instanceof Promise) return this.#wait(visit, verdict, next)
    if (verdict !== undefined) return this.#no(ticket, raw, verdict)
    if (policy.settlesAtOnce === true) return visit.pass(next)
    visit.listen()
    return visit.proceed(next)
  }

  async #wait(visit: WebVisit<Req>, pending: Promise<Verdict>, next: WebNext): Promise<Response> {
    visit.listen()
    const waitsNoMore = this.#attendance?.waiting()
    const verdict = await pending
    waitsNoMore?.()
    if (visit.isOver) {
      // It was let in between the disconnect and this turn: nobody is there to answer, so it never runs.
      if (verdict === undefined) this.#policy.leave(visit.ticket, 'revoked')
      return this.#refuse({ request: visit.ticket.req, raw: visit.raw, ...clientLeft })
    }
    if (verdict === undefined) return visit.proceed(next)
    visit.close()
    return this.#no(visit.ticket, visit.raw, verdict)
  }

  #no(ticket: HttpTicket<Req>, raw: Request, rejection: Rejection): Response | Promise<Response> {
    if (rejection.reason === 'cancelled') return this.#refuse({ request: ticket.req, raw, ...clientLeft })
    const refusal = this.#policy.refuse(ticket, rejection)
    const response = this.#refuse({ request: ticket.req, raw, refusal, rejection })
    return response instanceof Promise ? response.then((made) => afterRefusal(raw, made)) : afterRefusal(raw, response)
  }
}

/**
 * The guard of a policy. Places are given back at the end of the body, which is wrapped for that; at once where there is none; and when
 * the client leaves, which `signal` of the request tells. The response is passed on as it is where nothing depends on its end.
 * A request passes the same policy once, however often its guard is called. Where responses are those of Node.js use `createNodeGuard`.
 */
export function createWebGuard<Req extends object>(
  policy: HttpPolicy<Req>,
  options: WebGuardOptions<Req> = {},
): WebGuard<Req> {
  const guarding = new Guarding(policy, options)
  return function guard(request, raw, next) {
    return guarding.enter(request, raw, next)
  }
}

function answer(mode: 'respond' | 'error', { rejection, refusal }: RefusalDetails): Response {
  if (mode === 'error' && rejection.reason !== 'cancelled') throw createRefusalError(rejection, refusal)
  return toResponse(refusal)
}

function isGone({ signal }: { readonly signal?: AbortSignal | null }): boolean {
  return signal?.aborted === true
}
