/** Tells what is within a tenant's fair share from what is beyond it. */
import { createKeyHash, sharedKeyHash } from '../rate/key-hash.ts'
import type { KeyHash } from '../rate/key-hash.ts'
import type { Millis } from '../ticket.ts'
import { Debts } from './debts.ts'
import { checkFairShare } from './fair-share-options.ts'
import type { FairShareOptions, FairShareSnapshot } from './fair-share-options.ts'
import { KeyTable } from './key-table.ts'

/** A key is a newcomer for so many pieces of work. */
const newcomerWork = 3
/** Newcomers together weigh as much as all tenants in debt, and at least this. */
const leastNewcomerWeight = 4
/**
 * A tenant is absent when it has not been seen for as long as it takes to serve it so many units, within these bounds: then it has no
 * part in what is served, whatever it owes.
 */
const absentUnits = 4
const leastAbsentMs: Millis = 500
const mostAbsentMs: Millis = 10_000
/** Somebody seen within so many times that long is somebody whom another may keep from being served. */
const rivalTimes = 2
/** A key that has not been seen for so many times that long, and owes nothing, is forgotten. */
const forgetTimes = 4
/** Nothing was served for so long: what is owed has lost its meaning. */
const silenceMs: Millis = 60_000
/** Least time between two looks at how fast the level rises. */
const levelMs: Millis = 250

// Where which instant stands in the state.
const congestedAt = 0
const lastAt = 1
const otherAt = 2
const tenantAt = 3
const sweptAt = 4
const servedAt = 5
const levelAt = 6
/** The water level then, and how fast it rises per ms. */
const level = 7
const rise = 8
/** Cost of work within its share that could not be served: so much of what is served next pays nothing. */
const withheld = 9
/** After how long a tenant is absent. */
const absent = 10

const weighNewcomers = (others: number): number => Math.max(leastNewcomerWeight, others)

/**
 * While there is not enough for all, each tenant may have an equal share per weight of what is served; what it does not want is divided
 * among the others (max-min fairness). Work of a tenant above this level is *beyond*: refuse it first, or serve it last. While nobody is
 * congested nothing is beyond, nor is anything of a tenant who has been alone for a second.
 *
 * It measures no rates and has no level to tune. Each tenant owes what it was let have, and what is served pays the debts of all who owe,
 * in equal parts (virtual time of fair queueing); who would owe more than `burst` is beyond. A debt that is paid equals one that never
 * was, so forgetting it gives nobody anything.
 *
 * The first three pieces of work of a key that was not seen for two seconds count against one tenant for all newcomers, which weighs as
 * much as all others together (at least 4): a flood of keys gets no more than half, and no memory beyond `maxKeys`. Not a limiter:
 * {@link FairShareLimiter} refuses by it. All moves are O(1) and free of allocation but for what `weightOf` does.
 */
export class FairShare {
  /** How often `weightOf` threw or gave no weight. */
  failures = 0
  readonly #weightOf: ((key: string) => number) | undefined
  readonly #holdMs: Millis
  readonly #burst: number
  readonly #hash: KeyHash
  readonly #table: KeyTable
  readonly #debts: Debts
  /** When the key in each place was seen; and newcomers, in one place more. */
  readonly #seenAt: Float64Array
  /** How often, as far as that matters. */
  readonly #seen: Uint8Array
  readonly #newcomers: number
  // In an array, for V8 boxes doubles that change in fields.
  readonly #state: Float64Array = new Float64Array(11).fill(-Infinity)
  #lastHi = 0
  #lastLo = 0
  #hand = 0

  constructor(options: FairShareOptions = {}) {
    const { weightOf, burst, holdMs, maxKeys, random } = checkFairShare('FairShare', options)
    this.#weightOf = weightOf
    this.#holdMs = holdMs
    this.#burst = burst
    this.#hash = random === undefined ? sharedKeyHash() : createKeyHash(random)
    this.#table = new KeyTable(maxKeys)
    this.#newcomers = this.#table.size
    this.#debts = new Debts(this.#table.size + 1, burst)
    this.#seenAt = new Float64Array(this.#table.size + 1).fill(-Infinity)
    this.#seen = new Uint8Array(this.#table.size)
    const state = this.#state
    state[level] = state[rise] = state[withheld] = 0
    state[absent] = leastAbsentMs
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#table.used
  }

  /**
   * Whether work of this key that costs so much, now, is beyond its share; if not, it is charged to it. Of a tenant that wants more than
   * its share this is true for what is above the share, not for everything. A cost that is no number is beyond, one of 0 or less never.
   */
  isBeyond(key: string, cost: number, now: Millis): boolean {
    this.#sweep(now)
    const state = this.#state
    const place = this.#placeOf(key, now)
    const isTenant = place !== this.#newcomers
    if (isTenant) state[tenantAt] = now
    else this.#debts.reweigh(place, weighNewcomers)
    const since = now - (state[congestedAt] as number)
    const rivalAt = state[isTenant ? otherAt : tenantAt] as number
    const isStrict = since >= 0 && since <= this.#holdMs && now - rivalAt < rivalTimes * (state[absent] as number)
    return !this.#debts.charge(place, cost, isStrict)
  }

