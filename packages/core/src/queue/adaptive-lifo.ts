/** First come, first served, until a queue stands; then last come, first served. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { mostMs, type QueueBounds } from './bounds.ts'
import type { Drop, InnerDiscipline } from './discipline.ts'
import { Lane, queueOptionNames, type QueueOptions } from './lane.ts'
import { checkArrivalOverflow, servedLast, type ArrivalOverflow } from './overflow.ts'
import type { Queueable } from './reading.ts'
import type { Waiter } from './waiter.ts'

/** When a queue counts as standing, and how long one may wait in it then. */
export interface StandingRule {
  /** A queue stands once it has not been empty for this long; > 0, default 100. */
  readonly intervalMs?: Millis
  /** Longest wait while it stands; > 0, default 5. `maxAgeMs` holds besides, at any time. */
  readonly targetMs?: Millis
}

/** Bounds of an {@link AdaptiveLifo}. */
export interface AdaptiveLifoOptions<T = unknown> extends QueueOptions<T>, StandingRule {
  /** Who gives way when full. By default whoever would be served last: the newcomer, and while a queue stands the oldest. */
  readonly overflow?: ArrivalOverflow
}

/** What an {@link AdaptiveLifo} can change while it runs. */
export type AdaptiveLifoUpdate = Partial<QueueBounds> & StandingRule

const owner = 'AdaptiveLifo'
const ruleNames = ['intervalMs', 'targetMs']

function checkRule(change: StandingRule, old: Required<StandingRule>): Required<StandingRule> {
  const range = { min: Number.MIN_VALUE, max: mostMs }
  return {
    intervalMs: checkNumber(owner, 'intervalMs', change.intervalMs ?? old.intervalMs, range),
    targetMs: checkNumber(owner, 'targetMs', change.targetMs ?? old.targetMs, range),
  }
}

/**
 * Fair while a burst passes, and useful when it does not pass: once the queue has stood for `intervalMs`, the newest goes first,
 * because its caller still listens, and whoever has waited `targetMs` is dropped, because the others would starve unheard. The
 * first moment without anybody waiting ends that. O(1).
 *
 * To decide by how long those served have waited, rather than by whether the queue ever empties, use {@link ServiceCodel}.
 * Rule and defaults: Maurer, "Fail at Scale", ACM Queue 13(8), 2015 (M = 5 ms, N = 100 ms). There each waiter keeps the longest wait
 * that held when it came; here the one that holds now counts for all, so those who came before the queue stood do not wait on in vain.
 */
export class AdaptiveLifo<T extends Queueable = Waiter> implements InnerDiscipline<T> {
  readonly #lane: Lane<T>
  readonly #overflow: ArrivalOverflow | undefined
  #rule: Required<StandingRule>
  /** When the first came to wait in an empty queue. */
  #since: Millis = 0

  constructor(options: AdaptiveLifoOptions<T>) {
    checkKnown(owner, options, [...queueOptionNames, ...ruleNames, 'overflow'])
    const { overflow } = options
    this.#overflow = overflow === undefined ? undefined : checkArrivalOverflow(owner, overflow)
    this.#rule = checkRule(options, { intervalMs: 100, targetMs: 5 })
    this.#lane = new Lane(owner, options)
  }

  get size(): number {
    return this.#lane.ring.size
  }

  /** What all who wait cost together. */
  get cost(): number {
    return this.#lane.ring.cost
  }

  /** How often `costOf` threw. */
  get failures(): number {
    return this.#lane.costs.failures
  }

  /** Whether the newest goes first, as of the last move. */
  get standing(): boolean {
    return this.#lane.ring.size > 0 && this.#lane.now >= this.#since + this.#rule.intervalMs
  }

  /** Changes bounds and rule. Those beyond them are dropped on the next move. Throws as the constructor does, changing nothing then. */
  update(change: AdaptiveLifoUpdate): void {
    const rule = checkRule(change, this.#rule)
    this.#lane.update(change, ruleNames)
    this.#rule = rule
  }

  push(item: T, now: Millis, drop?: Drop<T>): T | undefined {
    const at = this.#lane.tell(now)
    if (this.#lane.ring.size === 0) this.#since = at
    return this.#lane.push(item, at, this.#policy(), drop)
  }

  next(now: Millis, drop: Drop<T>): T | undefined {
    this.expire(now, drop)
    return this.#lane.take(this.standing)
  }

  putBack(item: T): void {
    this.#lane.putBack(item)
  }

  remove(item: T): boolean {
    return this.#lane.ring.remove(item)
  }

  expiresAt(): Millis {
    const oldestAt = this.#lane.ring.frontAt()
    const standsAt = this.#since + this.#rule.intervalMs
    return Math.min(this.#lane.tooOldAt(), Math.max(oldestAt + this.#rule.targetMs, standsAt))
  }

  expire(now: Millis, drop: Drop<T>): void {
    const at = this.#lane.tell(now)
    const { maxAgeMs } = this.#lane.bounds
    this.#lane.expire(at, this.standing ? Math.min(maxAgeMs, this.#rule.targetMs) : maxAgeMs, drop)
    this.#lane.trim(this.#policy(), drop)
  }

  /** Whoever would be served last, if `overflow` says nothing else. */
  evict(): T | undefined {
    return this.#lane.evict(this.#policy())
  }

  #policy(): ArrivalOverflow {
    return this.#overflow ?? servedLast(this.standing)
  }
}
