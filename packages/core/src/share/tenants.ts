/** Who is a tenant, who a newcomer, and who has not been seen for long. */
import type { KeyHash } from '../rate/key-hash.ts'
import type { Millis } from '../ticket.ts'
import type { Debts } from './debts.ts'
import { KeyTable } from './key-table.ts'

/** A key is a newcomer for so many pieces of work. */
const newcomerWork = 3
/** All places are looked at within this long. */
const roundMs: Millis = 500
/** A key that has not been seen for so many times as long as makes it absent, and owes nothing, is forgotten. */
const forgetTimes = 4

// Which instant stands where in the state.
const lastAt = 0
const otherAt = 1
const tenantAt = 2
const sweptAt = 3

/**
 * Gives each key a place of its own, once it has been seen more than three times; until then, and where all places that it may have are
 * taken by tenants, it is one of the newcomers, who share one. A newcomer's own place holds no debt, so the next may have it.
 */
export class Tenants {
  /** The place that newcomers share. */
  readonly newcomers: number
  /** Whether the key that was seen last became a tenant by that. */
  isNew = false
  readonly #hash: KeyHash
  readonly #table: KeyTable
  /** When the key in each place was seen, and a newcomer. */
  readonly #seenAt: Float64Array
  /** How often, as far as that matters. */
  readonly #seen: Uint8Array
  // In an array, for V8 boxes doubles that change in fields.
  readonly #state: Float64Array = new Float64Array(4).fill(-Infinity)
  #lastHi = 0
  #lastLo = 0
  #hand = 0

  constructor(maxKeys: number, hash: KeyHash) {
    this.#hash = hash
    this.#table = new KeyTable(maxKeys)
    this.newcomers = this.#table.size
    this.#seenAt = new Float64Array(this.newcomers + 1).fill(-Infinity)
    this.#seen = new Uint8Array(this.newcomers)
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#table.used
  }

  /** The place of a key, as things are. */
  find(key: string): number {
    this.#hash.hash(key)
    const place = this.#table.find(this.#hash.hi, this.#hash.lo)
    return place >= 0 && this.#isTenant(place) ? place : this.newcomers
  }

  /** The place of a key that comes now. */
  see(key: string, now: Millis): number {
    const hash = this.#hash
    const state = this.#state
    hash.hash(key)
    if (hash.hi !== this.#lastHi || hash.lo !== this.#lastLo) {
      state[otherAt] = state[lastAt] as number
      this.#lastHi = hash.hi
      this.#lastLo = hash.lo
    }
    state[lastAt] = now
    this.isNew = false
    const place = this.#table.find(hash.hi, hash.lo)
    if (place < 0 || !this.#isTenant(place)) return this.#seeNewcomer(place, now)
    this.#seenAt[place] = now
    state[tenantAt] = now
    return place
  }

  /** When somebody was last seen who may want what the holder of this place gets: another key, or for newcomers a tenant. */
  rivalAt(place: number): Millis {
    return this.#state[place === this.newcomers ? tenantAt : otherAt] as number
  }

  /**
   * Goes round the places, as far as time has passed since it last did. The debts of those that are absent are paused, and those that are
   * nobody's any more given up. True if it went anywhere.
   */
  sweep(now: Millis, absentMs: Millis, debts: Debts): boolean {
    const state = this.#state
    const { size } = this.#table
    const elapsed = now - (state[sweptAt] as number)
    if (!(elapsed >= 0)) {
      state[sweptAt] = now
      return false
    }
    const places = Math.min(size, Math.floor((elapsed * size) / roundMs))
    if (places === 0) return false
    state[sweptAt] = now
    if (now - (this.#seenAt[this.newcomers] as number) > absentMs) debts.pause(this.newcomers)
    for (let i = 0; i < places; i++) {
      const place = this.#hand
      this.#hand = (place + 1) & (size - 1)
      const age = now - (this.#seenAt[place] as number)
      if (!this.#table.isTaken(place) || !(age > absentMs)) continue
      debts.pause(place)
      if (age > forgetTimes * absentMs && !(this.#isTenant(place) && debts.isDue(place))) this.#table.free(place)
    }
    return true
  }

  #seeNewcomer(found: number, now: Millis): number {
    const { hi, lo } = this.#hash
    this.#seenAt[this.newcomers] = now
    let place = found
    if (place < 0) {
      place = this.#table.add(hi, lo)
      if (place < 0) place = this.#replace(hi, lo)
      if (place < 0) return this.newcomers
      this.#seen[place] = 0
    }
    this.#seenAt[place] = now
    this.#seen[place]!++
    if (!this.#isTenant(place)) return this.newcomers
    this.isNew = true
    this.#state[tenantAt] = now
    return place
  }

  #isTenant(place: number): boolean {
    return (this.#seen[place] as number) > newcomerWork
  }

  /** The newcomer that has not been seen for longest makes room; -1 if those who might are all tenants. */
  #replace(hi: number, lo: number): number {
    const first = this.#table.first(hi)
    let oldest = -1
    for (let place = first; place < first + this.#table.ways; place++) {
      if (this.#isTenant(place)) continue
      if (oldest < 0 || (this.#seenAt[place] as number) < (this.#seenAt[oldest] as number)) oldest = place
    }
    if (oldest < 0) return -1
    this.#table.free(oldest)
    return this.#table.add(hi, lo)
  }
}
