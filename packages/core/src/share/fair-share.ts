/** Tells what is within a tenant's fair share from what is beyond it. */
import { createKeyHash, sharedKeyHash } from '../rate/key-hash.ts'
import type { Millis } from '../ticket.ts'
import { Debts } from './debts.ts'
import { checkFairShare } from './fair-share-options.ts'
import type { FairShareOptions, FairShareSnapshot } from './fair-share-options.ts'
import { Tenants } from './tenants.ts'

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
/** Nothing was served for so long: what is owed has lost its meaning. */
const silenceMs: Millis = 60_000
/** Least time between two looks at how fast the level rises. */
const levelMs: Millis = 250

// What stands where in the state: instants, then the water level at one of them and how fast it rises per ms,
const congestedAt = 0
const servedAt = 1
const levelAt = 2
const level = 3
const rise = 4
// the cost of work within its share that could not be served, as far as it is not made up for, and after how long a tenant is absent.
const withheld = 5
const absent = 6

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
  readonly #tenants: Tenants
  readonly #debts: Debts
  // In an array, for V8 boxes doubles that change in fields.
  readonly #state: Float64Array = new Float64Array([-Infinity, -Infinity, -Infinity, 0, 0, 0, leastAbsentMs])

  constructor(options: FairShareOptions = {}) {
    const { weightOf, burst, holdMs, maxKeys, random } = checkFairShare('FairShare', options)
    this.#weightOf = weightOf
    this.#holdMs = holdMs
    this.#burst = burst
    this.#tenants = new Tenants(maxKeys, random === undefined ? sharedKeyHash() : createKeyHash(random))
    this.#debts = new Debts(this.#tenants.newcomers + 1, burst)
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#tenants.size
  }

  /**
   * Whether work of this key that costs so much, now, is beyond its share; if not, it is charged to it. Of a tenant that wants more than
   * its share this is true for what is above the share, not for everything. A cost that is no number is beyond, one of 0 or less never.
   * @param isCongested whether somebody is congested, where that is known otherwise than by `congested`
   */
  isBeyond(key: string, cost: number, now: Millis, isCongested: boolean = this.#isCongested(now)): boolean {
    const absentMs = this.#state[absent] as number
    if (this.#tenants.sweep(now, absentMs, this.#debts)) this.#measure(now)
    const place = this.#tenants.see(key, now)
    // While there is too little for all a new tenant has to earn its credit, or new keys would be a source of it.
    if (this.#tenants.isNew) this.#debts.open(place, this.#weigh(key), isCongested)
    else if (place === this.#tenants.newcomers) this.#debts.reweigh(place, weighNewcomers)
    const isStrict = isCongested && now - this.#tenants.rivalAt(place) < rivalTimes * absentMs
    return !this.#debts.charge(place, cost, isStrict)
  }

  /**
   * Gives back what work was charged that never ran. Where it was charged less than it costs, because nobody owes more than a burst, it
   * gets back up to the whole of it.
   */
  refund(key: string, cost: number): void {
    this.#debts.giveBack(this.#tenants.find(key), cost)
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
    return { keys: this.#tenants.size, weight: this.#debts.weight, perSecond }
  }

  #isCongested(now: Millis): boolean {
    const since = now - (this.#state[congestedAt] as number)
    return since >= 0 && since <= this.#holdMs
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
    const rose = (reached - (state[level] as number)) / elapsed
    state[rise] = (rose + (state[rise] as number)) / 2
    state[level] = reached
    state[levelAt] = now
    // Where nothing rose nobody was served, and that says nothing of how long it takes.
    if (rose > 0) state[absent] = Math.min(mostAbsentMs, Math.max(leastAbsentMs, absentUnits / state[rise]))
  }
}
