/** A discipline that a test can read at a glance. */
import type { Discipline, Waiter } from '@spillway/core'

/** Last come, first served; the oldest gives its place away. */
export class Lifo implements Discipline<Waiter> {
  readonly #items: Waiter[] = []
  readonly #capacity: number
  closed = false
  constructor(capacity: number) {
    this.#capacity = capacity
  }
  get size(): number {
    return this.#items.length
  }
  push(item: Waiter): Waiter | undefined {
    this.#items.push(item)
    return this.#items.length > this.#capacity ? this.#items.shift() : undefined
  }
  next(): Waiter | undefined {
    return this.closed ? undefined : this.#items.pop()
  }
  putBack(item: Waiter): void {
    this.#items.push(item)
  }
  remove(item: Waiter): boolean {
    const i = this.#items.indexOf(item)
    if (i >= 0) this.#items.splice(i, 1)
    return i >= 0
  }
  expiresAt(): number {
    return Infinity
  }
}
