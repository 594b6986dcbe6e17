/** The rule of service CoDel: whether the least delay of an interval was too long, and who is dropped then. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { mostMs } from './bounds.ts'

/** What counts as too long a delay, and for how long it must be. */
export interface CodelRule {
  /** Acceptable delay; > 0, default 5. */
  readonly targetMs?: Millis
  /** How long the delay must stay above the target; > 0, default 100. */
  readonly intervalMs?: Millis
}

export const codelRuleNames: readonly string[] = ['targetMs', 'intervalMs']

/** Checks `change` against the defaults, or against the rule it changes. */
export function checkCodelRule(
  owner: string,
  change: CodelRule,
  old: Required<CodelRule> = { targetMs: 5, intervalMs: 100 },
): Required<CodelRule> {
  const range = { min: Number.MIN_VALUE, max: mostMs }
  return {
    targetMs: checkNumber(owner, 'targetMs', change.targetMs ?? old.targetMs, range),
    intervalMs: checkNumber(owner, 'intervalMs', change.intervalMs ?? old.intervalMs, range),
  }
}

// Doubles that change live in an array, because V8 may box those in fields. The second half is what the last look changed.
const least = 0
const end = 1
const fresh = 2
const over = 3
const saved = 4

/**
 * Told how long each one has waited that leaves a queue, it says which of them to drop. While the least delay of an interval was
 * above `targetMs` the service is overloaded, and until an interval says otherwise whoever has waited longer than twice the target
 * is dropped; but never the first of an interval. A good delay is one that is soon short again: the least of many tells, not the mean.
 *
 * Pure, O(1), allocates nothing. {@link ServiceCodel} is the queue that obeys it; use this where the queue is not ours.
 * Rule: `Codel` of facebook/folly, the variant for requests that RFC 8289 does not have. Any unit of time will do, if all times share it.
 */
export class ServiceCodelState {
  readonly #state: Float64Array
  #rule: Required<CodelRule>

  /** @param startAt when the first interval ends: at once, so that the second delay begins the first whole one */
  constructor(rule: CodelRule = {}, startAt: Millis = -Infinity) {
    checkKnown('ServiceCodelState', rule, codelRuleNames)
    this.#rule = checkCodelRule('ServiceCodelState', rule)
    this.#state = new Float64Array([0, startAt, 1, 0, 0, startAt, 1, 0])
  }

  /** Whether the last whole interval had no delay within the target. */
  get overloaded(): boolean {
    return this.#state[over] === 1
  }

  /** The least delay of this interval so far. */
  get minDelayMs(): Millis {
    return this.#state[least]!
  }

  /** 0 idle .. 1 at twice the target, at which the dropping begins: a measure of load for whoever balances it. */
  get load(): number {
    return Math.min(1, this.minDelayMs / (2 * this.#rule.targetMs))
  }

  /** Changes target and interval; the interval that runs keeps its end. Throws as the constructor does, changing nothing then. */
  update(change: CodelRule): void {
    checkKnown('ServiceCodelState', change, codelRuleNames)
    this.#rule = checkCodelRule('ServiceCodelState', change, this.#rule)
  }

  /** Somebody who has waited `delayMs` leaves the queue at `now`: true if it should be dropped. */
  shouldDrop(delayMs: Millis, now: Millis): boolean {
    const state = this.#state
    for (let i = 0; i < saved; i++) state[saved + i] = state[i]!
    if (state[fresh] === 0 && now > state[end]!) {
      state[fresh] = 1
      state[end] = now + this.#rule.intervalMs
      state[over] = state[least]! > this.#rule.targetMs ? 1 : 0
    }
    if (state[fresh] === 1) {
      state[fresh] = 0
      state[least] = delayMs
      return false
    }
    if (delayMs < state[least]!) state[least] = delayMs
    return state[over] === 1 && delayMs > 2 * this.#rule.targetMs
  }

  /** Unlearns the last `shouldDrop`: that one did not leave after all. */
  undo(): void {
    const state = this.#state
    for (let i = 0; i < saved; i++) state[i] = state[saved + i]!
  }

  /** From when on somebody who came at `enteredAt` is dropped, if nobody leaves until then; `Infinity` for never. */
  dropsAfter(enteredAt: Millis): Millis {
    const state = this.#state
    const at = enteredAt + 2 * this.#rule.targetMs
    return state[over] === 1 && at < state[end]! ? at : Infinity
  }
}
