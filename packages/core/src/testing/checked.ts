/** A limiter that is watched for breaches of its contract, by itself and by its callers. */
import type { Limiter } from '../limiter.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'

/** What {@link checked} returns. */
export interface Checked extends Limiter {
  /** Tickets that were let in and not settled. */
  readonly inflight: number
}

class CheckedLimiter implements Checked {
  readonly name: string
  readonly #limiter: Limiter & { readonly inflight?: unknown }
  readonly #admitted = new Set<Ticket>()

  constructor(limiter: Limiter) {
    this.name = limiter.name
    this.#limiter = limiter
  }

  get inflight(): number {
    return this.#admitted.size
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    if (this.#admitted.has(ticket)) this.#fail('a ticket was admitted twice without being settled')
    const no = this.#call('admit', () => this.#limiter.admit(ticket, now))
    if (no === undefined) this.#admitted.add(ticket)
    else this.#checkRejection(no)
    this.#checkInflight()
    return no
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    if (!this.#admitted.delete(ticket)) this.#fail('a ticket was settled twice, or without having been admitted')
    this.#call('settle', () => this.#limiter.settle(ticket, now, outcome))
    this.#checkInflight()
  }

  #call<T>(method: string, call: () => T): T {
    try {
      return call()
    } catch (error) {
      throw new Error(`${this.name}: ${method} threw`, { cause: error })
    }
  }

  #checkRejection(no: Rejection): void {
    if (!(no.retryAfterMs >= 0)) this.#fail(`retryAfterMs must be a number >= 0, got ${no.retryAfterMs}`)
    if (typeof no.reason !== 'string' || typeof no.limiter !== 'string')
      this.#fail('a rejection needs reason and limiter')
  }

  #checkInflight(): void {
    const { inflight } = this.#limiter
    if (typeof inflight === 'number' && !(inflight >= 0)) this.#fail(`inflight is ${inflight}`)
  }

  #fail(breach: string): never {
    throw new Error(`${this.name}: ${breach}`)
  }
}

/**
 * Wraps a limiter so that a breach of contract throws where it happens: a ticket settled twice or never admitted, `admit` or
 * `settle` that throw, a negative `inflight`, a refusal without a sensible `retryAfterMs`. For tests: it allocates and it throws.
 */
export function checked(limiter: Limiter): Checked {
  return new CheckedLimiter(limiter)
}
