/** Adaptive throttling: a client that is refused much asks less, by itself. */
import { systemRandom, type Random } from '../clock.ts'
import type { Idling } from '../compose/idle.ts'
import type { Limiter } from '../limiter.ts'
import { checkFunction, checkKnown, checkNumber } from '../options.ts'
import { classOf, classes } from '../pace/line.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { SlidingCounts } from './sliding-counts.ts'

/** How an {@link AdaptiveThrottle} judges. */
export interface AdaptiveThrottleOptions {
  /** Named in rejections; default `throttle`. */
  readonly name?: string
  /**
   * How many requests may be asked for each that is accepted before any is held back; 1..1000, default 2. Near 1 the target is spared
   * refusals, and false alarms hold work back; larger values waste its time and notice sooner that it is well again.
   */
  readonly k?: number
  /** How long requests are remembered; 1000..3600000, default 120000. They go at most a fortieth of it later. */
  readonly windowMs?: Millis
  /** Nothing is held back before so many are remembered; an integer 0..1e6, default 10. 0 for the rule as it is published. */
  readonly minRequests?: number
  /**
   * A request in flight counts once it has been out this long, at most a fortieth of `windowMs` later; 0..`windowMs`, default 5000. Choose
   * it above the slowest that is normal. 0 counts all from their start, as published: then a start with many slow requests looks like a
   * target that is down.
   */
  readonly graceMs?: Millis
  /** Never holds back a larger share; 0..1, default 0.9. What still goes out is what notices that the target is well again. */
  readonly maxProbability?: number
  /** Remembers each criticality class apart, so that a target that sheds what matters least is still sent the rest. Default false. */
  readonly perCriticality?: boolean
  /** What refusals promise; 1..86400000, default 1000. A guess: who asks again may be held back again. */
  readonly retryAfterMs?: Millis
  /** Default `Math.random`. */
  readonly random?: Random
}

/** Options that may change while it runs. */
export type AdaptiveThrottleUpdate = Pick<AdaptiveThrottleOptions, 'k' | 'minRequests' | 'maxProbability'>

type Rule = Required<AdaptiveThrottleUpdate>

const owner = 'AdaptiveThrottle'
const slots = 40
// Columns of the counts, for each class.
const requests = 0
const accepts = 1
const pending = 2
const columns = 3

/**
 * Holds a request back with probability `max(0, (requests - k * accepts) / (requests + 1))`, so that a target which accepts `a` per second is
 * asked about `k * a` times per second, however much there is to ask. Requests are counted when asked, whether or not they were held back,
 * and accepted when they end as `success`. `dropped` is not accepted; `ignored` and `revoked` count as never asked.
 *
 * Graded and per client, so it needs no agreement; {@link CircuitBreaker} is all or nothing, and rests a target that does not answer at all.
 * {@link AdmissionControl} is the same idea around a success rate to keep.
 *
 * Source: Site Reliability Engineering (Google, 2016), chapter 21, "Client-Side Throttling".
 */
export class AdaptiveThrottle implements Limiter, Idling {
  readonly name: string
  readonly #counts: SlidingCounts
  readonly #young: number
  readonly #perCriticality: boolean
  readonly #random: Random
  readonly #no: Rejection
  #rule: Rule

  constructor(options: AdaptiveThrottleOptions = {}) {
    const { name = 'throttle', windowMs = 120_000, random = systemRandom } = options
    const { graceMs = Math.min(5000, windowMs), perCriticality = false, retryAfterMs = 1000, ...rest } = options
    checkKnown(owner, rest, ['name', 'k', 'windowMs', 'minRequests', 'maxProbability', 'random'])
    checkNumber(owner, 'windowMs', windowMs, { min: 1000, max: 3_600_000 })
    checkNumber(owner, 'graceMs', graceMs, { min: 0, max: windowMs })
    checkNumber(owner, 'retryAfterMs', retryAfterMs, { min: 1, max: 86_400_000 })
    if (typeof perCriticality !== 'boolean') throw new TypeError(`${owner}: option "perCriticality" must be a boolean`)
    this.#rule = checkRule(options, { k: 2, minRequests: 10, maxProbability: 0.9 })
    this.#random = checkFunction(owner, 'random', random)
    this.#counts = new SlidingCounts({ windowMs, slots, columns: perCriticality ? columns * classes : columns })
    this.#young = graceMs === 0 ? 0 : Math.ceil(graceMs / this.#counts.slotMs) + 1
    this.#perCriticality = perCriticality
    this.name = name
    this.#no = Object.freeze({ reason: 'throttled', limiter: name, retryAfterMs })
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const counts = this.#counts
    const first = this.#first(ticket)
    counts.advance(now)
    const probability = this.#probability(first)
    counts.add(first + requests, 1)
    if (probability > 0 && this.#random() < probability) return this.#no
    counts.add(first + pending, 1)
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    const counts = this.#counts
    const first = this.#first(ticket)
    counts.advance(now)
    const row = counts.rowAt(ticket.startedAt)
    // Forgotten, or an end too many: there is nothing to put right.
    if (row < 0 || !(counts.countIn(row, first + pending) > 0)) return
    counts.addIn(row, first + pending, -1)
    if (outcome === 'success') counts.addIn(row, first + accepts, 1)
    else if (outcome !== 'dropped') counts.addIn(row, first + requests, -1)
  }

  /** The probability with which a ticket (of the class of `ticket`, where classes are apart) would be held back now. */
  probability(now: Millis, ticket?: Ticket): number {
    this.#counts.advance(now)
    return this.#probability(ticket === undefined ? 0 : this.#first(ticket))
  }

  isIdle(now: Millis): boolean {
    this.#counts.advance(now)
    // Only what was accepted is remembered: forgetting that makes a new one no more patient than by its first few requests.
    for (let first = 0; first < (this.#perCriticality ? columns * classes : columns); first += columns)
      if (this.#counts.sum(first + requests) !== this.#counts.sum(first + accepts)) return false
    return true
  }

  /** Changes what is named; what is remembered stays. Throws as the constructor does, and then changes nothing. */
  update(change: AdaptiveThrottleUpdate): void {
    checkKnown(owner, change, ['k', 'minRequests', 'maxProbability'])
    this.#rule = checkRule(change, this.#rule)
  }

  #probability(first: number): number {
    const { k, minRequests, maxProbability } = this.#rule
    const counts = this.#counts
    const asked = counts.sum(first + requests) - counts.sumOfNewest(first + pending, this.#young)
    if (asked < minRequests) return 0
    const share = (asked - k * counts.sum(first + accepts)) / (asked + 1)
    return share > maxProbability ? maxProbability : share > 0 ? share : 0
  }

  #first(ticket: Ticket): number {
    return this.#perCriticality ? classOf(ticket) * columns : 0
  }
}

function checkRule(given: AdaptiveThrottleUpdate, otherwise: Rule): Rule {
  const { k = otherwise.k, minRequests = otherwise.minRequests } = given
  const { maxProbability = otherwise.maxProbability } = given
  checkNumber(owner, 'k', k, { min: 1, max: 1000 })
  checkNumber(owner, 'minRequests', minRequests, { min: 0, max: 1e6, integer: true })
  checkNumber(owner, 'maxProbability', maxProbability, { min: 0, max: 1 })
  return { k, minRequests, maxProbability }
}
