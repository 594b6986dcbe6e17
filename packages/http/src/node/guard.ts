/** Puts a policy in front of whatever answers a `node:http` request: from the request to the refusal, or to the end of the response. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Outcome, Rejection, Verdict } from '@spillway/core'
import type { HttpPolicy, RefusalDetails } from '../policy.ts'
import { createRefusalError } from '../refusal/refusal-error.ts'
import { clientLeft } from '../refusal/refuser.ts'
import type { HttpTicket } from '../ticket.ts'
import { observeServerOf } from './observe-server.ts'
import { isOver, onResponseDone, responseListeners, type ResponseListener } from './response-done.ts'
import { writeRefusal } from './write-refusal.ts'

/** Goes on with the request; with an error when it is refused and the policy's mode is `error`. */
export type Next = (error?: unknown) => void

/** A request that does not get in, and everything that is needed to say so. */
export interface Refused<Req> extends RefusalDetails {
  /** As the policy and its callbacks see it. */
  readonly request: Req
  readonly res: ServerResponse
  readonly next: Next
  /** Its reason is `cancelled` when the client left while it waited: then nobody is there to answer. */
  readonly rejection: Rejection
}

/** What a framework does with a request that does not get in. Must not throw. */
export type RefuseHook<Req> = (refused: Refused<Req>) => void

/** Runs `next` when the policy lets the request in, else refuses it: at once, or when its turn has come if it has to wait. */
export type NodeGuard<Req> = (request: Req, res: ServerResponse, next: Next) => void

/** One request at one policy. The only object made per request beside the ticket; it is its own listener. */
class Visit<Req> implements ResponseListener {
  readonly policy: HttpPolicy<Req>
  readonly #refuse: RefuseHook<Req>
  readonly #ticket: HttpTicket<Req>
  readonly #res: ServerResponse
  #state: 'waiting' | 'running' | 'over' = 'running'

  constructor({ policy, refuse }: GuardParts<Req>, ticket: HttpTicket<Req>, res: ServerResponse) {
    this.policy = policy
    this.#refuse = refuse
    this.#ticket = ticket
    this.#res = res
  }

