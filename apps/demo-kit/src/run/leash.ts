/** Who has to end when we do. */

/** Holds what was started, so that no way out leaves anything behind. */
export class Leash {
  readonly #held: Set<() => void> = new Set()

  /** Remembers how to end something. Ending it twice must do no harm. */
  hold(kill: () => void): void {
    this.#held.add(kill)
  }

  /** Ends everything at once, without waiting. */
  cut(): void {
    for (const kill of this.#held) kill()
    this.#held.clear()
  }
}
