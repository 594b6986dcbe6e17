/** Calls of stores, which may throw, reject, answer nonsense, or not answer at all. */
import type { Clock } from '@spillway/core'
import { MemoryStore } from './memory-store.ts'
import type { ClientRateLimitInfo, LegacyStore, Store } from './types.ts'

/** What a store's call fails with when the store did not answer in time. */
export class StoreTimeoutError extends Error {
  override readonly name: string = 'StoreTimeoutError'
  readonly code: string = 'SPILLWAY_STORE_TIMEOUT'

  constructor(method: string, timeoutMs: number) {
    super(`rateLimit: the store did not answer ${method}() within ${timeoutMs} ms`)
  }
}

/** A store that answers through callbacks, as one that answers through promises. */
class CallbackStore implements Store {
  readonly #store: LegacyStore

  constructor(store: LegacyStore) {
    this.#store = store
  }

  increment(key: string): Promise<ClientRateLimitInfo> {
    return new Promise((resolve, reject) => {
      // Stores in the field say null where there is no error.
      this.#store.incr(key, (error, totalHits, resetTime) =>
        error === undefined || error === null ? resolve({ totalHits, resetTime }) : reject(error),
      )
    })
  }

  decrement(key: string): void {
    return this.#store.decrement(key)
  }

  resetKey(key: string): void {
    return this.#store.resetKey(key)
  }

  resetAll(): void {
    return this.#store.resetAll?.()
  }
}

/** The store of an option, whatever its age. Throws a TypeError for what is none. */
export function checkStore(value: unknown): Store {
  const given = (value ?? {}) as Partial<Store & LegacyStore>
  const isLegacy = typeof given.incr === 'function' && typeof given.increment !== 'function'
  const store = isLegacy ? new CallbackStore(given as LegacyStore) : (given as Store)
  const needed = [store.increment, store.decrement, store.resetKey, given.decrement, given.resetKey]
  const optional = [store.resetAll, given.init]
  const isStore =
    needed.every((method) => typeof method === 'function') &&
    optional.every((method) => method === undefined || typeof method === 'function')
  if (isStore) return store
  throw new TypeError(
    'rateLimit: option "store" must be a store with the functions increment, decrement and resetKey, and, if it has them, init and resetAll',
  )
}

/** How long a store may take, by which clock. */
export interface StorePatience {
  readonly timeoutMs: number
  readonly clock: Clock
}

/** A store of the user's behind a time limit and checks. */
export class StoreCalls {
  readonly #store: Store
  readonly #patience: StorePatience
  /** Where no answer can be late. */
  readonly #memory: MemoryStore | undefined

  constructor(store: Store, patience: StorePatience) {
    this.#store = store
    this.#patience = patience
    // Not that of a class made of it, which may do anything.
    const isOurs = store instanceof MemoryStore && store.increment === MemoryStore.prototype.increment
    this.#memory = isOurs ? store : undefined
  }

  /** Throws or rejects as the store does, with a {@link StoreTimeoutError}, or with a TypeError for an answer that is none. */
  increment(key: string): ClientRateLimitInfo | Promise<ClientRateLimitInfo> {
    if (this.#memory !== undefined) return this.#memory.hit(key)
    const answer = this.#store.increment(key)
    return isThenable(answer) ? within(answer, 'increment', this.#patience).then(checkAnswer) : checkAnswer(answer)
  }

  /** The same for the way back. */
  async decrement(key: string): Promise<void> {
    const answer = this.#store.decrement(key)
    if (isThenable(answer)) await within(answer, 'decrement', this.#patience)
  }
}

function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | undefined)?.then === 'function'
}

/** The answer, or a rejection when it takes too long; what comes later is dropped. */
function within<T>(answer: PromiseLike<T>, method: string, { timeoutMs, clock }: StorePatience): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new StoreTimeoutError(method, timeoutMs))
    const cancel = timeoutMs === Infinity ? undefined : clock.after(timeoutMs, late)
    answer.then(
      (value) => (cancel?.(), resolve(value)),
      (error: unknown) => (cancel?.(), reject(error)),
    )
  })
}

/** A count that can be worked with, and an instant that is one; a copy, for some stores change what they gave. */
function checkAnswer(answer: unknown): ClientRateLimitInfo {
  const { totalHits, resetTime } = (answer ?? {}) as Partial<ClientRateLimitInfo>
  if (typeof totalHits !== 'number' || !(totalHits >= 0 && totalHits < Infinity)) {
    throw new TypeError(`rateLimit: the store must answer with a number of hits >= 0, got ${String(totalHits)}`)
  }
  const isInstant = resetTime instanceof Date && !Number.isNaN(resetTime.getTime())
  return { totalHits, resetTime: isInstant ? new Date(resetTime) : undefined }
}
