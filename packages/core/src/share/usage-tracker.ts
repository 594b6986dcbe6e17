/** Who used how much lately, and whom that makes the first to go. */
import type { Random } from '../clock.ts'
import { checkFunction, checkKnown, checkNumber } from '../options.ts'
import { cohorts } from '../priority/levels.ts'
import { createKeyHash, sharedKeyHash } from '../rate/key-hash.ts'
import type { KeyHash } from '../rate/key-hash.ts'
import type { Millis } from '../ticket.ts'
import { KeyTable } from './key-table.ts'

/** How a {@link UsageTracker} remembers. */
export interface UsageTrackerOptions {
  /** After so long usage counts half; 100..86400000, default 10000. */
  readonly halfLifeMs?: Millis
  /** Keys told apart, rounded up to a power of two; integer 1..65536, default 1024. */
  readonly maxKeys?: number
  /** Seeds the hash of keys, for tests that must repeat. Default: one secret seed per process. */
  readonly random?: Random
}

/** Cohorts are computed anew after this long. */
const refreshMs: Millis = 100
/** Usage is told apart in steps of a quarter of an octave, over 32 octaves below the highest. */
const bins = 128
const binsPerOctave = 4

/**
 * Usage per key, exponentially decayed, and from it a cohort for a {@link PriorityThresholdLimiter}: the part of all usage that is due to
 * keys which used less. So the heaviest user is the first to be shed, and only until it is not the heaviest any more. Use
 * {@link FairShareLimiter} to hold everybody to an equal share at once; this orders work within a class and refuses nothing by itself.
 *
 * Bounded without amnesty: where a new key finds no place, it takes that of the one which used least and is charged its usage as well
 * (space-saving: Metwally, Agrawal and El Abbadi, 2005). So nobody is ever taken for having used less than it did; a flood of keys makes
 * newcomers look heavier. `record` and `cohortOf` are O(1), but for ten times a second, when cohorts are computed: O(`maxKeys`).
 * Source: the usage tracker of failsafe-go.
 */
export class UsageTracker {
  readonly #halfLifeMs: Millis
  readonly #hash: KeyHash
  readonly #table: KeyTable
  /** Logarithm to base 2 of what each used, as if it were all used at the origin of time: so nothing has to be decayed. */
  readonly #logs: Float64Array
  readonly #cohorts: Uint8Array
  readonly #mass: Float64Array = new Float64Array(bins)
  #refreshAt: Millis = -Infinity

  constructor(options: UsageTrackerOptions = {}) {
    const owner = 'UsageTracker'
    checkKnown(owner, options, ['halfLifeMs', 'maxKeys', 'random'])
    const { halfLifeMs = 10_000, maxKeys = 1024, random } = options
    this.#halfLifeMs = checkNumber(owner, 'halfLifeMs', halfLifeMs, { min: 100, max: 86_400_000 })
    checkNumber(owner, 'maxKeys', maxKeys, { min: 1, max: 65_536, integer: true })
    this.#hash = random === undefined ? sharedKeyHash() : createKeyHash(checkFunction(owner, 'random', random))
    this.#table = new KeyTable(maxKeys)
    this.#logs = new Float64Array(this.#table.size)
    this.#cohorts = new Uint8Array(this.#table.size)
  }

  /** Keys that are told apart now. */
  get size(): number {
    return this.#table.used
  }

  /** A key used so much: its cost, or how long it kept something busy. What is not above 0 and finite counts for nothing. */
  record(key: string, amount: number, now: Millis): void {
    if (!(amount > 0 && amount < Infinity && Number.isFinite(now))) return
    const { hi, lo } = this.#at(key)
    const log = Math.log2(amount) + now / this.#halfLifeMs
    const found = this.#table.find(hi, lo)
    if (found >= 0) return this.#raise(found, log)
    const place = this.#table.add(hi, lo)
    if (place >= 0) {
      this.#logs[place] = log
      this.#cohorts[place] = 0
      return
    }
    const least = this.#least(hi)
    this.#table.free(least)
    this.#table.add(hi, lo)
    this.#raise(least, log)
  }

  /** What a key used lately, at most: exact unless it had to take another's place. */
  usage(key: string, now: Millis): number {
    const place = this.#placeOf(key)
    return place < 0 ? 0 : 2 ** ((this.#logs[place] as number) - now / this.#halfLifeMs)
  }

  /** 0 for who used nothing, up to 127 for who used most; at most 100 ms old. */
  cohortOf(key: string, now: Millis): number {
    if (!(now < this.#refreshAt && this.#refreshAt - now <= refreshMs)) this.#refresh(now)
    const place = this.#placeOf(key)
    return place < 0 ? 0 : (this.#cohorts[place] as number)
  }

  #at(key: string): KeyHash {
    this.#hash.hash(key)
    return this.#hash
  }

  /** The place of a key; of the one whose place it would take, where all are taken; else -1. */
  #placeOf(key: string): number {
    const { hi, lo } = this.#at(key)
    const place = this.#table.find(hi, lo)
    if (place >= 0) return place
    const first = this.#table.first(hi)
    for (let i = 0; i < this.#table.ways; i++) if (!this.#table.isTaken(first + i)) return -1
    return this.#least(hi)
  }

  #least(hi: number): number {
    const first = this.#table.first(hi)
    let least = first
    for (let place = first; place < first + this.#table.ways; place++) {
      if ((this.#logs[place] as number) < (this.#logs[least] as number)) least = place
    }
    return least
  }

  /** Adds in logarithms: log2(2^a + 2^b). */
  #raise(place: number, log: number): void {
    const before = this.#logs[place] as number
    this.#logs[place] = Math.max(before, log) + Math.log2(1 + 2 ** -Math.abs(before - log))
  }

  #refresh(now: Millis): void {
    this.#refreshAt = now + refreshMs
    const { size } = this.#table
    let highest = -Infinity
    for (let place = 0; place < size; place++)
      if (this.#table.isTaken(place)) highest = Math.max(highest, this.#logs[place] as number)
    const mass = this.#mass.fill(0)
    for (let place = 0; place < size; place++) {
      if (!this.#table.isTaken(place)) continue
      const below = highest - (this.#logs[place] as number)
      const bin = bins - 1 - Math.min(bins - 1, Math.floor(below * binsPerOctave))
      mass[bin] = (mass[bin] as number) + 2 ** -below
      this.#cohorts[place] = bin
    }
    const total = mass.reduce((sum, each) => sum + each, 0)
    let lower = 0
    for (let bin = 0; bin < bins; bin++) {
      const each = mass[bin] as number
      mass[bin] = Math.floor(((lower + each / 2) / total) * cohorts)
      lower += each
    }
    for (let place = 0; place < size; place++)
      if (this.#table.isTaken(place)) this.#cohorts[place] = mass[this.#cohorts[place] as number] as number
  }
}
