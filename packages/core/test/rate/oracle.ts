/** GCRA in exact rational arithmetic, one instance per key: slow and obviously right. */

/** A rational limiter of integer instants and costs: everything is multiplied by `limit`, so nothing is ever divided. */
export class ExactGcra {
  readonly #limit: bigint
  readonly #windowMs: bigint
  readonly #span: bigint
  #state: bigint | undefined

  constructor(rate: { readonly limit: number; readonly windowMs: number; readonly burst: number }) {
    this.#limit = BigInt(rate.limit)
    this.#windowMs = BigInt(rate.windowMs)
    this.#span = BigInt(rate.burst) * this.#windowMs
  }

  /** Takes `cost` if it fits at `now`. */
  take(cost: number, now: number): boolean {
    const at = BigInt(now) * this.#limit
    const base = this.#state === undefined || this.#state < at ? at : this.#state
    const next = base + BigInt(cost) * this.#windowMs
    if (next - at > this.#span) return false
    if (cost > 0) this.#state = next
    return true
  }

  /** Gives `cost` back. */
  give(cost: number): void {
    if (this.#state !== undefined) this.#state -= BigInt(cost) * this.#windowMs
  }
}

/** One decision: when, how much, and whether it was let in. */
export interface Decision {
  readonly now: number
  readonly cost: number
  readonly ok: boolean
}

/** The worst excess over `burst + t * limit / windowMs` of any window of `log`, in units times windowMs; never above 0n if exact. */
export function worstExcess(
  log: readonly Decision[],
  rate: { limit: number; windowMs: number; burst: number },
): bigint {
  const admitted = log.filter((entry) => entry.ok)
  let worst = -(2n ** 200n)
  for (let i = 0; i < admitted.length; i++) {
    let units = 0n
    for (let j = i; j < admitted.length; j++) {
      const [from, to] = [admitted[i] as Decision, admitted[j] as Decision]
      units += BigInt(to.cost)
      const allowed = BigInt(rate.burst) * BigInt(rate.windowMs) + BigInt(to.now - from.now) * BigInt(rate.limit)
      const excess = units * BigInt(rate.windowMs) - allowed
      if (excess > worst) worst = excess
    }
  }
  return worst
}
