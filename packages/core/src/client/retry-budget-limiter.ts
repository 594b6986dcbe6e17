/** A retry budget as a limiter: first tries pass, the others are paid for. */
import type { Idling } from '../compose/idle.ts'
import type { Limiter } from '../limiter.ts'
import { checkFunction, checkKnown } from '../options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { kindOfTry, type TryBudget, type TryKind } from './tries.ts'

/** How a {@link RetryBudgetLimiter} tells tries apart. */
export interface RetryBudgetLimiterOptions {
  /** Named in rejections; default `retry-budget`. */
  readonly name?: string
  /**
   * Tells which try a ticket is. Asked again when the work ends, so it must be pure in what does not change of a ticket. If it throws, the
   * ticket is let in uncounted and `failures` counts it. Default: the ticket's key named `try`; without one it is a first try.
   */
  readonly kindOf?: (ticket: Ticket) => TryKind
}

/**
 * Refuses retries and hedges that `budget` does not pay for, with `retryAfterMs: Infinity`: whoever is refused one should give up and not
 * wait for it. First tries are always let in. Put it before limiters whose refund is dearer; `revoked` gives back what a try took.
 */
export class RetryBudgetLimiter implements Limiter, Idling {
  readonly name: string
  /** How often `kindOf` threw. */
  failures = 0
  readonly budget: TryBudget
  readonly #kindOf: (ticket: Ticket) => TryKind
  readonly #no: Rejection

  constructor(budget: TryBudget, options: RetryBudgetLimiterOptions = {}) {
    checkKnown('RetryBudgetLimiter', options, ['name', 'kindOf'])
    const { name = 'retry-budget', kindOf = kindOfTry } = options
    this.name = name
    this.budget = budget
    this.#kindOf = checkFunction('RetryBudgetLimiter', 'kindOf', kindOf)
    this.#no = Object.freeze({ reason: 'retry-budget', limiter: name, retryAfterMs: Infinity })
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const kind = this.#kind(ticket)
    return kind === undefined || this.budget.start(kind, now) ? undefined : this.#no
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    const kind = this.#kind(ticket)
    if (kind !== undefined) this.budget.end(kind, outcome, now, ticket.startedAt)
  }

  isIdle(now: Millis): boolean {
    return this.budget.isIdle(now)
  }

  #kind(ticket: Ticket): TryKind | undefined {
    try {
      return this.#kindOf(ticket)
    } catch {
      this.failures++
      return undefined
    }
  }
}