  run(next: Next): void {
    onResponseDone(this.#res.req, this.#res, this)
    this.#proceed(next)
  }

  /** Runs without looking at the end: nothing is to be given back then. */
  pass(next: Next): void {
    this.#state = 'over'
    markPassed(this.#res, this.policy)
    this.policy.leave(this.#ticket, 'ignored')
    this.#proceed(next)
  }

  wait(verdict: Promise<Verdict>, next: Next): void {
    this.#state = 'waiting'
    onResponseDone(this.#res.req, this.#res, this)
    void verdict.then((decided) => this.#decide(decided, next))
  }

  done(completed: boolean): void {
    const state = this.#state
    this.#state = 'over'
    if (state === 'waiting') this.policy.cancel(this.#ticket)
    else if (state === 'running')
      this.policy.leave(this.#ticket, completed ? this.#outcome() : this.policy.outcome(this.#ticket, 0))
  }

  refuse(rejection: Rejection, next: Next): void {
    this.#state = 'over'
    if (rejection.reason === 'cancelled') return this.#gone(next)
    const refusal = this.policy.refuse(this.#ticket, rejection)
    if (this.policy.mode === 'error') next(createRefusalError(rejection, refusal))
    else this.#refuse({ request: this.#ticket.req, res: this.#res, next, refusal, rejection })
  }

  #decide(verdict: Verdict, next: Next): void {
    if (this.#state === 'over') {
      // It was let in between the disconnect and this turn: nobody is there to answer, so it never runs.
      if (verdict === undefined) this.policy.leave(this.#ticket, 'revoked')
      this.#gone(next)
    } else if (verdict === undefined) {
      this.#state = 'running'
      this.#proceed(next)
    } else {
      this.refuse(verdict, next)
    }
  }

  #gone(next: Next): void {
    this.#refuse({ request: this.#ticket.req, res: this.#res, next, ...clientLeft })
  }

  #proceed(next: Next): void {
    const headers = this.policy.admitHeaders(this.#ticket)
    if (headers !== undefined && !this.#res.headersSent) setHeaders(this.#res, headers)
    next()
  }

  #outcome(): Outcome {
    return isEventStream(this.#res) ? 'ignored' : this.policy.outcome(this.#ticket, this.#res.statusCode)
  }
}

/** What a guard is made of. */
interface GuardParts<Req> {
  readonly policy: HttpPolicy<Req>
  readonly refuse: RefuseHook<Req>
}

/**
 * The guard of a policy. Synchronous whenever the policy is. A request passes the same policy once, however often its guard is called.
 * Refusals are written to the response, or, in mode `error`, passed to `next`; `refuse` does something else with those that
 * would be written, and is told of those whose client left while they waited, so that nothing of a framework waits for ever.
 */
export function createNodeGuard<Req>(policy: HttpPolicy<Req>, refuse: RefuseHook<Req> = writeRefused): NodeGuard<Req> {
  const parts = { policy, refuse }
  return function guard(request, res, next) {
    if (policy.arrived !== undefined) observeServerOf(res.req, policy)
    if (policy.skip(request) || res.writableEnded || isVisited(res, policy)) return next()
    // The client left while somebody before us was busy: nobody is there to answer, so this costs no quota and no work.
    if (isOver(res)) return refuse({ request, res, next, ...clientLeft })
    const ticket = policy.ticket(request)
    const visit = new Visit(parts, ticket, res)
    const verdict = policy.enter(ticket)
    if (verdict instanceof Promise) return visit.wait(verdict, next)
    if (verdict !== undefined) return visit.refuse(verdict, next)
    if (policy.settlesAtOnce === true) return visit.pass(next)
    if (!isUpgrade(res.req)) return visit.run(next)
    // A connection that speaks another protocol lives for minutes and is no work in flight: only its opening is limited.
    policy.leave(ticket, 'ignored')
    next()
  }
}

/** Writes the refusal, unless nobody is there to read it. */
function writeRefused({ res, refusal, rejection }: Pick<Refused<unknown>, 'res' | 'refusal' | 'rejection'>): void {
  if (rejection.reason !== 'cancelled') writeRefusal(res.req, res, refusal)
}

/**
 * Puts a policy in front of any listener, a whole framework included: `createServer(guardHandler(app, policy))`.
 * What is refused never gets there, which is several times cheaper than a middleware inside.
 * Throws a TypeError for a policy in mode `error`: nobody handles errors out here.
 */
export function guardHandler(handler: RequestListener, policy: HttpPolicy<IncomingMessage>): RequestListener {
  if (policy.mode === 'error') {
    throw new TypeError('guardHandler: option "mode" must be "respond" in front of a framework, got "error"')
  }
  const guard = createNodeGuard(policy)
  return function guardedHandler(req, res) {
    guard(req, res, () => handler(req, res))
  }
}

const passed: unique symbol = Symbol('spillway.response.passed')

/** The policies that a response has passed without anybody listening to its end; a single one is not wrapped in an array. */
type Passing = ServerResponse & { [passed]?: unknown }

function markPassed(res: Passing, policy: unknown): void {
  const before = res[passed]
  if (before === undefined) res[passed] = policy
  else if (Array.isArray(before)) before.push(policy)
  else res[passed] = [before, policy]
}

function hasPassed(res: Passing, policy: unknown): boolean {
  const found = res[passed]
  return found !== undefined && (found === policy || (Array.isArray(found) && found.includes(policy)))
}

function isVisited(res: ServerResponse, policy: unknown): boolean {
  if (hasPassed(res, policy)) return true
  const listeners = responseListeners(res)
  if (listeners === undefined) return false
  const visits = (each: ResponseListener): boolean => each instanceof Visit && each.policy === policy
  return 'length' in listeners ? listeners.some(visits) : visits(listeners)
}

/** Set by node's parser, though not documented; only code that feeds upgrades to a framework by hand brings one here. */
function isUpgrade(req: IncomingMessage): boolean {
  return (req as { upgrade?: boolean | null }).upgrade === true
}

function setHeaders(res: ServerResponse, headers: readonly string[]): void {
  for (let i = 0; i < headers.length; i += 2) res.setHeader(headers[i] as string, headers[i + 1] as string)
}

/** Server-sent events go on for as long as somebody listens: how long says nothing about load. */
function isEventStream(res: ServerResponse): boolean {
  const type = res.getHeader('content-type')
  if (type !== undefined) return typeof type === 'string' && type.startsWith('text/event-stream')
  // why: headers passed to `writeHead` leave no other trace than this text. HTTP/2 has none, but keeps them where the first line looks.
  const { _header: sent } = res as { _header?: unknown }
  return typeof sent === 'string' && sent.includes('text/event-stream')
}
