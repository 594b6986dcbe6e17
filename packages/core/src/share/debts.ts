/** What each tenant owes, paid by what is served in equal parts. */
import { burstParts, VirtualTime } from './virtual-time.ts'

/**
 * A debt for each place, in units of cost. What is charged adds to it, what is served (to whomever) pays all debts in proportion to
 * weights, and none is above a burst per weight. Places that are paused keep their debt and have no part in what is served. O(1) each.
 */
export class Debts {
  readonly #clock: VirtualTime = new VirtualTime()
  readonly #partsPerUnit: number
  /** Until when in virtual time each is in debt. */
  readonly #tags: Float64Array
  readonly #weights: Float64Array
  /** Whether the clock was told of it. */
  readonly #counted: Uint8Array

  constructor(places: number, burst: number) {
    this.#partsPerUnit = burstParts / burst
    this.#tags = new Float64Array(places)
    this.#weights = new Float64Array(places).fill(1)
    this.#counted = new Uint8Array(places)
  }

  /** Weight of all who are in debt and not paused. */
  get weight(): number {
    return this.#clock.weight
  }

  /** How much a debt of weight 1 could have been paid since the start. */
  get level(): number {
    return this.#clock.now / this.#partsPerUnit
  }

  isDue(place: number): boolean {
    return this.#clock.isDue(this.#tags[place] as number)
  }

  /**
   * Charges `cost`. If that would be more than a burst, it charges up to it and says true; or, if it is `strict`, says false and charges
   * nothing, unless nothing is owed yet: who owes nothing may have what is dearer than a burst. Nobody may have what costs no number.
   */
  charge(place: number, cost: number, strict: boolean): boolean {
    const { now } = this.#clock
    const tag = this.#tags[place] as number
    const from = tag > now ? tag : now
    const need = cost > 0 ? (cost * this.#partsPerUnit) / (this.#weights[place] as number) : cost <= 0 ? 0 : Infinity
    const most = now + burstParts
    const fits = from + need <= most
    if (!fits && strict && (from > now || need === Infinity)) {
      // It is here and wants more: it has its part in what is served, also if it was paused.
      if (this.#counted[place] === 0) this.#move(place, tag)
      return false
    }
    this.#move(place, fits ? from + need : most)
    return true
  }

  /** Gives back `cost`, as far as it is owed. */
  giveBack(place: number, cost: number): void {
    const tag = this.#tags[place] as number
    if (!(cost > 0) || !this.#clock.isDue(tag)) return
    const lower = tag - (cost * this.#partsPerUnit) / (this.#weights[place] as number)
    this.#move(place, Math.min(tag, Math.max(this.#clock.now, lower)))
  }

  /** `cost` was served. */
  pay(cost: number): void {
    this.#clock.advance(cost * this.#partsPerUnit)
  }

  /** A new holder, of this weight (a multiple of 2^-10), who owes nothing, or a whole burst. */
  open(place: number, weight: number, owes: boolean): void {
    this.pause(place)
    this.#weights[place] = weight
    this.#move(place, this.#clock.now + (owes ? burstParts : 0))
  }

  /** Weighs a place anew, as what `weigh` makes of the weight of all the others who are in debt. */
  reweigh(place: number, weigh: (others: number) => number): void {
    this.pause(place)
    this.#weights[place] = weigh(this.#clock.weight)
    this.#move(place, this.#tags[place] as number)
  }

  /** Keeps what a place owes, but gives it no part in what is served until it is charged again. */
  pause(place: number): void {
    if (this.#counted[place] === 0) return
    this.#clock.remove(this.#tags[place] as number, this.#weights[place] as number)
    this.#counted[place] = 0
  }

  /** Forgets all debts. */
  reset(): void {
    this.#clock.reset()
    this.#tags.fill(0)
    this.#counted.fill(0)
  }

  #move(place: number, tag: number): void {
    this.pause(place)
    this.#clock.add(tag, this.#weights[place] as number)
    this.#counted[place] = 1
    this.#tags[place] = tag
  }
}
