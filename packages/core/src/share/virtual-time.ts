/** The clock of a fair queue: it runs as fast as each of those who owe something is served. */

/** Parts of a burst that debts are told apart by. */
export const burstParts = 512
const ringSize = 2 * burstParts
const mask = ringSize - 1

const time = 0
const weight = 1
const part = 2

/**
 * Virtual time of weighted fair queueing (Demers, Keshav and Shenker, 1989; Parekh and Gallager, 1993): when `c` is served, it advances
 * by `c` over the weight of all who are in debt, so everybody who is gets the same per weight, and those who want less than that leave
 * what they do not want to the others. That is the max-min fair share, without measuring a rate.
 *
 * A debt is an instant of virtual time, its *tag*; it is paid once that has come. The clock only knows how much weight is due in each of
 * 512 parts of a burst, so its moves are O(1): a debt ends at the edge of a part that is nearest. Instants count in such parts.
 * A tag is at most two bursts ahead; weights must be multiples of 2^-10, so that what is added and taken away leaves nothing.
 */
export class VirtualTime {
  // Doubles that change are kept in an array: as fields V8 boxes them. [instant, weight in debt, part]
  readonly #state: Float64Array = new Float64Array(3)
  readonly #due: Float64Array = new Float64Array(ringSize)

  /** The instant. */
  get now(): number {
    return this.#state[time] as number
  }

  /** Weight of all who are in debt. */
  get weight(): number {
    return this.#state[weight] as number
  }

  /** Whether a debt that ends at `tag` is still to be paid. */
  isDue(tag: number): boolean {
    return Math.round(tag) > (this.#state[part] as number)
  }

  /** Somebody of this weight is in debt until `tag`; without effect if that has come. */
  add(tag: number, each: number): void {
    const state = this.#state
    const at = Math.round(tag)
    if (at <= (state[part] as number)) return
    this.#due[at & mask] = (this.#due[at & mask] as number) + each
    state[weight] = (state[weight] as number) + each
  }

  /** Takes back what `add` said with the same arguments; without effect if the debt was paid meanwhile. */
  remove(tag: number, each: number): void {
    const state = this.#state
    const at = Math.round(tag)
    if (at <= (state[part] as number)) return
    this.#due[at & mask] = (this.#due[at & mask] as number) - each
    state[weight] = (state[weight] as number) - each
  }

  /** So much was served (in parts of a burst). What is more than all debts is nobody's. */
  advance(served: number): void {
    const state = this.#state
    let left = served
    // Two bursts are as far ahead as anybody owes: longer it never runs.
    for (let i = 0; i < ringSize && left > 0 && (state[weight] as number) > 0; i++) {
      const edge = (state[part] as number) + 1
      const need = (edge - (state[time] as number)) * (state[weight] as number)
      if (left < need) {
        state[time] = (state[time] as number) + left / (state[weight] as number)
        return
      }
      left -= need
      state[time] = state[part] = edge
      state[weight] = (state[weight] as number) - (this.#due[edge & mask] as number)
      this.#due[edge & mask] = 0
    }
  }

  /** Forgets all debts. */
  reset(): void {
    this.#state.fill(0)
    this.#due.fill(0)
  }
}
