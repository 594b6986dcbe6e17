/** First come, first served. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis, Reason } from '../ticket.ts'
import type { Discipline } from './discipline.ts'
import { Ring } from './ring.ts'

/** Bounds of a {@link Fifo}. */
export interface FifoOptions {
  /** How many may wait; an integer in 0..16777216. At 0 nobody waits. */
  readonly capacity: number
  /** How long one may wait before its turn counts as missed; > 0, default `Infinity`: the gate's own `maxWaitMs` decides. */
  readonly maxAgeMs?: Millis
}

/**
 * Waiters in the order they came; when full, the newcomer is turned away. Fair and predictable while the queue is short.
 * Under lasting overload the ones it serves have all waited as long as they may: prefer a discipline with an age rule that sheds.
 */
export class Fifo<T extends object | string | number> implements Discipline<T> {
  readonly #ring = new Ring<T>()
  readonly #capacity: number
  readonly #maxAgeMs: Millis
  #takenAt: Millis = 0

  constructor(options: FifoOptions) {
    checkKnown('Fifo', options, ['capacity', 'maxAgeMs'])
    const { capacity, maxAgeMs = Infinity } = options
    this.#capacity = checkNumber('Fifo', 'capacity', capacity, { min: 0, max: 16_777_216, integer: true })
    this.#maxAgeMs = checkNumber('Fifo', 'maxAgeMs', maxAgeMs, { min: Number.MIN_VALUE, max: Infinity })
  }

  get size(): number {
    return this.#ring.size
  }

  push(item: T, now: Millis): T | undefined {
    if (this.#ring.size >= this.#capacity) return item
    this.#ring.pushBack(item, now)
    return undefined
  }

  next(now: Millis, drop: (item: T, reason: Reason) => void): T | undefined {
    while (this.expiresAt() <= now) drop(this.#ring.takeFront() as T, 'queue-timeout')
    this.#takenAt = this.#ring.frontAt()
    return this.#ring.takeFront()
  }

  putBack(item: T): void {
    this.#ring.pushFront(item, this.#takenAt)
  }

  remove(item: T): boolean {
    return this.#ring.remove(item)
  }

  expiresAt(): Millis {
    return this.#ring.frontAt() + this.#maxAgeMs
  }
}
