/** Timers of the virtual clock, in order of time and then of creation. */
import type { Millis } from '../ticket.ts'

/** One armed timer. */
export interface Timer {
  readonly at: Millis
  /** Place in the order of creation, from 1. */
  readonly order: number
  readonly fn: () => void
  armed: boolean
}

/** A binary heap; cancelled timers stay in it until they surface or are more than half of it, so cancelling is O(1) amortised. */
export class TimerHeap {
  #heap: Timer[] = []
  #size = 0
  #newest = 0

  /** Timers that are armed. */
  get size(): number {
    return this.#size
  }

  /** The order of the timer that was added last; 0 if none was. */
  get newest(): number {
    return this.#newest
  }

  add(at: Millis, fn: () => void): Timer {
    const timer: Timer = { at, order: ++this.#newest, fn, armed: true }
    this.#heap.push(timer)
    this.#siftUp(this.#heap.length - 1)
    this.#size++
    return timer
  }

  cancel(timer: Timer): void {
    if (!timer.armed) return
    timer.armed = false
    this.#size--
    if (this.#heap.length > 64 && this.#size < this.#heap.length / 2) this.#compact()
  }

  /** When the next timer is due; `Infinity` if there is none. */
  nextAt(): Millis {
    return this.#peek()?.at ?? Infinity
  }

  /** Takes the next timer if `wanted` says so. */
  takeIf(wanted: (timer: Timer) => boolean): Timer | undefined {
    const timer = this.#peek()
    if (timer === undefined || !wanted(timer)) return undefined
    this.#pop()
    timer.armed = false
    this.#size--
    return timer
  }

  #peek(): Timer | undefined {
    while (this.#heap[0]?.armed === false) this.#pop()
    return this.#heap[0]
  }

  #pop(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#siftDown(0)
  }

  #compact(): void {
    this.#heap = this.#heap.filter((timer) => timer.armed)
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
    const a = this.#heap[i] as Timer
    const b = this.#heap[j] as Timer
    return a.at < b.at || (a.at === b.at && a.order < b.order)
  }

  #swap(i: number, j: number): void {
    const timer = this.#heap[i] as Timer
    this.#heap[i] = this.#heap[j] as Timer
    this.#heap[j] = timer
  }
}
