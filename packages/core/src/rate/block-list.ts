/** Keys that are refused everything for a while. */
import type { Millis } from '../ticket.ts'
import type { KeyHash } from './key-hash.ts'
import { until } from './ticks.ts'
import { TimeStore } from './time-store.ts'

/** Until when which key is blocked: no memory while there is none, bounded and without amnesty like {@link TimeStore}. */
export class BlockList {
  readonly #hash: KeyHash
  readonly #maxKeys: number
  readonly #present: Float64Array = new Float64Array([-Infinity])
  #store: TimeStore | undefined

  /** Questions are about the key that `hash` holds. */
  constructor(hash: KeyHash, maxKeys: number) {
    this.#hash = hash
    this.#maxKeys = maxKeys
  }

  /** Whether nobody is blocked. */
  get empty(): boolean {
    return this.#store === undefined
  }

  /** Memory in use. */
  get bytes(): number {
    return this.#store?.bytes ?? 0
  }

  /** How long the key is still blocked; 0 if it is not. */
  remainingMs(now: Millis): Millis {
    return this.#store === undefined ? 0 : until(this.#store.get(this.#hash.hi, this.#hash.lo), now)
  }

  /** Blocks the key; never shortens a block. */
  block(durationMs: Millis, now: Millis): void {
    const { hi, lo } = this.#hash
    if (now > (this.#present[0] as number)) this.#present[0] = now
    this.#store ??= new TimeStore(this.#maxKeys, this.#present)
    if (now + durationMs > this.#store.get(hi, lo)) this.#store.set(hi, lo, now + durationMs)
  }

  /** Ends the block of the key; false if something may be left of it because it is beyond the bound. */
  release(): boolean {
    if (this.#store === undefined) return true
    const { hi, lo } = this.#hash
    this.#store.table.remove(hi, lo)
    return this.#store.exact(hi, lo)
  }

  /** A little work that frees what has passed. */
  tidy(budget: number, now: Millis): void {
    if (this.#store === undefined) return
    if (now > (this.#present[0] as number)) this.#present[0] = now
    this.#store.tidy(budget)
    if (this.#store.empty) this.#store = undefined
  }
}
