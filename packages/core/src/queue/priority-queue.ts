/** The most important first. */
import { checkFunction, checkKnown, checkOneOf } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { boundNames, checkQueueBounds, type FullQueueBounds, type QueueBounds } from './bounds.ts'
import { classes, ClassSet } from './class-set.ts'
import type { Drop, InnerDiscipline } from './discipline.ts'
import { InnerMaker } from './inner.ts'
import { costReading, queueOptionNames, type QueueOptions } from './lane.ts'
import type { OverflowPolicy } from './overflow.ts'
import { plainCost, Reading, ticketOf, type Queueable } from './reading.ts'
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
  #bounds: FullQueueBounds
  readonly #costs: Reading<T, number>
  readonly #priorities: Reading<T, number>
  readonly #inner: InnerMaker<T, number>
  readonly #rejectsNew: boolean
  readonly #branches: (Branch<T, number> | undefined)[] = []
  /** Those within that learn from whoever need not wait. */
  readonly #learners: InnerDiscipline<T>[] = []
  /** Classes in which somebody waits. */
  readonly #waiting = new ClassSet()
  readonly #roster = new Roster<T, number>((branch) => this.#waiting.delete(branch.owner))

  constructor(options: PriorityQueueOptions<T>) {
    checkKnown(owner, options, [...queueOptionNames, 'priorityOf', 'within', 'overflow'])
    const { overflow = 'evict-lowest', priorityOf = defaultPriority } = options
    this.#rejectsNew = checkOneOf(owner, 'overflow', overflow, overflows) === 'reject-new'
    this.#bounds = checkQueueBounds(owner, options)
    this.#costs = costReading(owner, options.costOf)
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
    return this.#costs.failures + this.#priorities.failures + this.#inner.failures
  }

  /** Changes bounds. Those beyond the new ones are dropped on the next move. Throws as the constructor does, changing nothing then. */
  update(change: Partial<QueueBounds>): void {
    checkKnown(owner, change, boundNames)
    this.#inner.checkUpdate(owner, change)
    this.#bounds = checkQueueBounds(owner, change, this.#bounds)
    for (const branch of this.#branches) if (branch !== undefined) this.#adapt(branch)
  }

  push(item: T, now: Millis, drop?: Drop<T>): T | undefined {
    this.#roster.settle()
    if (drop !== undefined) this.#trim(drop)
    const cost = plainCost(this.#costs.of(item))
    const priority = classOf(this.#priorities.of(item))
    if (!this.#fits(cost, 1) && !this.#canDisplace(priority, cost, drop)) return item
    const branch = (this.#branches[priority] ??= this.#makeBranch(priority))
    let gone = this.#roster.push(branch, item, cost, { now, drop })
    if (branch.count > 0) this.#waiting.add(priority)
    while (!this.#fits(0, 0)) {
      const evicted = this.evict()
      if (evicted === undefined) break
      if (gone === undefined) gone = evicted
      else drop?.(evicted, 'queue-full')
    }
    return gone
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
    this.#roster.expire(now, drop)
    this.#trim(drop)
  }

  /** Whoever the last class can spare. */
  evict(): T | undefined {
    this.#roster.settle()
    const last = this.#waiting.last()
    return last < 0 ? undefined : this.#roster.evict(this.#branches[last]!)
  }

  #fits(cost: number, count: number): boolean {
    const { capacity, maxCost } = this.#bounds
    return this.#roster.size + count <= capacity && this.#roster.cost + cost <= maxCost
  }

  #trim(drop: Drop<T>): void {
    while (!this.#fits(0, 0)) {
      const evicted = this.evict()
      if (evicted === undefined) return
      drop(evicted, 'queue-full')
    }
  }

  /** Whether the classes that matter less than `priority` can make room. Nobody is evicted for one that is turned away after all. */
  #canDisplace(priority: number, cost: number, drop: Drop<T> | undefined): boolean {
    const { capacity, maxCost } = this.#bounds
    if (this.#rejectsNew || capacity === 0 || cost > maxCost) return false
    let missing = this.#roster.size + 1 - capacity
    let missingCost = this.#roster.cost + cost - maxCost
    // How much room one of them leaves shows only when it is gone, and without `drop` there may be no second.
    if (drop === undefined && (missing > 1 || missingCost > 0)) return false
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
    const line = this.#inner.make(priority, this.#bounds)
    if (line.passed !== undefined) this.#learners.push(line)
    return new Branch(line, priority)
  }

  #adapt(branch: Branch<T, number>): void {
    this.#inner.update(branch.line, this.#bounds)
    this.#roster.reconsider(branch)
  }
}

function defaultPriority(item: Queueable): number {
  return ticketOf(item)?.priority ?? 1
}

function classOf(priority: number): number {
  return priority >= 0 ? Math.min(Math.trunc(priority), classes - 1) : priority < 0 ? 0 : classes - 1
}
