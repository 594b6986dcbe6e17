/** A clock for loops that weigh what others allocate. */
import type { Clock, EventLoop, Millis } from '@spillway/core'

/** More than the longest measurement asks for; the clock stands still then. */
const count = 320_000

/**
 * Fractional instants that are objects already. In V8 a fraction that is computed in a loop is made an object of 16 bytes for each
 * function that is not inlined, which would be weighed with what that function does; whole numbers would hide that one keeps them.
 */
export class Instants implements Clock, EventLoop {
  // With an object among them an array holds its numbers as objects.
  readonly #instants: readonly Millis[]
  #at = 1
  #turn: (() => void) | undefined

  /** @param stepMs from one instant to the next */
  constructor(stepMs: Millis = 0.7) {
    const instants: unknown[] = [{}]
    for (let i = 0; i < count; i++) instants.push(0.1 + i * stepMs)
    this.#instants = instants as Millis[]
  }

  now(): Millis {
    return this.#instants[this.#at] as Millis
  }

  /** The instant before. */
  before(): Millis {
    return this.#instants[this.#at === 1 ? 1 : this.#at - 1] as Millis
  }

  /** Goes on to the next instant, and turns the loop once if somebody waits for that. */
  tick(): void {
    if (this.#at < count) this.#at++
    const turn = this.#turn
    this.#turn = undefined
    turn?.()
  }

  /** Nothing is ever due: what timers cost is the runtime's. */
  after(): () => void {
    return nothing
  }

  nextTurn(fn: () => void): void {
    this.#turn = fn
  }
}

const nothing = (): void => {}
