/** What becomes due at a time, earliest first. */
import type { Millis } from '../ticket.ts'

/** An item that becomes due; the heap owns `armed`. */
export interface Due {
  readonly dueAt: Millis
  /** Decides between items due at one instant: the smaller comes first. */
  readonly order: number
  /** True while it is in the heap and was not cancelled. */
  armed: boolean
}

/** Below this many entries nothing is swept: cheaper to keep than to look. */
const sweepFrom = 64

/** A binary heap that cancels in O(1) amortised: cancelled items stay until they surface or are more than half of it. */
export class DueHeap<T extends Due> {
  #heap: T[] = []
  #size = 0

  /** Items that are armed. */
  get size(): number {
    return this.#size
  }

  /** When the next item is due; `Infinity` if there is none. */
  get nextAt(): Millis {
    return this.peek()?.dueAt ?? Infinity
  }

  add(item: T): void {
    item.armed = true
    this.#size++
    this.#heap.push(item)
    this.#siftUp(this.#heap.length - 1)
  }

  /** Takes an item out before it is due; no-op for one that is not in. */
  cancel(item: T): void {
    if (!item.armed) return
    item.armed = false
    this.#size--
    if (this.#heap.length > sweepFrom && this.#size < this.#heap.length / 2) this.#sweep()
  }

  /** Takes the next item. */
  take(): T | undefined {
    const item = this.peek()
    if (item === undefined) return undefined
    this.#pop()
    item.armed = false
    this.#size--
    return item
  }

  /** The next item, which stays. */
  peek(): T | undefined {
    while (this.#heap[0]?.armed === false) this.#pop()
    return this.#heap[0]
  }

  #pop(): void {
    const last = this.#heap.pop() as T
    if (this.#heap.length === 0) return
    this.#heap[0] = last
    this.#siftDown(0)
  }

  #sweep(): void {
    this.#heap = this.#heap.filter((item) => item.armed)
    for (let i = this.#heap.length >> 1; i >= 0; i--) this.#siftDown(i)
  }

  #siftUp(from: number): void {
    for (let i = from; i > 0;) {
      const parent = (i - 1) >> 1
      if (!this.#before(i, parent)) return
      this.#swap(i, parent)
      i = parent
    }
  }

  #siftDown(from: number): void {
    for (let i = from; ;) {
      const left = 2 * i + 1
      let first = i
      if (left < this.#heap.length && this.#before(left, first)) first = left
      if (left + 1 < this.#heap.length && this.#before(left + 1, first)) first = left + 1
      if (first === i) return
      this.#swap(i, first)
      i = first
    }
  }

  #before(i: number, j: number): boolean {
    const a = this.#heap[i]!
    const b = this.#heap[j]!
    return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order)
  }

  #swap(i: number, j: number): void {
    const item = this.#heap[i]!
    this.#heap[i] = this.#heap[j]!
    this.#heap[j] = item
  }
}
