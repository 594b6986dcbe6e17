/** One call at the policies before it, where the end of a response does not tell the end of the call, or not the only one. */
import type { Rejection, Verdict } from '@spillway/core'
import type { HttpPolicy, HttpTicket } from '@spillway/http'
import { SpillwayException } from '../exception.ts'

const cancelled: Rejection = Object.freeze({ reason: 'cancelled', limiter: 'nestjs', retryAfterMs: Infinity })
const nobodyListens = Object.freeze({ status: 499, headers: Object.freeze([]), body: '' })

/** The exception for a caller that has left while it waited: nobody hears it. */
export function goneException(rejection: Rejection = cancelled): SpillwayException {
  return new SpillwayException(rejection, nobodyListens)
}

/** Asks once, and gives back once. */
export class Admission {
  readonly #policy: HttpPolicy<object>
  readonly #ticket: HttpTicket<object>
  #state: 'waiting' | 'running' | 'over' = 'waiting'

  constructor(policy: HttpPolicy<object>, request: object) {
    this.#policy = policy
    this.#ticket = policy.ticket(request)
  }

  /** `undefined` lets the call in. Synchronous whenever the policy is; the promise never rejects. */
  enter(): SpillwayException | undefined | Promise<SpillwayException | undefined> {
    const verdict = this.#policy.enter(this.#ticket)
    if (verdict instanceof Promise) return verdict.then((decided) => this.#decide(decided))
    return this.#decide(verdict)
  }

  /** The call is over: with the status that it would have over HTTP, or 0 when its caller has left. Only the first end counts. */
  end(status: number): void {
    const state = this.#state
    this.#state = 'over'
    if (state === 'waiting') this.#policy.cancel(this.#ticket)
    else if (state === 'running') {
      this.#policy.leave(this.#ticket, status === 0 ? 'ignored' : this.#policy.outcome(this.#ticket, status))
    }
  }

  /** What is sent with the answer. */
  headers(): readonly string[] {
    return this.#policy.admitHeaders(this.#ticket) ?? []
  }

  #decide(verdict: Verdict): SpillwayException | undefined {
    if (this.#state === 'over') {
      // Let in between its departure and this turn: it never runs.
      if (verdict === undefined) this.#policy.leave(this.#ticket, 'revoked')
      return goneException()
    }
    this.#state = verdict === undefined ? 'running' : 'over'
    if (verdict === undefined) return undefined
    if (verdict.reason === 'cancelled') return goneException(verdict)
    return new SpillwayException(verdict, this.#policy.refuse(this.#ticket, verdict))
  }
}
