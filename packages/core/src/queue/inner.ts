/** The inner disciplines of one made of disciplines: what makes them, and what they are if nothing does. */
import { checkFunction } from '../options.ts'
import type { FullQueueBounds, QueueBounds } from './bounds.ts'
import type { InnerDiscipline } from './discipline.ts'
import { Fifo } from './fifo.ts'
import type { Queueable } from './reading.ts'

/**
 * Makes the inner discipline for an owner: by the user's function, or else a {@link Fifo} within the bounds of the whole. A function that
 * throws counts as a failure, and a `Fifo` takes its place.
 */
export class InnerMaker<T extends Queueable, Owner> {
  failures = 0
  readonly #make: ((owner: Owner) => InnerDiscipline<T>) | undefined

  constructor(name: string, bounds: QueueBounds, make?: (owner: Owner) => InnerDiscipline<T>) {
    if (make === undefined) return
    this.#make = checkFunction(name, 'within', make)
    if (bounds.maxAgeMs !== undefined) throw new TypeError(`${name}: ${exclusive}`)
  }

  /** Throws a TypeError if `change` sets the age of those that `within` made. */
  checkUpdate(name: string, change: Partial<QueueBounds>): void {
    if (this.#make !== undefined && change.maxAgeMs !== undefined) throw new TypeError(`${name}: ${exclusive}`)
  }

  make(owner: Owner, bounds: FullQueueBounds): InnerDiscipline<T> {
    try {
      if (this.#make !== undefined) return this.#make(owner)
    } catch {
      this.failures++
    }
    return plain(bounds)
  }

  /** Tells an inner discipline that was not made by the user of bounds that were changed. */
  update(inner: InnerDiscipline<T>, { maxAgeMs }: FullQueueBounds): void {
    if (this.#make === undefined) (inner as Fifo<T>).update({ maxAgeMs })
  }
}

const exclusive = 'option "maxAgeMs" and option "within" exclude each other: bound the age within'

// Count and cost are bounded by the whole, so that raising its bounds later is enough.
function plain<T extends Queueable>({ maxAgeMs }: FullQueueBounds): Fifo<T> {
  return new Fifo<T>({ capacity: 16_777_216, maxAgeMs, costOf: free })
}

const free = (): number => 0
