/** Whoever has the least time left first. */
import { checkFunction, checkKnown, checkNumber, checkOneOf } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { mostMs, type QueueBounds } from './bounds.ts'
import { type DeadlineEntry, DeadlineOrder } from './deadline-order.ts'
import type { Drop, InnerDiscipline } from './discipline.ts'
import { Lane, queueOptionNames, type QueueOptions } from './lane.ts'
import type { OverflowPolicy } from './overflow.ts'
import { plainCost, Reading, ticketOf, type Queueable } from './reading.ts'
import type { Waiter } from './waiter.ts'

/** Who cannot make it any more. */
export interface DeadlineRule {
  /** Time that work takes, at the least: with less left it is dropped; 0..1e12, default 0. */
  readonly minRemainingMs?: Millis
}

/** Bounds of an {@link EarliestDeadlineFirst}. */
export interface EarliestDeadlineFirstOptions<T = unknown> extends QueueOptions<T>, DeadlineRule {
  /**
   * The instant after which an item is worthless; default its ticket's `deadline`. Asked once, when the item comes. `Infinity`, which NaN
   * counts as, is after all others. So is whatever it throws for, which `failures` counts.
   */
  readonly deadlineOf?: (item: T) => Millis
  /** Who gives way when full; default `evict-lowest`: the latest deadline, and the newest of several. */
  readonly overflow?: Extract<OverflowPolicy, 'reject-new' | 'evict-lowest'>
}

/** What an {@link EarliestDeadlineFirst} can change while it runs. */
export type EarliestDeadlineFirstUpdate = Partial<QueueBounds> & DeadlineRule

const owner = 'EarliestDeadlineFirst'
const overflows = ['evict-lowest', 'reject-new'] as const
/** How many may give way to one newcomer that costs more than they do. */
const mostEvicted = 64

/**
 * Serves in the order of deadlines, first come, first served among equal ones, and drops as `deadline` whoever cannot make it any more.
 * As long as all can be served in time it does so, whatever the order they came in. O(log n).
 *
 * Under lasting overload it serves those that are nearly too late, and is too late for many of them: put something in front that
 * refuses, or stay with {@link ServiceCodel}. Liu and Layland, "Scheduling algorithms for multiprogramming", 1973.
 */
export class EarliestDeadlineFirst<T extends Queueable = Waiter> implements InnerDiscipline<T> {
  /** In order of arrival, for the age. Who was taken last stays in it until the next move, as it may come back. */
  readonly #lane: Lane<T>
  readonly #order = new DeadlineOrder<T>()
  readonly #deadlines: Reading<T, Millis>
  readonly #rejectsNew: boolean
  #minRemainingMs: Millis
  #taken: DeadlineEntry<T> | undefined

  constructor(options: EarliestDeadlineFirstOptions<T>) {
    checkKnown(owner, options, [...queueOptionNames, 'minRemainingMs', 'deadlineOf', 'overflow'])
    const { overflow = 'evict-lowest', minRemainingMs = 0 } = options
    const { deadlineOf = (item: T): Millis => ticketOf(item)?.deadline ?? Infinity } = options
    this.#rejectsNew = checkOneOf(owner, 'overflow', overflow, overflows) === 'reject-new'
    this.#minRemainingMs = checkRemaining(minRemainingMs)
    this.#deadlines = new Reading(checkFunction(owner, 'deadlineOf', deadlineOf), Infinity)
    this.#lane = new Lane(owner, options)
  }

  get size(): number {
    return this.#order.size
  }

  /** What all who wait cost together. */
  get cost(): number {
    return this.size === 0 ? 0 : this.#lane.ring.cost - (this.#taken?.cost ?? 0)
  }

  /** How often `costOf` or `deadlineOf` threw. */
  get failures(): number {
    return this.#lane.costs.failures + this.#deadlines.failures
  }

