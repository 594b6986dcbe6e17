/** A retry budget as in Envoy and failsafe-go: retries and hedges are a share of what is in flight. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis, Outcome } from '../ticket.ts'
import type { TryBudget, TryKind } from './tries.ts'

/** How much a {@link ConcurrentRetryBudget} allows. */
export interface ConcurrentRetryBudgetOptions {
  /** Retries and hedges per try in flight, themselves included; 0..1, default 0.2. */
  readonly ratio?: number
  /** So many may be in flight whatever else is; an integer 0..1e6, default 3. */
  readonly minConcurrent?: number
}

type Rule = Required<ConcurrentRetryBudgetOptions>

const owner = 'ConcurrentRetryBudget'

/**
 * Lets a retry or a hedge start while those in flight, with it, are at most `minConcurrent` or at most `ratio` of all in flight. It needs
 * no window and reacts at once: when the target slows down, both sides grow alike. But retries that end quickly, such as refused ones, free
 * their place quickly: at that it bounds no rate, as {@link RetryBudget} does.
 *
 * Source: the retry budgets of Envoy (20 % of active requests, at least 3) and of failsafe-go.
 */
export class ConcurrentRetryBudget implements TryBudget {
  #firsts = 0
  #extras = 0
  #rule: Rule

  constructor(options: ConcurrentRetryBudgetOptions = {}) {
    this.#rule = checkRule(options, { ratio: 0.2, minConcurrent: 3 })
  }

  /** First tries in flight. */
  get firsts(): number {
    return this.#firsts
  }

  /** Retries and hedges in flight. */
  get extras(): number {
    return this.#extras
  }

  start(kind: TryKind, _now?: Millis): boolean {
    if (kind === 'first') this.#firsts++
    else if (this.#allows(this.#extras + 1)) this.#extras++
    else return false
    return true
  }

  end(kind: TryKind, _outcome: Outcome): void {
    // An end too many is a fault of the caller; here it must not make room.
    if (kind === 'first') this.#firsts -= this.#firsts > 0 ? 1 : 0
    else this.#extras -= this.#extras > 0 ? 1 : 0
  }

  available(_now?: Millis): number {
    const { ratio, minConcurrent } = this.#rule
    // e / (firsts + e) <= ratio, solved for e.
    const share = ratio === 1 ? Infinity : Math.floor((ratio * this.#firsts) / (1 - ratio))
    // Beyond this, rounding is more than one and counting by ones stands still. Nobody gets there.
    if (share > 2 ** 50) return Number.MAX_SAFE_INTEGER
    // Rounding puts the quotient at most a step off.
    let most = Math.max(minConcurrent, share) + 1
    while (most > 0 && !this.#allows(most)) most--
    return Math.max(0, most - this.#extras)
  }

  isIdle(_now?: Millis): boolean {
    return this.#firsts === 0 && this.#extras === 0
  }

  /** Changes what is named, from the next try on. Throws as the constructor does, and then changes nothing. */
  update(change: ConcurrentRetryBudgetOptions): void {
    this.#rule = checkRule(change, this.#rule)
  }

  #allows(extras: number): boolean {
    return extras <= this.#rule.minConcurrent || extras / (this.#firsts + extras) <= this.#rule.ratio
  }
}

function checkRule(given: ConcurrentRetryBudgetOptions, otherwise: Rule): Rule {
  checkKnown(owner, given, ['ratio', 'minConcurrent'])
  const { ratio = otherwise.ratio, minConcurrent = otherwise.minConcurrent } = given
  checkNumber(owner, 'ratio', ratio, { min: 0, max: 1 })
  checkNumber(owner, 'minConcurrent', minConcurrent, { min: 0, max: 1e6, integer: true })
  return { ratio, minConcurrent }
}
