/** First come, first served. */
import { checkKnown } from '../options.ts'
import type { Millis } from '../ticket.ts'
import type { QueueBounds } from './bounds.ts'
import type { Drop, InnerDiscipline } from './discipline.ts'
import { Lane, queueOptionNames, type QueueOptions } from './lane.ts'
import { checkArrivalOverflow, type ArrivalOverflow } from './overflow.ts'
import type { Queueable } from './reading.ts'
import type { Waiter } from './waiter.ts'

/** Bounds of a {@link Fifo}. */
export interface FifoOptions<T = unknown> extends QueueOptions<T> {
  /** Who gives way when full; default `reject-new`. */
  readonly overflow?: ArrivalOverflow
}

/**
 * Waiters in the order they came. Fair and predictable while the queue is short. O(1).
 * Under lasting overload the ones it serves have all waited as long as they may: prefer {@link ServiceCodel} or {@link AdaptiveLifo}.
 */
export class Fifo<T extends Queueable = Waiter> implements InnerDiscipline<T> {
  readonly #lane: Lane<T>
  readonly #overflow: ArrivalOverflow

  constructor(options: FifoOptions<T>) {
    checkKnown('Fifo', options, [...queueOptionNames, 'overflow'])
    this.#overflow = checkArrivalOverflow('Fifo', options.overflow ?? 'reject-new')
    this.#lane = new Lane('Fifo', options)
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
    return this.#lane.take(false)
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

  /** The newest, or the oldest where that is who gives way. */
  evict(): T | undefined {
    return this.#lane.evict(this.#overflow)
  }
}
