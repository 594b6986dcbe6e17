/** A double-ended queue that also takes from the middle. */
import type { Millis } from '../ticket.ts'

/**
 * Distinct items with the time each came and what it costs, in the order they were put in; everything is O(1) amortised.
 * An item taken from the middle leaves a hole that is skipped later, so taking out n items is O(n) in any order:
 * clients that hang up all at once do not stop the process. Disciplines are built over it.
 */
export class Ring<T extends object | string | number> {
  // Small at first: where every tenant has a ring, most hold one item. Literals are made much faster than by `Array.from`.
  #items: Array<T | undefined> = [undefined, undefined, undefined, undefined]
  #times: Millis[] = [0, 0, 0, 0]
  #costs: number[] = [0, 0, 0, 0]
  /** Where each item is, counted from the first one ever: its slot is that modulo the capacity. */
  readonly #positions = new Map<T, number>()
  /** The item taken last, which still has an entry in `#positions`: see `#take`. */
  #gone: T | undefined
  #size = 0
  #cost = 0
  /** Position of the first item, or of a hole before it. */
  #head = 0
  /** Position after the last item. */
  #tail = 0

  get size(): number {
    return this.#size
  }

  /** What all items cost together; exactly 0 when there are none, however often fractions were added and taken away. */
  get cost(): number {
    return this.#cost
  }

  has(item: T): boolean {
    return item !== this.#gone && this.#positions.has(item)
  }

  /** Puts an item that is not in at the back. */
  pushBack(item: T, at: Millis, cost = 0): void {
    this.#makeRoom()
    this.#put(this.#tail++, item, at, cost)
  }

  /** Puts an item that is not in at the front. */
  pushFront(item: T, at: Millis, cost = 0): void {
    this.#makeRoom()
    this.#put(--this.#head, item, at, cost)
  }

  front(): T | undefined {
    if (this.#size === 0) return undefined
    while (this.#items[this.#slot(this.#head)] === undefined) this.#head++
    return this.#items[this.#slot(this.#head)]
  }

  back(): T | undefined {
    if (this.#size === 0) return undefined
    while (this.#items[this.#slot(this.#tail - 1)] === undefined) this.#tail--
    return this.#items[this.#slot(this.#tail - 1)]
  }

  /** The time that the front item came with; `Infinity` if there is none. */
  frontAt(): Millis {
    return this.front() === undefined ? Infinity : this.#times[this.#slot(this.#head)]!
  }

  /** The time that the back item came with; `-Infinity` if there is none. */
  backAt(): Millis {
    return this.back() === undefined ? -Infinity : this.#times[this.#slot(this.#tail - 1)]!
  }

  /** What the front item costs; 0 if there is none. */
  frontCost(): number {
    return this.front() === undefined ? 0 : this.#costs[this.#slot(this.#head)]!
  }

  /** What the back item costs; 0 if there is none. */
  backCost(): number {
    return this.back() === undefined ? 0 : this.#costs[this.#slot(this.#tail - 1)]!
  }

  takeFront(): T | undefined {
    const item = this.front()
    if (item !== undefined) this.#take(item, this.#head++)
    return item
  }

  takeBack(): T | undefined {
    const item = this.back()
    if (item !== undefined) this.#take(item, --this.#tail)
    return item
  }

  /** Takes an item out wherever it is; false if it is not in. */
  remove(item: T): boolean {
    const position = item === this.#gone ? undefined : this.#positions.get(item)
    if (position === undefined) return false
    this.#positions.delete(item)
    this.#vacate(position)
    return true
  }

  /** The items from front to back. The ring must not change meanwhile. */
  *[Symbol.iterator](): Generator<T> {
    for (let position = this.#head; position < this.#tail; position++) {
      const item = this.#items[this.#slot(position)]
      if (item !== undefined) yield item
    }
  }

  // Capacities are powers of two, and `&` sees negative positions as two's complement: both give the slot without a division.
  #slot(position: number): number {
    return position & (this.#items.length - 1)
  }

  #put(position: number, item: T, at: Millis, cost: number): void {
    const slot = this.#slot(position)
    this.#items[slot] = item
    this.#times[slot] = at
    this.#costs[slot] = cost
    this.#cost += cost
    this.#positions.set(item, position)
    if (item === this.#gone) this.#gone = undefined
    this.#size++
  }

  // An item taken is often put back at once, again and again. In V8 a key that is deleted and set anew leaves a tombstone in its
  // bucket each time, which every later look-up walks past: 100,000 of them took seconds. So its entry stays until the next take.
  #take(item: T, position: number): void {
    if (this.#gone !== undefined) this.#positions.delete(this.#gone)
    this.#gone = item
    this.#vacate(position)
  }

  #vacate(position: number): void {
    const slot = this.#slot(position)
    this.#items[slot] = undefined
    this.#cost -= this.#costs[slot]!
    if (--this.#size === 0) this.#head = this.#tail = this.#cost = 0
  }

  /** When all slots are used: closes the holes if they are at least half, else doubles. Either way the cost is paid by what came before. */
  #makeRoom(): void {
    const capacity = this.#items.length
    if (this.#tail - this.#head < capacity) return
    if (this.#size > capacity / 2) this.#double()
    else this.#closeHoles()
  }

  /** Every position gets a slot of its own in twice as many and keeps its number, so that nothing has to be looked up. */
  #double(): void {
    const before = this.#items
    const items: Array<T | undefined> = Array.from({ length: 2 * before.length })
    for (let position = this.#head; position < this.#tail; position++)
      items[position & (items.length - 1)] = before[position & (before.length - 1)]
    this.#items = items
    // What stands in the other of both halves belongs to a slot without an item.
    this.#times = this.#times.concat(this.#times)
    this.#costs = this.#costs.concat(this.#costs)
  }

  #closeHoles(): void {
    let next = this.#head
    for (let position = this.#head; position < this.#tail; position++) {
      const from = this.#slot(position)
      const item = this.#items[from]
      if (item === undefined) continue
      if (next < position) this.#move(item, from, next)
      next++
    }
    this.#tail = next
  }

  #move(item: T, from: number, position: number): void {
    const to = this.#slot(position)
    this.#items[from] = undefined
    this.#items[to] = item
    this.#times[to] = this.#times[from]!
    this.#costs[to] = this.#costs[from]!
    this.#positions.set(item, position)
  }
}
