/** A retry budget as in the AWS SDKs: tokens that retries spend and successes bring back. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis, Outcome } from '../ticket.ts'
import type { TryBudget, TryKind } from './tries.ts'

/** What a {@link RetryTokenBucket} holds, and what things cost. */
export interface RetryTokenBucketOptions {
  /** Tokens at first and at most; 1..1e9, default 500. */
  readonly capacity?: number
  /** What a retry or a hedge costs; 0..1e9, default 5. */
  readonly retryCost?: number
  /** What a retry costs after a try without an answer, which has cost the server more; 0..1e9, default 10. */
  readonly timeoutRetryCost?: number
  /** What a first try that succeeds brings; 0..1e9, default 1. */
  readonly successGain?: number
}

type Rule = Required<RetryTokenBucketOptions>

const owner = 'RetryTokenBucket'
const level = 0
/** Tokens spent by tries that have not ended: no more than these can come back. */
const lent = 1

/**
 * Lets a retry start if the bucket has its cost. Who succeeds at first brings 1 token; a retry that succeeds brings back what it cost; who
 * fails brings nothing. While all goes well it is full, so a short failure is retried at will, and a lasting one stops retries after
 * `capacity / retryCost` of them until successes come. It knows no time: a client that only fails gets no retry ever, and a burst of them
 * may come at once. For retries as a share of the load take {@link RetryBudget}.
 *
 * Source: the standard retry mode of the AWS SDKs (500, 5, 10, 1).
 */
export class RetryTokenBucket implements TryBudget {
  // Doubles that change live in an array, because V8 may box those in fields.
  readonly #state: Float64Array
  #rule: Rule

  constructor(options: RetryTokenBucketOptions = {}) {
    this.#rule = checkRule(options, { capacity: 500, retryCost: 5, timeoutRetryCost: 10, successGain: 1 })
    this.#state = new Float64Array([this.#rule.capacity, 0])
  }

  /** Tokens now, 0 to `capacity`. */
  get tokens(): number {
    return this.#state[level] as number
  }

  start(kind: TryKind, _now?: Millis): boolean {
    const cost = this.#cost(kind)
    if (cost > this.tokens) return false
    this.#state[level] = this.tokens - cost
    this.#state[lent] = (this.#state[lent] as number) + cost
    return true
  }

  end(kind: TryKind, outcome: Outcome): void {
    const owed = this.#state[lent] as number
    const cost = Math.min(this.#cost(kind), owed)
    this.#state[lent] = owed - cost
    if (outcome === 'revoked') this.#give(cost)
    else if (outcome === 'success') this.#give(kind === 'first' ? this.#rule.successGain : cost)
  }

  available(_now?: Millis): number {
    const { retryCost } = this.#rule
    return retryCost === 0 ? Number.MAX_SAFE_INTEGER : Math.floor(this.tokens / retryCost)
  }

  isIdle(_now?: Millis): boolean {
    return this.tokens >= this.#rule.capacity
  }

  /** Changes what is named. A larger capacity is filled by successes to come, not at once. Throws as the constructor does. */
  update(change: RetryTokenBucketOptions): void {
    this.#rule = checkRule(change, this.#rule)
    this.#state[level] = Math.min(this.#rule.capacity, this.tokens)
  }

  #cost(kind: TryKind): number {
    return kind === 'first' ? 0 : kind === 'timeout-retry' ? this.#rule.timeoutRetryCost : this.#rule.retryCost
  }

  #give(tokens: number): void {
    this.#state[level] = Math.min(this.#rule.capacity, this.tokens + tokens)
  }
}

function checkRule(given: RetryTokenBucketOptions, otherwise: Rule): Rule {
  checkKnown(owner, given, ['capacity', 'retryCost', 'timeoutRetryCost', 'successGain'])
  const rule: Rule = {
    capacity: given.capacity ?? otherwise.capacity,
    retryCost: given.retryCost ?? otherwise.retryCost,
    timeoutRetryCost: given.timeoutRetryCost ?? otherwise.timeoutRetryCost,
    successGain: given.successGain ?? otherwise.successGain,
  }
  for (const name of ['capacity', 'retryCost', 'timeoutRetryCost', 'successGain'] as const)
    checkNumber(owner, name, rule[name], { min: name === 'capacity' ? 1 : 0, max: 1e9 })
  return rule
}
