/** The most important first. */
import { checkFunction, checkKnown, checkOneOf } from '../options.ts'
import type { Millis } from '../ticket.ts'
import type { QueueBounds } from './bounds.ts'
import { classes, ClassSet } from './class-set.ts'
import type { Drop, InnerDiscipline } from './discipline.ts'
import { InnerMaker } from './inner.ts'
import { queueOptionNames, type QueueOptions } from './lane.ts'
import type { OverflowPolicy } from './overflow.ts'
import { Reading, ticketOf, type Queueable } from './reading.ts'
import { Room } from './room.ts'
import { Branch, Roster } from './roster.ts'
import type { Waiter } from './waiter.ts'

/** Bounds of a {@link PriorityQueue}, and what stands within a class. */
export interface PriorityQueueOptions<T = unknown> extends QueueOptions<T> {
  /**
   * The class of an item, 0 first; default its ticket's `priority`, or 1 for what has no ticket. Asked once, when the item comes.
   * Fractions are cut off, what is outside counts as 0 or 1023, NaN as 1023. If it throws, the class is 1023 and `failures` counts it.
   */
  readonly priorityOf?: (item: T) => number
  /**
   * Makes the order within a class, at the first item of the class; default first come, first served. Its bounds hold for the class,
   * those of this queue for all. Excludes `maxAgeMs`: say that within. If it throws, the default is taken and `failures` counts it.
   */
  readonly within?: (priority: number) => InnerDiscipline<T>
  /** Who gives way when full; default `evict-lowest`. */
  readonly overflow?: Extract<OverflowPolicy, 'reject-new' | 'evict-lowest'>
}

const owner = 'PriorityQueue'
const overflows = ['evict-lowest', 'reject-new'] as const

/**
 * Whoever matters most goes first, and when full, whoever matters least gives way: the newest of the last class, or the newcomer if it
 * matters no more than that one. 1024 classes, of which empty ones cost nothing; O(1).
 *
 * Less important work starves as long as there is more important work: that is what it is for. For shares instead of ranks use
 * {@link DeficitRoundRobin}; for both, put one `within` each class.
 */
export class PriorityQueue<T extends Queueable = Waiter> implements InnerDiscipline<T> {
  readonly #priorities: Reading<T, number>
  readonly #inner: InnerMaker<T, number>
  readonly #branches: (Branch<T, number> | undefined)[] = []
  /** Those within that learn from whoever need not wait. */
  readonly #learners: InnerDiscipline<T>[] = []
  /** Classes in which somebody waits. */
  readonly #waiting = new ClassSet()
  readonly #roster = new Roster<T, number>((branch) => this.#waiting.delete(branch.owner))
  readonly #room: Room<T, number>

  constructor(options: PriorityQueueOptions<T>) {
    checkKnown(owner, options, [...queueOptionNames, 'priorityOf', 'within', 'overflow'])
    const { overflow = 'evict-lowest', priorityOf = defaultPriority } = options
    const rejectsNew = checkOneOf(owner, 'overflow', overflow, overflows) === 'reject-new'
    this.#room = new Room(owner, options, { roster: this.#roster, rejectsNew, evict: () => this.evict() })
    this.#priorities = new Reading(checkFunction(owner, 'priorityOf', priorityOf), classes - 1)
    this.#inner = new InnerMaker(owner, options, options.within)
  }

  get size(): number {
    return this.#roster.size
  }

  /** What all who wait cost together. */
  get cost(): number {
    return this.#roster.cost
  }

  /** How often `costOf`, `priorityOf` or `within` threw. */
  get failures(): number {
    return this.#room.failures + this.#priorities.failures + this.#inner.failures
  }

  /** Changes bounds. Those beyond the new ones are dropped on the next move. Throws as the constructor does, changing nothing then. */
  update(change: Partial<QueueBounds>): void {
    const branches = this.#branches.filter((branch) => branch !== undefined)
    this.#room.update(change, this.#inner, branches)
  }

  push(item: T, now: Millis, drop?: Drop<T>): T | undefined {
    const cost = this.#room.receive(item, drop)
    const priority = classOf(this.#priorities.of(item))
    if (!this.#room.fits(cost) && !this.#canDisplace(priority, cost, drop)) return item
    const branch = (this.#branches[priority] ??= this.#makeBranch(priority))
    const gone = this.#roster.push(branch, item, cost, { now, drop })
    if (branch.count > 0) this.#waiting.add(priority)
    return this.#room.makeWay(gone, drop)
  }

  next(now: Millis, drop: Drop<T>): T | undefined {
    this.expire(now, drop)
    for (let c = this.#waiting.first(); c >= 0; c = this.#waiting.first(c + 1)) {
      const item = this.#roster.take(this.#branches[c]!, now, drop)
      if (item !== undefined) return item
    }
    return undefined
  }

  putBack(item: T): void {
    // Its class counts as waiting until the next move.
    this.#roster.putBack(item)
  }

  passed(now: Millis): void {
    for (const line of this.#learners) line.passed?.(now)
  }

  remove(item: T): boolean {
    return this.#roster.remove(item)
  }

  expiresAt(): Millis {
    return this.#roster.expiresAt()
  }

  expire(now: Millis, drop: Drop<T>): void {
    this.#room.expire(now, drop)
  }

  /** Whoever the last class can spare. */
  evict(): T | undefined {
    this.#roster.settle()
    const last = this.#waiting.last()
    return last < 0 ? undefined : this.#roster.evict(this.#branches[last]!)
  }

  /** Whether the classes that matter less than `priority` can make room. Nobody is evicted for one that is turned away after all. */
  #canDisplace(priority: number, cost: number, drop: Drop<T> | undefined): boolean {
    if (!this.#room.mayDisplace(cost, drop)) return false
    let { missing } = this.#room
    let missingCost = this.#room.missingCost(cost)
    for (
      let c = this.#waiting.last();
      c > priority && (missing > 0 || missingCost > 0);
      c = this.#waiting.last(c - 1)
    ) {
      const branch = this.#branches[c]!
      missing -= branch.count
      missingCost -= branch.cost
    }
    return missing <= 0 && missingCost <= 0
  }

  #makeBranch(priority: number): Branch<T, number> {
    const line = this.#inner.make(priority, this.#room.bounds)
    if (line.passed !== undefined) this.#learners.push(line)
    return new Branch(line, priority)
  }
}

function defaultPriority(item: Queueable): number {
  return ticketOf(item)?.priority ?? 1
}

function classOf(priority: number): number {
  return priority >= 0 ? Math.min(Math.trunc(priority), classes - 1) : priority < 0 ? 0 : classes - 1
}
