/** Those who wait for something to happen once. */

/** Promises that are kept by an event. */
export class Bell {
  readonly #waiting: Array<() => void> = []

  /** How many wait. */
  get size(): number {
    return this.#waiting.length
  }

  wait(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  /** For the first `count` of them; no number <= 0 wakes anybody. */
  ring(count: number): void {
    if (count > 0) for (const resolve of this.#waiting.splice(0, count)) resolve()
  }
}
