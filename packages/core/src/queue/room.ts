/** The room that a discipline made of disciplines has for all who wait in it: its bounds, and who gives way when they are reached. */
import { checkKnown } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { boundNames, checkQueueBounds, fitsWithin, type FullQueueBounds, type QueueBounds } from './bounds.ts'
import type { Drop } from './discipline.ts'
import type { InnerMaker } from './inner.ts'
import { costReading, type QueueOptions } from './lane.ts'
import { plainCost, type Queueable, type Reading } from './reading.ts'
import type { Branch, Roster } from './roster.ts'

/** What decides about the room. */
export interface RoomParts<T, Owner> {
  readonly roster: Roster<T, Owner>
  /** Whether the newcomer gives way, whoever waits. */
  readonly rejectsNew: boolean
  /** Takes out whoever matters least; `undefined` if nobody can be spared. */
  readonly evict: () => T | undefined
}

/** Bounds of the whole. Its methods ask the roster how many wait and what they cost, so they are O(1) but for those who give way. */
export class Room<T extends Queueable, Owner> {
  readonly #name: string
  readonly #costs: Reading<T, number>
  readonly #roster: Roster<T, Owner>
  readonly #rejectsNew: boolean
  readonly #evict: () => T | undefined
  #bounds: FullQueueBounds

  constructor(name: string, options: QueueOptions<T>, { roster, rejectsNew, evict }: RoomParts<T, Owner>) {
    this.#name = name
    this.#bounds = checkQueueBounds(name, options)
    this.#costs = costReading(name, options.costOf)
    this.#roster = roster
    this.#rejectsNew = rejectsNew
    this.#evict = evict
  }

  get bounds(): FullQueueBounds {
    return this.#bounds
  }

  /** How often `costOf` threw. */
  get failures(): number {
    return this.#costs.failures
  }

  /** Bounds from now on, of those within as well; whoever is beyond them stays until the next move. */
  update<Key>(change: Partial<QueueBounds>, inner: InnerMaker<T, Key>, branches: readonly Branch<T, Owner>[]): void {
    checkKnown(this.#name, change, boundNames)
    inner.checkUpdate(this.#name, change)
    this.#bounds = checkQueueBounds(this.#name, change, this.#bounds)
    for (const branch of branches) {
      inner.update(branch.line, this.#bounds)
      this.#roster.reconsider(branch)
    }
  }

  /** Begins the move with which an item comes, and returns what it costs. */
  receive(item: T, drop: Drop<T> | undefined): number {
    this.#roster.settle()
    if (drop !== undefined) this.trim(drop)
    return plainCost(this.#costs.of(item))
  }

  /** Whether one more of that cost would be within the bounds. */
  fits(cost: number): boolean {
    return fitsWithin(this.#bounds, this.#roster, cost, 1)
  }

  /** How many have to go for one more. */
  get missing(): number {
    return this.#roster.size + 1 - this.#bounds.capacity
  }

  /** What those have to cost together who go for one more of that cost. */
  missingCost(cost: number): number {
    return this.#roster.cost + cost - this.#bounds.maxCost
  }

  /** Whether anybody may go for one more of that cost, if there is somebody who matters less. */
  mayDisplace(cost: number, drop: Drop<T> | undefined): boolean {
    const { capacity, maxCost } = this.#bounds
    if (this.#rejectsNew || capacity === 0 || cost > maxCost) return false
    // How much room one of them leaves shows only when it is gone, and without `drop` there may be no second.
    return drop !== undefined || !(this.missing > 1 || this.missingCost(cost) > 0)
  }

  /** After an item came, for which `gone` had to go if anybody: evicts until all are within the bounds, and returns the first who went. */
  makeWay(gone: T | undefined, drop: Drop<T> | undefined): T | undefined {
    let first = gone
    while (this.#isOver()) {
      const evicted = this.#evict()
      if (evicted === undefined) break
      if (first === undefined) first = evicted
      else drop?.(evicted, 'queue-full')
    }
    return first
  }

  /** Drops who is beyond the bounds since they were lowered. */
  trim(drop: Drop<T>): void {
    while (this.#isOver()) {
      const evicted = this.#evict()
      if (evicted === undefined) return
      drop(evicted, 'queue-full')
    }
  }

  /** Drops those whose time is up, and who is beyond the bounds. */
  expire(now: Millis, drop: Drop<T>): void {
    this.#roster.expire(now, drop)
    this.trim(drop)
  }

  #isOver(): boolean {
    return !fitsWithin(this.#bounds, this.#roster, 0, 0)
  }
}
