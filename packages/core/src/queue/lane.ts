/** Those who wait in the order they came, within bounds of count, cost and age: what most disciplines are made of. */
import { checkFunction, checkKnown } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { boundNames, checkQueueBounds, fitsWithin, type FullQueueBounds, type QueueBounds } from './bounds.ts'
import type { Drop } from './discipline.ts'
import type { ArrivalOverflow } from './overflow.ts'
import { plainCost, Reading, ticketOf, type Queueable } from './reading.ts'
import { Ring } from './ring.ts'

/** Bounds of a queue, and how to tell what an item costs. */
export interface QueueOptions<T> extends QueueBounds {
  /**
   * What an item counts against `maxCost`; default its ticket's `cost`, or 1 for what has no ticket. Asked once, when the item comes.
   * Negative and NaN count as 1, more than 2^32 as that; so does 1 if it throws, which `failures` counts.
   */
  readonly costOf?: (item: T) => number
}

export const queueOptionNames: readonly string[] = [...boundNames, 'costOf']

/** What reads the cost of an item. Throws a TypeError if `costOf` is no function. */
export function costReading<T extends Queueable>(owner: string, costOf?: (item: T) => number): Reading<T, number> {
  const read = costOf ?? ((item: T): number => ticketOf(item)?.cost ?? 1)
  return new Reading(checkFunction(owner, 'costOf', read), 1)
}

/** The disciplines decide which end is served, and hand in who gives way; everything is O(1) amortised. */
export class Lane<T extends Queueable> {
  readonly ring: Ring<T> = new Ring<T>()
  readonly costs: Reading<T, number>
  readonly #owner: string
  #bounds: FullQueueBounds
  /** Of the item taken last, in case it is put back. */
  #tookNewest = false
  #takenAt: Millis = 0
  #takenCost = 0
  #now: Millis = 0

  constructor(owner: string, options: QueueOptions<T>) {
    this.#owner = owner
    this.#bounds = checkQueueBounds(owner, options)
    this.costs = costReading(owner, options.costOf)
  }

  get bounds(): FullQueueBounds {
    return this.#bounds
  }

  /** The time last told. */
  get now(): Millis {
    return this.#now
  }

  /** Bounds from now on; those beyond them stay until `trim`. A change may also have what is `known` besides. */
  update(change: Partial<QueueBounds>, known: readonly string[] = []): void {
    checkKnown(this.#owner, change, [...boundNames, ...known])
    this.#bounds = checkQueueBounds(this.#owner, change, this.#bounds)
  }

  /** `now`, or the time last told if it is no time: nonsense must not make everybody immortal. */
  tell(now: Millis): Millis {
    if (Number.isFinite(now)) this.#now = now
    return this.#now
  }

  /** Whether so many more of that cost together would be within the bounds. */
  fits(cost: number, count = 1): boolean {
    return fitsWithin(this.#bounds, this.ring, cost, count)
  }

  /** Puts an item at the back and returns who had to go. */
  push(item: T, now: Millis, overflow: ArrivalOverflow, drop?: Drop<T>): T | undefined {
    const at = this.tell(now)
    if (drop !== undefined) this.trim(overflow, drop)
    const cost = plainCost(this.costs.of(item))
    const first = this.fits(cost) ? undefined : this.#makeWay(item, cost, overflow, drop)
    if (first !== item) this.ring.pushBack(item, at, cost)
    return first
  }

  /** Drops who is beyond the bounds since they were lowered. */
  trim(overflow: ArrivalOverflow, drop: Drop<T>): void {
    while (!this.fits(0, 0)) drop(this.evict(overflow) as T, 'queue-full')
  }

  /** Drops who has waited `ageMs` or longer. */
  expire(now: Millis, ageMs: Millis, drop: Drop<T>): void {
    while (this.ring.frontAt() + ageMs <= now) drop(this.ring.takeFront() as T, 'queue-timeout')
  }

  /** Drops who has reached `maxAgeMs`, and then who is beyond the bounds. */
  tidy(now: Millis, overflow: ArrivalOverflow, drop: Drop<T>): void {
    this.expire(now, this.#bounds.maxAgeMs, drop)
    this.trim(overflow, drop)
  }

  /** When the oldest reaches `maxAgeMs`; `Infinity` if nobody waits. */
  tooOldAt(): Millis {
    return this.ring.frontAt() + this.#bounds.maxAgeMs
  }

  evict(overflow: ArrivalOverflow): T | undefined {
    return overflow === 'drop-oldest' ? this.ring.takeFront() : this.ring.takeBack()
  }

  /** Takes the newest or the oldest. */
  take(newest: boolean): T | undefined {
    const { ring } = this
    this.#tookNewest = newest
    this.#takenAt = newest ? ring.backAt() : ring.frontAt()
    this.#takenCost = newest ? ring.backCost() : ring.frontCost()
    return newest ? ring.takeBack() : ring.takeFront()
  }

  /** Puts the one that was taken last back where it was, as old as it is. */
  putBack(item: T): void {
    if (this.#tookNewest) this.ring.pushBack(item, this.#takenAt, this.#takenCost)
    else this.ring.pushFront(item, this.#takenAt, this.#takenCost)
  }

  #makeWay(item: T, cost: number, overflow: ArrivalOverflow, drop?: Drop<T>): T | undefined {
    const { capacity, maxCost } = this.#bounds
    if (overflow === 'reject-new' || capacity === 0 || cost > maxCost) return item
    // How much room one of them leaves shows only when it is gone, and without `drop` there may be no second.
    if (drop === undefined && (this.ring.size > capacity || this.ring.cost + cost > maxCost)) return item
    const first = this.evict(overflow)
    while (!this.fits(cost)) drop!(this.evict(overflow) as T, 'queue-full')
    return first
  }
}
