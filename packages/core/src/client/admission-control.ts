/** Admission control as in Envoy: holds requests back once fewer succeed than should. */
import { systemRandom, type Random } from '../clock.ts'
import type { Idling } from '../compose/idle.ts'
import type { Limiter } from '../limiter.ts'
import { checkFunction, checkKnown, checkNumber } from '../options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { SlidingCounts } from './sliding-counts.ts'

/** How an {@link AdmissionControl} judges. */
export interface AdmissionControlOptions {
  /** Named in rejections; default `admission-control`. */
  readonly name?: string
  /** Share of successes above which nothing is held back; 0.01..1, default 0.95. */
  readonly successThreshold?: number
  /** How steeply more is held back below it: 1 in proportion (default), larger values sooner; 1..100. */
  readonly aggression?: number
  /** Nothing is held back while fewer end per second, on average over the window; 0..1e6, default 0. */
  readonly perSecondThreshold?: number
  /** Never holds back a larger share; 0..1, default 0.8. */
  readonly maxProbability?: number
  /** How long ends are remembered; 1000..3600000, default 30000. They go at most a thirtieth of it later. */
  readonly windowMs?: Millis
  /** What refusals promise; 1..86400000, default 1000. A guess: who asks again may be held back again. */
  readonly retryAfterMs?: Millis
  /** Default `Math.random`. */
  readonly random?: Random
}

/** Options that may change while it runs. */
export type AdmissionControlUpdate = Pick<
  AdmissionControlOptions,
  'successThreshold' | 'aggression' | 'perSecondThreshold' | 'maxProbability'
>

type Rule = Required<AdmissionControlUpdate>

const owner = 'AdmissionControl'
const slots = 30
const ends = 0
const successes = 1

/**
 * Holds a request back with probability `((ends - successes / threshold) / (ends + 1)) ^ (1 / aggression)`, where what ended in the window
 * as `success` or `dropped` counts, and what was held back does not. Therefore it lets through a share that follows the success rate, while
 * {@link AdaptiveThrottle} follows the number that the target accepts; take that one where the target may hang, for here requests count
 * only when they end.
 *
 * Source: the admission control filter of Envoy.
 */
export class AdmissionControl implements Limiter, Idling {
  readonly name: string
  readonly #counts: SlidingCounts
  readonly #windowMs: Millis
  readonly #random: Random
  readonly #no: Rejection
  #rule: Rule

  constructor(options: AdmissionControlOptions = {}) {
    const { name = 'admission-control', windowMs = 30_000, retryAfterMs = 1000, random = systemRandom } = options
    checkKnown(owner, options, ['name', 'windowMs', 'retryAfterMs', 'random', ...changeable])
    this.#windowMs = checkNumber(owner, 'windowMs', windowMs, { min: 1000, max: 3_600_000 })
    checkNumber(owner, 'retryAfterMs', retryAfterMs, { min: 1, max: 86_400_000 })
    this.#rule = checkRule(options, {
      successThreshold: 0.95,
      aggression: 1,
      perSecondThreshold: 0,
      maxProbability: 0.8,
    })
    this.#random = checkFunction(owner, 'random', random)
    this.#counts = new SlidingCounts({ windowMs, slots, columns: 2 })
    this.name = name
    this.#no = Object.freeze({ reason: 'throttled', limiter: name, retryAfterMs })
  }

  admit(_ticket: Ticket, now: Millis): Verdict {
    const probability = this.probability(now)
    return probability > 0 && this.#random() < probability ? this.#no : undefined
  }

  settle(_ticket: Ticket, now: Millis, outcome: Outcome): void {
    if (outcome !== 'success' && outcome !== 'dropped') return
    this.#counts.advance(now)
    this.#counts.add(ends, 1)
    if (outcome === 'success') this.#counts.add(successes, 1)
  }

  /** The probability with which a ticket would be held back now. */
  probability(now: Millis): number {
    const counts = this.#counts
    counts.advance(now)
    const { successThreshold, aggression, perSecondThreshold, maxProbability } = this.#rule
    const total = counts.sum(ends)
    if ((total / this.#windowMs) * 1000 < perSecondThreshold) return 0
    const share = (total - counts.sum(successes) / successThreshold) / (total + 1)
    return share > 0 ? Math.min(maxProbability, share ** (1 / aggression)) : 0
  }

  isIdle(now: Millis): boolean {
    this.#counts.advance(now)
    return this.#counts.sum(ends) === this.#counts.sum(successes)
  }

  /** Changes what is named; what is remembered stays. Throws as the constructor does, and then changes nothing. */
  update(change: AdmissionControlUpdate): void {
    checkKnown(owner, change, changeable)
    this.#rule = checkRule(change, this.#rule)
  }
}

const changeable: readonly string[] = ['successThreshold', 'aggression', 'perSecondThreshold', 'maxProbability']

function checkRule(given: AdmissionControlUpdate, otherwise: Rule): Rule {
  const { successThreshold = otherwise.successThreshold, aggression = otherwise.aggression } = given
  const { perSecondThreshold = otherwise.perSecondThreshold, maxProbability = otherwise.maxProbability } = given
  checkNumber(owner, 'successThreshold', successThreshold, { min: 0.01, max: 1 })
  checkNumber(owner, 'aggression', aggression, { min: 1, max: 100 })
  checkNumber(owner, 'perSecondThreshold', perSecondThreshold, { min: 0, max: 1e6 })
  checkNumber(owner, 'maxProbability', maxProbability, { min: 0, max: 1 })
  return { successThreshold, aggression, perSecondThreshold, maxProbability }
}
