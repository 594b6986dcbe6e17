/** A queue that drops by how long the least delayed have waited: the 5 ms rule for requests. */
import { checkKnown, checkOneOf } from '../options.ts'
import type { Millis } from '../ticket.ts'
import type { QueueBounds } from './bounds.ts'
import type { Drop, InnerDiscipline } from './discipline.ts'
import { Lane, queueOptionNames, type QueueOptions } from './lane.ts'
import { checkArrivalOverflow, servedLast, type ArrivalOverflow } from './overflow.ts'
import type { Queueable } from './reading.ts'
import { checkCodelRule, codelRuleNames, ServiceCodelState, type CodelRule } from './service-codel-state.ts'
import type { Waiter } from './waiter.ts'

/** Bounds and rule of a {@link ServiceCodel}. */
export interface ServiceCodelOptions<T = unknown> extends QueueOptions<T>, CodelRule {
  /** Who goes first: the oldest always (`fifo`, default), or the newest while overloaded (`adaptive-lifo`). */
  readonly order?: 'fifo' | 'adaptive-lifo'
  /** Who gives way when full. By default whoever would be served last: the newcomer, or the oldest while the newest goes first. */
  readonly overflow?: ArrivalOverflow
}

/** What a {@link ServiceCodel} can change while it runs. */
export type ServiceCodelUpdate = Partial<QueueBounds> & CodelRule

const owner = 'ServiceCodel'
const orders = ['fifo', 'adaptive-lifo'] as const

/**
 * The queue for requests: short delays pass, a standing queue does not. What {@link ServiceCodelState} is told is always how long the
 * oldest has waited when somebody is served, also where the newest is served: that is how long the queue stands. While overloaded
 * whoever has waited longer than twice the target is dropped, oldest first, whenever the queue is looked at. O(1).
 *
 * For packets, whose senders slow down when one is lost, there is {@link Codel}; where it matters more that a queue empties at all than
 * how long it takes, {@link AdaptiveLifo}. An interval in which nobody is served teaches nothing: `maxAgeMs` bounds the wait besides.
 */
export class ServiceCodel<T extends Queueable = Waiter> implements InnerDiscipline<T> {
  readonly #lane: Lane<T>
  readonly #state: ServiceCodelState
  #rule: Required<CodelRule>
  readonly #lifo: boolean
  readonly #overflow: ArrivalOverflow | undefined

  constructor(options: ServiceCodelOptions<T>) {
    checkKnown(owner, options, [...queueOptionNames, ...codelRuleNames, 'order', 'overflow'])
    const { overflow, order = 'fifo' } = options
    this.#lifo = checkOneOf(owner, 'order', order, orders) === 'adaptive-lifo'
    this.#overflow = overflow === undefined ? undefined : checkArrivalOverflow(owner, overflow)
    this.#rule = checkCodelRule(owner, options)
    this.#state = new ServiceCodelState(this.#rule)
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

  /** Whether whoever waits too long is dropped now. */
  get overloaded(): boolean {
    return this.#state.overloaded
  }

  /** Changes bounds and rule. Those beyond them are dropped on the next move. Throws as the constructor does, changing nothing then. */
  update(change: ServiceCodelUpdate): void {
    const rule = checkCodelRule(owner, change, this.#rule)
    this.#lane.update(change, codelRuleNames)
    this.#state.update((this.#rule = rule))
  }

  push(item: T, now: Millis, drop?: Drop<T>): T | undefined {
    return this.#lane.push(item, now, this.#policy(), drop)
  }

  next(now: Millis, drop: Drop<T>): T | undefined {
    if (!this.#shed(now, drop)) return undefined
    return this.#lane.take(this.#newestFirst)
  }

  putBack(item: T): void {
    this.#state.undo()
    this.#lane.putBack(item)
  }

  passed(now: Millis): void {
    if (Number.isFinite(now)) this.#state.shouldDrop(0, now)
  }

  remove(item: T): boolean {
    return this.#lane.ring.remove(item)
  }

  expiresAt(): Millis {
    return Math.min(this.#lane.tooOldAt(), this.#state.dropsAfter(this.#lane.ring.frontAt()))
  }

  expire(now: Millis, drop: Drop<T>): void {
    // Whoever was looked at last was found good and does not leave.
    if (this.#shed(now, drop)) this.#state.undo()
  }

  /** Whoever would be served last, if `overflow` says nothing else. */
  evict(): T | undefined {
    return this.#lane.evict(this.#policy())
  }

  /** Drops who has to go, the oldest first; true if somebody is left, whose delay the state knows then. */
  #shed(now: Millis, drop: Drop<T>): boolean {
    const at = this.#lane.tell(now)
    this.#lane.tidy(at, this.#policy(), drop)
    const { ring } = this.#lane
    while (ring.size > 0) {
      if (!this.#state.shouldDrop(at - ring.frontAt(), at)) return true
      drop(ring.takeFront() as T, 'queue-timeout')
    }
    return false
  }

  get #newestFirst(): boolean {
    return this.#lifo && this.#state.overloaded
  }

  #policy(): ArrivalOverflow {
    return this.#overflow ?? servedLast(this.#newestFirst)
  }
}
