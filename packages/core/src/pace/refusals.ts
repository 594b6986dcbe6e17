/** What a gate said: refusals made once and counted, admissions counted. */
import type { Millis, Reason, Rejection } from '../ticket.ts'

/** What a refused caller is told at least and at most: the excess spread over as many seconds as it is larger than what is served. */
const leastSeconds = 1
const mostSeconds = 30

/** Decisions since the start, by kind. */
export interface DecisionCounts {
  readonly admitted: number
  readonly refused: Readonly<Record<Reason, number>>
}

/** A count of 0 for every reason. */
export function noneRefused(): Record<Reason, number> {
  return {
    rate: 0,
    blocked: 0,
    concurrency: 0,
    pressure: 0,
    'queue-full': 0,
    'queue-timeout': 0,
    deadline: 0,
    draining: 0,
    cancelled: 0,
    priority: 0,
    fairness: 0,
    'circuit-open': 0,
    throttled: 0,
    'retry-budget': 0,
  }
}

export class Refusals implements DecisionCounts {
  admitted = 0
  readonly refused: Record<Reason, number> = noneRefused()
  /** When somebody was last refused for want of capacity. */
  lastAt: Millis = -Infinity
  /** Whose refusals these are. */
  readonly limiter: string
  /** By reason and seconds: under overload the same few refusals are given thousands of times. */
  readonly #made: Map<Reason, Rejection[]> = new Map()

  constructor(limiter: string) {
    this.limiter = limiter
  }

  /** Refuses while `ratio` times as much is offered as can be served. */
  refuse(reason: Reason, ratio: number): Rejection {
    const seconds = Math.max(leastSeconds, Math.min(mostSeconds, Math.ceil(ratio)))
    let made = this.#made.get(reason)
    if (made === undefined) this.#made.set(reason, (made = []))
    made[seconds] ??= Object.freeze({ reason, limiter: this.limiter, retryAfterMs: 1000 * seconds })
    return this.count(made[seconds])
  }

  /** Counts somebody else's refusal. */
  count(rejection: Rejection): Rejection {
    this.refused[rejection.reason]++
    return rejection
  }

  /** A copy, safe to keep. */
  snapshot(): DecisionCounts {
    return { admitted: this.admitted, refused: { ...this.refused } }
  }
}
