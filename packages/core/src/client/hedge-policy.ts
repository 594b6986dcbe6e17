/** Hedging: a second try beside one that takes long, within a budget. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { RetryBudget } from './retry-budget.ts'
import type { TryBudget } from './tries.ts'

/** When a {@link HedgePolicy} hedges, and how much. */
export interface HedgeOptions {
  /**
   * How long a try may take before a hedge is sent beside it: a number >= 0 or `Infinity`, or a function that is asked each time, such as
   * the 95th percentile of recent latencies. A function that throws, or knows no number >= 0 yet, means no hedge.
   */
  readonly delayMs: Millis | (() => Millis)
  /** Hedges per first try, over the last 10 s; 0..1, default 0.05. Not together with `budget`. */
  readonly ratio?: number
  /** Hedges of one request; an integer 1..10, default 1. */
  readonly maxHedges?: number
  /** Pays the hedges, where they share a budget with retries. Default: a {@link RetryBudget} of `ratio` without a reserve. */
  readonly budget?: TryBudget
}

/**
 * Says when a request that has no answer yet may be sent once more, elsewhere or on another connection. The answer that comes first is
 * taken; the other try is cancelled and ends as `ignored`. Only for requests that may be done twice.
 *
 * A delay at the 95th percentile makes 1 in 20 requests ask for a hedge, and the budget keeps it there: when everything becomes slow, and the
 * old percentile is exceeded by all, hedges do not double the load.
 *
 * Tell the budget of each first try, `policy.budget.start('first', now)`, for that is what hedges are a share of, and of ends.
 *
 * Source: Dean and Barroso, "The Tail at Scale" (CACM 2013).
 */
export class HedgePolicy {
  readonly budget: TryBudget
  /** How often `delayMs` threw. */
  failures = 0
  readonly #delayMs: () => Millis
  readonly #maxHedges: number

  constructor(options: HedgeOptions) {
    const owner = 'HedgePolicy'
    checkKnown(owner, options, ['delayMs', 'ratio', 'maxHedges', 'budget'])
    const { delayMs, ratio = 0.05, maxHedges = 1, budget } = options
    if (typeof delayMs !== 'function') checkNumber(owner, 'delayMs', delayMs, { min: 0, max: Infinity })
    checkNumber(owner, 'ratio', ratio, { min: 0, max: 1 })
    if (budget !== undefined && options.ratio !== undefined)
      throw new TypeError(`${owner}: options "ratio" and "budget" exclude each other`)
    this.#delayMs = typeof delayMs === 'function' ? delayMs : () => delayMs
    this.#maxHedges = checkNumber(owner, 'maxHedges', maxHedges, { min: 1, max: 10, integer: true })
    this.budget = budget ?? new RetryBudget({ ratio, minPerSecond: 0 })
  }

  /** How long after the start of the last try the next hedge is due, if `hedges` were sent already; `Infinity`: never. */
  afterMs(hedges: number): Millis {
    if (!(hedges < this.#maxHedges)) return Infinity
    try {
      const delayMs = this.#delayMs()
      return delayMs >= 0 ? delayMs : Infinity
    } catch {
      this.failures++
      return Infinity
    }
  }

  /** Whether a hedge may be sent now: true takes it from the budget. Whoever then does not send it ends it as `revoked`. */
  start(now: Millis): boolean {
    return this.budget.start('hedge', now)
  }
}
