/** Hits per key in the memory of this process: fixed windows, a bounded number of keys, one timer. */
import { checkFunction, checkKnown, checkNumber, systemWallTime } from '@spillway/core'
import type { WallTime } from '@spillway/core'
import type { ClientRateLimitInfo, Options, Store } from './types.ts'

/** The hits of one key. */
export interface Client {
  totalHits: number
  resetTime: Date
}

/** Options of {@link MemoryStore}. */
export interface MemoryStoreOptions {
  /**
   * Keys that are counted one by one; integer, 1..2^24, default 250,000 (about 50 MB). While as many are live, new keys share one
   * count, which limits them too early but never too late: flooding the store with keys frees nobody.
   */
  readonly maxKeys?: number
  /** For tests. */
  readonly wallTime?: WallTime
}

/** Longest interval of the timer: beyond it Node.js takes 1 ms. */
const maxTimerMs = 2_147_483_647
/** Keys looked at for an expired one when a new key finds no place. */
const probes = 8

/**
 * The default store. The window of a key begins with its first hit and lasts `windowMs`; all hits are counted, also those beyond the limit.
 * Keys that were not heard of in a window are dropped together. Around the end of a window twice the limit may come at once;
 * before a {@link GcraStore} it may not.
 */
export class MemoryStore implements Store {
  windowMs: number = 60_000
  /** Keys not heard of since the timer last went off. */
  previous: Map<string, Client> = new Map()
  /** Keys heard of since. */
  current: Map<string, Client> = new Map()
  interval?: ReturnType<typeof setInterval>
  readonly localKeys: boolean = true
  readonly #maxKeys: number
  readonly #wallTime: WallTime
  #shared: Client | undefined

  constructor(options: MemoryStoreOptions = {}) {
    checkKnown('MemoryStore', options, ['maxKeys', 'wallTime'])
    const { maxKeys = 250_000, wallTime = systemWallTime } = options
    this.#maxKeys = checkNumber('MemoryStore', 'maxKeys', maxKeys, { min: 1, max: 2 ** 24, integer: true })
    this.#wallTime = checkFunction('MemoryStore', 'wallTime', wallTime)
  }

  init(options: Options): void {
    this.windowMs = options.windowMs
    clearInterval(this.interval)
    this.interval = setInterval(() => this.#turn(), Math.min(this.windowMs, maxTimerMs))
    // Timers of Electron have no `unref`.
    this.interval.unref?.()
  }

  async get(key: string): Promise<ClientRateLimitInfo | undefined> {
    const client = this.#find(key)
    return client === undefined || this.#isOver(client) ? undefined : { ...client }
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    return this.hit(key)
  }

  /** {@link increment}, at once. */
  hit(key: string): ClientRateLimitInfo {
    const client = this.#place(key)
    if (this.#isOver(client)) {
      client.totalHits = 0
      client.resetTime = this.#wallTime(this.windowMs)
    }
    client.totalHits++
    return { ...client }
  }

  async decrement(key: string): Promise<void> {
    const client = this.#find(key)
    if (client !== undefined && client.totalHits > 0) client.totalHits--
  }

  async resetKey(key: string): Promise<void> {
    this.current.delete(key)
    this.previous.delete(key)
  }

  async resetAll(): Promise<void> {
    this.current.clear()
    this.previous.clear()
    this.#shared = undefined
  }

  /** Stops the timer and forgets everybody. */
  shutdown(): void {
    clearInterval(this.interval)
    void this.resetAll()
  }

  #isOver(client: Client): boolean {
    return client.resetTime.getTime() <= this.#wallTime(0).getTime()
  }

  #find(key: string): Client | undefined {
    return this.current.get(key) ?? this.previous.get(key) ?? (this.#isFull() ? this.#shared : undefined)
  }

  #isFull(): boolean {
    return this.current.size + this.previous.size >= this.#maxKeys
  }

  /** The client of a key, among those that were heard of. */
  #place(key: string): Client {
    const known = this.current.get(key)
    if (known !== undefined) return known
    let client = this.previous.get(key)
    if (client !== undefined) this.previous.delete(key)
    else if (this.#isFull() && !this.#dropOne()) return (this.#shared ??= this.#create())
    else client = this.#create()
    this.current.set(key, client)
    return client
  }

  #create(): Client {
    return { totalHits: 0, resetTime: this.#wallTime(this.windowMs) }
  }

  #dropOne(): boolean {
    let looked = 0
    for (const [key, client] of this.previous) {
      if (this.#isOver(client)) return this.previous.delete(key)
      if (++looked === probes) break
    }
    return false
  }

  #turn(): void {
    const kept = this.windowMs > maxTimerMs ? [...this.previous].filter(([, client]) => !this.#isOver(client)) : []
    this.previous = this.current
    this.current = new Map(kept)
  }
}
