/** One timer for all who wait. */
import type { Clock } from '../clock.ts'
import type { Millis } from '../ticket.ts'

/** Rings once; while it is set, setting it again does nothing. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #cancel: (() => void) | undefined

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  set(delayMs: Millis): void {
    this.#cancel ??= this.#clock.after(delayMs, () => {
      this.#cancel = undefined
      this.#ring()
    })
  }

  off(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}
