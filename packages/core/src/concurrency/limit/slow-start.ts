/** Scales a limit up from a share of it to all of it. */
import { checkKnown, checkNumber } from '../../options.ts'
import type { Millis } from '../../ticket.ts'
import type { Limit, LimitSnapshot } from '../limit.ts'

/** How fast a {@link slowStart} is. */
export interface SlowStartOptions {
  /** Until all of the limit may run; 1..86400000 (a day). */
  readonly durationMs: Millis
  /** How much of the rise comes early: 1 is a straight line, 2 a square root, 0.5 a square. 0.1..10, default 1. */
  readonly aggression?: number
  /** The share to start with; 0.01..1, default 0.1. */
  readonly minShare?: number
}

/**
 * The share of a limit that may run `elapsedMs` after the start, `minShare` to 1: (elapsed / duration) ^ (1 / aggression).
 * Pure, for scaling something other than a `Limit`, such as a weight or a rate. Options are not checked.
 *
 * Source: slow start mode of Envoy's load balancers.
 */
export function slowStartShare(elapsedMs: Millis, options: SlowStartOptions): number {
  const { durationMs, aggression = 1, minShare = 0.1 } = options
  if (elapsedMs >= durationMs) return 1
  return elapsedMs > 0 ? Math.max(minShare, (elapsedMs / durationMs) ** (1 / aggression)) : minShare
}

/**
 * A limit of which only a share may be used at first: max(1, limit * share), see {@link slowStartShare}. After a deployment, a failover
 * or the closing of a circuit, so that caches, pools and compiled code warm up under less than all of the load.
 * For a rate use {@link WarmUpLimiter}, which also cools down.
 *
 * A limit is never told the time but by work that ends, so time goes on with samples: it starts with the first of them, at the start
 * of the work that it is of, unless {@link SlowStartLimit.start} has said when. While nothing ends the share stands still; at least one
 * may always run, whose end moves it on. The limit inside sees every sample, and one that learns only while it is used up learns
 * little until the start is over. A limit of `Infinity` stays it.
 */
export class SlowStartLimit implements Limit {
  /** The limit that is scaled. */
  readonly limit: Limit
  readonly #options: SlowStartOptions
  #startedAt: Millis = NaN
  #share: number

  constructor(limit: Limit, options: SlowStartOptions) {
    const owner = 'slowStart'
    checkKnown(owner, options, ['durationMs', 'aggression', 'minShare'])
    const { durationMs, aggression = 1, minShare = 0.1 } = options
    checkNumber(owner, 'durationMs', durationMs, { min: 1, max: 86_400_000 })
    checkNumber(owner, 'aggression', aggression, { min: 0.1, max: 10 })
    checkNumber(owner, 'minShare', minShare, { min: 0.01, max: 1 })
    this.limit = limit
    this.#options = { durationMs, aggression, minShare }
    this.#share = minShare
  }

  get value(): number {
    const { value } = this.limit
    return this.#share === 1 ? value : Math.max(1, value * this.#share)
  }

  /** Starts, or starts over, at `now`. */
  start(now: Millis): void {
    this.#startedAt = now
    this.#share = slowStartShare(0, this.#options)
  }

  /** Tells the time, for whoever knows it while nothing ends. A clock that goes back changes nothing. */
  advance(now: Millis): void {
    if (this.#share < 1) this.#share = Math.max(this.#share, slowStartShare(now - this.#startedAt, this.#options))
  }

  sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void {
    this.#ended(now, rttMs)
    this.limit.sample(now, rttMs, inflight, dropped)
  }

  lost(now: Millis, rttMs: Millis, inflight: number): void {
    this.#ended(now, rttMs)
    this.limit.lost?.(now, rttMs, inflight)
  }

  /** What the scaled limit has learnt is in its own snapshot. */
  snapshot(): LimitSnapshot {
    return { kind: 'SlowStartLimit', limit: this.value, share: this.#share }
  }

  #ended(now: Millis, rttMs: Millis): void {
    if (Number.isNaN(this.#startedAt)) this.#startedAt = now - rttMs
    this.advance(now)
  }
}

/** Lets only a share of `limit` be used at first: see {@link SlowStartLimit}. */
export function slowStart(limit: Limit, options: SlowStartOptions): SlowStartLimit {
  return new SlowStartLimit(limit, options)
}