  /**
   * Gives back what work was charged that never ran. Where it was charged less than it costs, because nobody owes more than a burst, it
   * gets back up to the whole of it.
   */
  refund(key: string, cost: number): void {
    const hash = this.#hash
    hash.hash(key)
    const place = this.#table.find(hash.hi, hash.lo)
    const isTenant = place >= 0 && (this.#seen[place] as number) > newcomerWork
    this.#debts.giveBack(isTenant ? place : this.#newcomers, cost)
  }

  /** So much was served, to whomever: it pays the debts. Tell it of work that was beyond as well. */
  served(cost: number, now: Millis): void {
    if (!(cost > 0)) return
    const state = this.#state
    state[servedAt] = now
    const unpaid = Math.min(state[withheld] as number, cost / 2)
    state[withheld] = (state[withheld] as number) - unpaid
    this.#debts.pay(cost - unpaid)
  }

  /**
   * Somebody had to be refused, or waits longer than is good: for `holdMs` work may be beyond. Tell it too of the cost that was
   * `unserved`: work within its share that was turned away all the same, for want of room. As much of what is served next then pays no
   * debts (half of it at most), so that those who take all they can leave the room that others are entitled to.
   */
  congested(now: Millis, unserved = 0): void {
    const state = this.#state
    state[congestedAt] = now
    if (unserved > 0) state[withheld] = Math.min(this.#burst, (state[withheld] as number) + unserved)
  }

  snapshot(): FairShareSnapshot {
    const perSecond = 1000 * (this.#state[rise] as number)
    return { keys: this.#table.used, weight: this.#debts.weight, perSecond }
  }

  /** The place of a key that came now: its own, once it is no newcomer any more. */
  #placeOf(key: string, now: Millis): number {
    const hash = this.#hash
    hash.hash(key)
    const { hi, lo } = hash
    const state = this.#state
    if (hi !== this.#lastHi || lo !== this.#lastLo) {
      state[otherAt] = state[lastAt] as number
      this.#lastHi = hi
      this.#lastLo = lo
    }
    state[lastAt] = now
    const found = this.#table.find(hi, lo)
    const place = found < 0 ? this.#table.add(hi, lo) : found
    const seen = found < 0 ? 0 : (this.#seen[place] as number)
    if (place >= 0) this.#seenAt[place] = now
    if (seen > newcomerWork) return place
    this.#seenAt[this.#newcomers] = now
    if (place < 0) return this.#newcomers
    this.#seen[place] = seen + 1
    if (seen < newcomerWork) return this.#newcomers
    // A tenant from now on. It begins with what it may owe at most: credit is earned, or new keys would be a source of it.
    this.#debts.open(place, this.#weigh(key))
    return place
  }

  #weigh(key: string): number {
    if (this.#weightOf === undefined) return 1
    try {
      const weight = this.#weightOf(key)
      // In steps that add up exactly, as debts want them.
      if (weight >= 1 / 1024 && weight <= 1024) return Math.round(weight * 1024) / 1024
    } catch {
      // As one without a weight.
    }
    this.failures++
    return 1
  }

  /** Goes round the places, all of them within half a second; how far depends on how much time has passed. */
  #sweep(now: Millis): void {
    const state = this.#state
    const { size } = this.#table
    const elapsed = now - (state[sweptAt] as number)
    if (!(elapsed >= 0)) {
      state[sweptAt] = now
      return
    }
    const places = Math.min(size, Math.floor((elapsed * size) / leastAbsentMs))
    if (places === 0) return
    state[sweptAt] = now
    this.#lookAt(this.#newcomers, now)
    for (let i = 0; i < places; i++) {
      if (this.#table.isTaken(this.#hand)) this.#lookAt(this.#hand, now)
      this.#hand = (this.#hand + 1) & (size - 1)
    }
    this.#measure(now)
  }

  #lookAt(place: number, now: Millis): void {
    const age = now - (this.#seenAt[place] as number)
    const absentMs = this.#state[absent] as number
    if (!(age > absentMs)) return
    this.#debts.pause(place)
    if (place === this.#newcomers || !(age > forgetTimes * absentMs)) return
    const isTenant = (this.#seen[place] as number) > newcomerWork
    if (!isTenant || !this.#debts.isDue(place)) this.#table.free(place)
  }

  /** How fast the level rises; and all starts over when nothing was served for long. */
  #measure(now: Millis): void {
    const state = this.#state
    if (!(now - (state[servedAt] as number) <= silenceMs)) {
      this.#debts.reset()
      state[servedAt] = state[levelAt] = now
      state[level] = 0
    }
    const elapsed = now - (state[levelAt] as number)
    if (!(elapsed >= levelMs)) return
    const reached = this.#debts.level
    state[rise] = ((reached - (state[level] as number)) / elapsed + (state[rise] as number)) / 2
    state[level] = reached
    state[levelAt] = now
    state[absent] = Math.min(mostAbsentMs, Math.max(leastAbsentMs, absentUnits / state[rise]))
  }
}