  /** Changes bounds and rule. Those beyond them are dropped on the next move. Throws as the constructor does, changing nothing then. */
  update(change: EarliestDeadlineFirstUpdate): void {
    const minRemainingMs = checkRemaining(change.minRemainingMs ?? this.#minRemainingMs)
    this.#lane.update(change, ['minRemainingMs'])
    this.#minRemainingMs = minRemainingMs
  }

  push(item: T, now: Millis, drop?: Drop<T>): T | undefined {
    this.#settle()
    const at = this.#lane.tell(now)
    if (drop !== undefined) this.#trim(drop)
    const cost = plainCost(this.#lane.costs.of(item))
    const deadline = this.#deadlines.of(item)
    const entry = this.#order.entry(item, Number.isNaN(deadline) ? Infinity : deadline, cost)
    const evicted = this.#lane.fits(cost) ? [] : this.#makeWay(entry, drop)
    if (evicted === undefined) return item
    this.#order.add(entry)
    this.#lane.ring.pushBack(item, at, cost)
    for (let i = 1; i < evicted.length; i++) drop?.(evicted[i]!.item, 'queue-full')
    return evicted[0]?.item
  }

  next(now: Millis, drop: Drop<T>): T | undefined {
    this.expire(now, drop)
    this.#taken = this.#order.takeFirst()
    return this.#taken?.item
  }

  putBack(item: T): void {
    if (this.#taken?.item !== item) return
    this.#order.putBackFirst(this.#taken)
    this.#taken = undefined
  }

  remove(item: T): boolean {
    this.#settle()
    return this.#leave(item)
  }

  expiresAt(): Millis {
    if (this.size === 0) return Infinity
    const hopelessAt = (this.#order.first()?.dueAt ?? Infinity) - this.#minRemainingMs
    return Math.min(hopelessAt, this.#lane.tooOldAt())
  }

  expire(now: Millis, drop: Drop<T>): void {
    this.#settle()
    const at = this.#lane.tell(now)
    for (let entry = this.#order.first(); entry !== undefined; entry = this.#order.first()) {
      if (entry.dueAt > at && entry.dueAt - at >= this.#minRemainingMs) break
      this.#leave(entry.item)
      drop(entry.item, 'deadline')
    }
    while (this.#lane.tooOldAt() <= at) {
      const item = this.#lane.ring.front() as T
      this.#leave(item)
      drop(item, 'queue-timeout')
    }
    this.#trim(drop)
  }

  /** The one whose deadline is latest. */
  evict(): T | undefined {
    this.#settle()
    const item = this.#order.last()?.item
    if (item !== undefined) this.#leave(item)
    return item
  }

  /** Those that give way to a newcomer, out already; `undefined`, and nobody is out, if they are not enough or too many. */
  #makeWay(newcomer: DeadlineEntry<T>, drop: Drop<T> | undefined): DeadlineEntry<T>[] | undefined {
    const { capacity, maxCost } = this.#lane.bounds
    if (this.#rejectsNew || capacity === 0 || newcomer.cost > maxCost) return undefined
    const { size, cost } = this.#lane.ring
    const evicted: DeadlineEntry<T>[] = []
    const most = drop === undefined ? 1 : mostEvicted
    let freed = 0
    while (size - evicted.length >= capacity || cost - freed + newcomer.cost > maxCost) {
      const latest = this.#order.last()
      if (latest === undefined || latest.dueAt <= newcomer.dueAt || evicted.length === most) {
        for (const entry of evicted) this.#order.putBackLast(entry)
        return undefined
      }
      this.#order.takeLast()
      evicted.push(latest)
      freed += latest.cost
    }
    for (const { item } of evicted) this.#leave(item)
    return evicted
  }

  #trim(drop: Drop<T>): void {
    while (!this.#lane.fits(0, 0)) drop(this.evict() as T, 'queue-full')
  }

  #leave(item: T): boolean {
    return this.#order.remove(item) && this.#lane.ring.remove(item)
  }

  /** Makes the last `next` final. */
  #settle(): void {
    if (this.#taken === undefined) return
    this.#leave(this.#taken.item)
    this.#taken = undefined
  }
}

function checkRemaining(value: Millis): Millis {
  return checkNumber(owner, 'minRemainingMs', value, { min: 0, max: mostMs })
}
