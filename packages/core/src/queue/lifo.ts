/** Last come, first served. */
import { checkKnown } from '../options.ts'
import type { Millis } from '../ticket.ts'
import type { QueueBounds } from './bounds.ts'
import type { Drop, InnerDiscipline } from './discipline.ts'
import { Lane, queueOptionNames, type QueueOptions } from './lane.ts'
import { checkArrivalOverflow, type ArrivalOverflow } from './overflow.ts'
import type { Queueable } from './reading.ts'
import type { Waiter } from './waiter.ts'

/** Bounds of a {@link Lifo}. */
export interface LifoOptions<T = unknown> extends QueueOptions<T> {
  /** Who gives way when full; default `drop-oldest`, whose turn would come last. */
  readonly overflow?: ArrivalOverflow
}

/**
 * Waiters in the reverse of the order they came: under overload those it serves have waited least, so their callers still listen.
 * The others starve, and without overload nobody needed the reversal: prefer {@link AdaptiveLifo}, and give this a `maxAgeMs`. O(1).
 */
export class Lifo<T extends Queueable = Waiter> implements InnerDiscipline<T> {
  readonly #lane: Lane<T>
  readonly #overflow: ArrivalOverflow

  constructor(options: LifoOptions<T>) {
    checkKnown('Lifo', options, [...queueOptionNames, 'overflow'])
    this.#overflow = checkArrivalOverflow('Lifo', options.overflow ?? 'drop-oldest')
    this.#lane = new Lane('Lifo', options)
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

  /** Changes bounds. Those beyond the new ones are dropped on the next move. Throws as the constructor does, changing nothing then. */
  update(change: Partial<QueueBounds>): void {
    this.#lane.update(change)
  }

  push(item: T, now: Millis, drop?: Drop<T>): T | undefined {
    return this.#lane.push(item, now, this.#overflow, drop)
  }

  next(now: Millis, drop: Drop<T>): T | undefined {
    this.expire(now, drop)
    return this.#lane.take(true)
  }

  putBack(item: T): void {
    this.#lane.putBack(item)
  }

  remove(item: T): boolean {
    return this.#lane.ring.remove(item)
  }

  expiresAt(): Millis {
    return this.#lane.tooOldAt()
  }

  expire(now: Millis, drop: Drop<T>): void {
    this.#lane.tidy(this.#lane.tell(now), this.#overflow, drop)
  }

  /** The oldest, or the newest where that is who gives way. */
  evict(): T | undefined {
    return this.#lane.evict(this.#overflow)
  }
}
