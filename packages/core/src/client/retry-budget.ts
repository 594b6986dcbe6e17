/** A retry budget as in Finagle and tower: retries are a share of the first tries of the last seconds. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis, Outcome } from '../ticket.ts'
import { SlidingCounts } from './sliding-counts.ts'
import type { TryBudget, TryKind } from './tries.ts'

/** How much a {@link RetryBudget} allows. */
export interface RetryBudgetOptions {
  /** Retries per first try; 0..1000, default 0.2. */
  readonly ratio?: number
  /**
   * Retries per second that are allowed besides, so that whoever makes few requests can retry at all; 0..1e6, default 10. They may come at
   * once: `minPerSecond * ttlMs / 1000` of them. With many clients of little traffic this reserve decides, not the ratio: lower it there.
   */
  readonly minPerSecond?: number
  /** How long a try counts; 1000..60000, default 10000. It goes at most a tenth of it later. */
  readonly ttlMs?: Millis
}

interface Rule {
  readonly ratio: number
  readonly minPerSecond: number
}

const owner = 'RetryBudget'
const slots = 10
const firsts = 0
const extras = 1

/**
 * Lets a retry start while, in the last `ttlMs`, `retries + 1 <= ratio * first tries + minPerSecond * ttlMs / 1000`; hedges are retries
 * here. So retries add at most `ratio` to the load however much fails, beyond the reserve for quiet times. It does not ask how tries end:
 * for a budget that only successes fill take {@link RetryTokenBucket}, for one that counts what is in flight {@link ConcurrentRetryBudget}.
 *
 * The rule is that of Finagle's `RetryBudget` and tower's `TpsBudget` (deposit 1, withdraw 1 / ratio, reserve = minPerSecond * ttl *
 * withdraw), without their rounding of 1 / ratio to a whole number, and with slots that end on time also when calls are rare.
 */
export class RetryBudget implements TryBudget {
  readonly #counts: SlidingCounts
  readonly #ttlMs: Millis
  #rule: Rule

  constructor(options: RetryBudgetOptions = {}) {
    checkKnown(owner, options, ['ratio', 'minPerSecond', 'ttlMs'])
    const { ttlMs = 10_000 } = options
    this.#rule = checkRule(options, { ratio: 0.2, minPerSecond: 10 })
    this.#ttlMs = checkNumber(owner, 'ttlMs', ttlMs, { min: 1000, max: 60_000 })
    this.#counts = new SlidingCounts({ windowMs: ttlMs, slots, columns: 2 })
  }

  start(kind: TryKind, now: Millis): boolean {
    const counts = this.#counts
    counts.advance(now)
    if (kind === 'first') counts.add(firsts, 1)
    else if (this.#allows(counts.sum(extras) + 1)) counts.add(extras, 1)
    else return false
    return true
  }

  end(kind: TryKind, outcome: Outcome, now: Millis, startedAt: Millis): void {
    if (outcome !== 'revoked') return
    const column = kind === 'first' ? firsts : extras
    this.#counts.advance(now)
    const row = this.#counts.rowAt(startedAt)
    // Where nothing is counted nothing was taken: an end too many must not make retries out of nothing.
    if (row >= 0 && this.#counts.countIn(row, column) > 0) this.#counts.addIn(row, column, -1)
  }

  available(now: Millis): number {
    const counts = this.#counts
    counts.advance(now)
    let most = Math.floor(this.#reserve + this.#rule.ratio * counts.sum(firsts)) + 1
    while (most > 0 && !this.#allows(most)) most--
    return Math.max(0, most - counts.sum(extras))
  }

  isIdle(now: Millis): boolean {
    this.#counts.advance(now)
    return this.#counts.sum(extras) === 0
  }

  /**
   * Changes ratio and reserve from now on. Throws as the constructor does, and then changes nothing. What they add is not there at once: it
   * is earned by tries to come, within `ttlMs`.
   */
  update(change: Omit<RetryBudgetOptions, 'ttlMs'>, now: Millis): void {
    checkKnown(owner, change, ['ratio', 'minPerSecond'])
    const rule = checkRule(change, this.#rule)
    const before = this.available(now)
    this.#rule = rule
    const minted = this.available(now) - before
    if (minted > 0) this.#counts.add(extras, minted)
  }

  get #reserve(): number {
    return (this.#rule.minPerSecond * this.#ttlMs) / 1000
  }

  /** Whether so many retries are within bounds. A quotient, because a product would round 0.29 * 100 to less than 29. */
  #allows(retries: number): boolean {
    const beyond = retries - this.#reserve
    return beyond <= 0 || beyond / this.#counts.sum(firsts) <= this.#rule.ratio
  }
}

function checkRule(given: RetryBudgetOptions, otherwise: Rule): Rule {
  const { ratio = otherwise.ratio, minPerSecond = otherwise.minPerSecond } = given
  checkNumber(owner, 'ratio', ratio, { min: 0, max: 1000 })
  checkNumber(owner, 'minPerSecond', minPerSecond, { min: 0, max: 1e6 })
  return { ratio, minPerSecond }
}
