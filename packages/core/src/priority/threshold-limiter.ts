/** While there is too little for all, lets in the most important as far as there is room. */
import { systemRandom } from '../clock.ts'
import type { Random } from '../clock.ts'
import type { Limiter } from '../limiter.ts'
import { classOf } from '../pace/line.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { LevelHistogram } from './level-histogram.ts'
import { cohorts, HashedCohorts, levels } from './levels.ts'
import { DelayRule, FlowRule, FlowWindow } from './shed-rules.ts'
import { changeThreshold, checkThreshold } from './threshold-options.ts'
import type { FullUpdate, PriorityThresholdOptions, PriorityThresholdUpdate } from './threshold-options.ts'

/** A window is judged by so many at least, unless it has lasted several times as long as it should. */
const leastOffered = 20
const mostTicks = 4
/** The first of so many is when to ask how much room there is. */
const sampleEvery = 4
/** With nothing for so many ticks everything starts over. */
const forgetTicks = 20

/** What a {@link PriorityThresholdLimiter} is doing; a copy, safe to keep. */
export interface PriorityThresholdSnapshot {
  /** Share of the offered that it means to refuse, 0 to 0.99. */
  readonly ratio: number
  /**
   * Levels below are let in, those above refused, and of the level itself the fraction: 128 levels for each class, `critical_plus` first.
   * 512 while nothing is refused.
   */
  readonly threshold: number
  /** Let in and not settled: what runs or waits behind it. */
  readonly inflight: number
}

/**
 * Sheds by importance in fine steps: each of the four classes has 128 cohorts of keys, and work is let in up to a level of importance that
 * is set every half second so that as much comes in as goes out. So the least important class is shed first, one cohort of callers after
 * the other, while those who are served are served whole. Put it directly in front of what knows how much there is room for, such as a
 * concurrency limiter or a queue, and limits for other reasons before it: work that it let in and that is `revoked` means that too much
 * comes in. Queues that serve the important first do without; in front of a queue that does not, or of a fleet, this is the way.
 *
 * Deciding is O(1) and allocates nothing; setting the threshold looks at 512 levels, once per tick, driven by what comes: no timer. It
 * sheds nothing of what it cannot see: work that waits outside the process. Sources: Cinnamon (Uber, 2023), DAGOR (Zhou et al., 2018).
 */
export class PriorityThresholdLimiter implements Limiter {
  readonly name: string
  /** How often `cohortOf` or `free` threw, or gave no number. */
  failures = 0
  readonly #cohortOf: ((ticket: Ticket, now: Millis) => number) | undefined
  readonly #hashed: HashedCohorts
  readonly #free: (() => number) | undefined
  readonly #rule: FlowRule | DelayRule
  readonly #histogram: LevelHistogram
  readonly #window: FlowWindow = new FlowWindow()
  readonly #random: Random
  #options: FullUpdate
  #no: Rejection
  #inflight = 0
  #level = levels
  // Doubles that change are kept in an array: as fields V8 boxes them. [part of the level that is let in, what is due of that, time of
  // the last tick, share to shed]
  readonly #state: Float64Array = new Float64Array([0, 0, NaN, 0])

  constructor(options: PriorityThresholdOptions = {}) {
    this.#options = checkThreshold(options)
    const { name = 'priority', signal, cohortOf, free, history = 1000, random } = options
    const { kp, ki, queueMs } = this.#options
    this.name = name
    this.#cohortOf = cohortOf
    this.#hashed = new HashedCohorts(random)
    this.#free = free
    this.#random = random ?? systemRandom
    this.#rule = signal === 'delay' ? new DelayRule(queueMs) : new FlowRule(kp, ki)
    this.#histogram = new LevelHistogram(levels, history)
    this.#no = this.#refusal()
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    this.#tick(now)
    const level = classOf(ticket) * cohorts + this.#cohort(ticket, now)
    this.#histogram.add(level)
    if (this.#free !== undefined && this.#window.offered % sampleEvery === 0) this.#sample(this.#free)
    this.#window.offered++
    if (level > this.#level || (level === this.#level && !this.#isDue())) return this.#no
    this.#window.admitted++
    this.#inflight++
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    this.#tick(now)
    if (this.#inflight === 0) return
    this.#inflight--
    if (outcome === 'revoked') {
      this.#window.revoked++
      return
    }
    this.#window.done++
    const queuedMs = ticket.startedAt - ticket.arrivedAt
    if (queuedMs > 0) this.#window.queued(queuedMs)
  }

  /** Changes gains, bound, tick or promise; the threshold stays until the next tick. Throws as the constructor does, changing nothing then. */
  update(change: PriorityThresholdUpdate): void {
    const options = changeThreshold(this.#options, change)
    this.#options = options
    if (this.#rule instanceof FlowRule) this.#rule.controller.update({ kp: options.kp, ki: options.ki })
    else this.#rule.queueMs = options.queueMs
    this.#no = this.#refusal()
  }

  snapshot(): PriorityThresholdSnapshot {
    const [part = 0, , , ratio = 0] = this.#state
    return { ratio, threshold: this.#level + part, inflight: this.#inflight }
  }

  /**
   * Lets in as large a part of the level as is due: what is not let in now makes it likelier for the next, so that the part is exact over
   * a few; and by chance, so that callers who take turns do not meet the same answer each time.
   */
  #isDue(): boolean {
    const state = this.#state
    state[1] = (state[1] as number) + (state[0] as number)
    if (!(state[1] > this.#random())) return false
    state[1]--
    return true
  }

  #tick(now: Millis): void {
    const state = this.#state
    const { tickMs } = this.#options
    const elapsed = now - (state[2] as number)
    if (elapsed < tickMs && elapsed >= 0) return
    const window = this.#window
    if (elapsed >= 0 && elapsed < mostTicks * tickMs && window.offered < leastOffered) return
    state[2] = now
    // The first time, after the clock went back, and after a long silence nothing is known.
    const isKnown = elapsed >= 0 && elapsed < forgetTicks * tickMs
    if (!isKnown) this.#rule.reset()
    const lasted = Math.min(elapsed, mostTicks * tickMs)
    const ratio = isKnown ? this.#rule.step(window, lasted, this.#inflight === 0) : 0
    const cut = this.#histogram.cut(ratio)
    this.#level = Math.floor(cut)
    state[0] = cut - this.#level
    state[3] = ratio
    window.clear()
  }

  #sample(free: () => number): void {
    try {
      const places = free()
      if (!Number.isNaN(places)) return this.#window.sample(places, this.#inflight)
    } catch {
      // As one that knows no number.
    }
    this.failures++
  }

  #cohort(ticket: Ticket, now: Millis): number {
    if (this.#cohortOf === undefined) return this.#hashed.of(ticket.key, now)
    try {
      const cohort = Math.trunc(this.#cohortOf(ticket, now))
      if (!Number.isNaN(cohort)) return Math.max(0, Math.min(cohorts - 1, cohort))
    } catch {
      // As one that knows no number.
    }
    this.failures++
    return 0
  }

  #refusal(): Rejection {
    return Object.freeze({ reason: 'priority', limiter: this.name, retryAfterMs: this.#options.retryAfterMs })
  }
}
