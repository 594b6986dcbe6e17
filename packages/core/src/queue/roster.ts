/** Who waits in which of several inner disciplines: what disciplines made of disciplines have in common. */
import type { Millis } from '../ticket.ts'
import type { Drop, InnerDiscipline } from './discipline.ts'
import { RankHeap, type Ranked } from './rank-heap.ts'

/** One inner discipline, and what the roster keeps of it. */
export class Branch<T, Owner> implements Ranked {
  readonly line: InnerDiscipline<T>
  /** What the outer discipline knows it by. */
  readonly owner: Owner
  /** How many wait in it. */
  count = 0
  /** What they cost. */
  cost = 0
  rank: number = -Infinity
  slot: number = -1

  constructor(line: InnerDiscipline<T>, owner: Owner) {
    this.line = line
    this.owner = owner
  }
}

interface Place<T, Owner> {
  readonly branch: Branch<T, Owner>
  readonly cost: number
}

/**
 * Keeps count of all who wait, knows where each of them is, and which branch is the next to have somebody whose time is up. Every
 * method begins a new move, with which the last `take` becomes final.
 */
export class Roster<T, Owner> {
  size = 0
  cost = 0
  readonly #places = new Map<T, Place<T, Owner>>()
  /** The earliest first, hence the minus. */
  readonly #dues = new RankHeap<Branch<T, Owner>>((branch) => -branch.line.expiresAt())
  readonly #emptied: (branch: Branch<T, Owner>) => void
  /** Taken last and not final: its entry stays, as it may come back at once, and in V8 a key set anew each time grows slow. */
  #taken: T | undefined
  #takenFrom: Place<T, Owner> | undefined
  #drop: Drop<T> = nobodyListens
  readonly #onDrop: Drop<T> = (item, reason) => {
    this.#left(item)
    this.#drop(item, reason)
  }

  /** @param emptied hears of each branch in which nobody waits any more, once that is final */
  constructor(emptied: (branch: Branch<T, Owner>) => void) {
    this.#emptied = emptied
  }

  /** Whether a branch will be empty as soon as the last `take` is final. */
  get leaving(): boolean {
    return this.#takenFrom?.branch.count === 0
  }

  /** Makes the last `take` final. */
  settle(): void {
    if (this.#takenFrom === undefined) return
    const { branch } = this.#takenFrom
    this.#places.delete(this.#taken as T)
    this.#taken = this.#takenFrom = undefined
    if (branch.count === 0) this.#emptied(branch)
  }

  /** Puts an item into a branch and returns whom the branch gave up for it. */
  push(branch: Branch<T, Owner>, item: T, cost: number, at: Arrival<T>): T | undefined {
    this.settle()
    const place = { branch, cost }
    this.#places.set(item, place)
    this.#count(place, 1)
    this.#drop = at.drop ?? nobodyListens
    const gone = branch.line.push(item, at.now, at.drop === undefined ? undefined : this.#onDrop)
    if (gone !== undefined) this.#left(gone)
    this.reconsider(branch)
    return gone
  }

  /** Takes the next one of a branch, until the next move but for `putBack`. */
  take(branch: Branch<T, Owner>, now: Millis, drop: Drop<T>): T | undefined {
    this.settle()
    this.#drop = drop
    const item = branch.line.next(now, this.#onDrop)
    if (item === undefined) return undefined
    this.#taken = item
    this.#takenFrom = this.#places.get(item) as Place<T, Owner>
    this.#count(this.#takenFrom, -1)
    this.reconsider(branch)
    return item
  }

  /** Undoes the last `take`, if it was of this item. */
  putBack(item: T): Branch<T, Owner> | undefined {
    const place = this.#takenFrom
    if (place === undefined || item !== this.#taken) return undefined
    this.#taken = this.#takenFrom = undefined
    this.#count(place, 1)
    place.branch.line.putBack(item)
    this.reconsider(place.branch)
    return place.branch
  }

  /** What somebody costs who waits or was taken last. */
  costOf(item: T): number {
    const place = item === this.#taken ? this.#takenFrom : this.#places.get(item)
    return place?.cost ?? 0
  }

  remove(item: T): boolean {
    this.settle()
    const place = this.#places.get(item)
    if (place === undefined) return false
    place.branch.line.remove(item)
    this.#left(item, place)
    this.reconsider(place.branch)
    return true
  }

  /** Takes whom a branch can spare. */
  evict(branch: Branch<T, Owner>): T | undefined {
    this.settle()
    const item = branch.line.evict()
    if (item === undefined) return undefined
    this.#left(item)
    this.reconsider(branch)
    return item
  }

  /** Drops everybody whose time is up, in whichever branch. */
  expire(now: Millis, drop: Drop<T>): void {
    this.settle()
    this.#drop = drop
    let undecided: Branch<T, Owner>[] | undefined
    for (let branch = this.#dues.top(); branch !== undefined && -branch.rank <= now; branch = this.#dues.top()) {
      branch.line.expire(now, this.#onDrop)
      if (!(branch.line.expiresAt() <= now)) continue
      // Due at this very instant, and not before the next: aside with it, to get at the others.
      this.#dues.remove(branch)
      ;(undecided ??= []).push(branch)
    }
    if (undecided !== undefined) for (const branch of undecided) this.reconsider(branch)
  }

  expiresAt(): Millis {
    const branch = this.#dues.top()
    return branch === undefined ? Infinity : -branch.rank
  }

  /** Takes note that somebody of a branch may be due earlier than before. */
  reconsider(branch: Branch<T, Owner>): void {
    if (branch.count > 0) this.#dues.raise(branch)
  }

  /** Forgets a branch in which nobody waits. */
  forget(branch: Branch<T, Owner>): void {
    this.#dues.remove(branch)
  }

  #left(item: T, place: Place<T, Owner> | undefined = this.#places.get(item)): void {
    if (place === undefined) return
    this.#places.delete(item)
    this.#count(place, -1)
    if (place.branch.count === 0) this.#emptied(place.branch)
  }

  #count({ branch, cost }: Place<T, Owner>, by: 1 | -1): void {
    branch.count += by
    this.size += by
    // Not by subtraction where nothing is left: fractions would leave a rest that stays for ever.
    branch.cost = branch.count === 0 ? 0 : branch.cost + by * cost
    this.cost = this.size === 0 ? 0 : this.cost + by * cost
  }
}

/** When an item comes, and who hears of those that give way to it. */
export interface Arrival<T> {
  readonly now: Millis
  readonly drop: Drop<T> | undefined
}

const nobodyListens = (): void => {}
