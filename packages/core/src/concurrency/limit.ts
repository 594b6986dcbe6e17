/** How many may run at once: learnt, not enforced. */
import type { Millis } from '../ticket.ts'

/** Learns how many may run. Pure: no clock, no timer, no I/O. {@link ConcurrencyLimiter} enforces it. */
export interface Limit {
  /** How many may run now; >= 1 and finite, or `Infinity` for no limit. Compared with whole numbers, so fractions round down. */
  readonly value: number
  /**
   * One piece of work ended.
   * @param inflight how many ran when it ended, itself included
   * @param dropped it timed out or was refused downstream
   */
  sample(now: Millis, rttMs: Millis, inflight: number, dropped: boolean): void
  /**
   * A caller left before its work was done. Not a sample, for callers leave for many reasons; but a limit at which most of them leave
   * would otherwise never hear of it.
   */
  lost?(now: Millis, rttMs: Millis, inflight: number): void
  /** What it has learnt. */
  snapshot?(): LimitSnapshot
}

/** What a limit has learnt: plain data that can be kept, printed, and handed to the next of its kind as `warmStart`. */
export interface LimitSnapshot {
  /** Class of the limit. */
  readonly kind: string
  /** The value, before it is rounded. */
  readonly limit: number
  readonly [detail: string]: number | string
}

/** A limit that learns: it can be looked into, warmed up and changed while it runs. `Options` are what may change. */
export interface LearningLimit<Options> extends Limit {
  snapshot(): LimitSnapshot
  /**
   * Changes options while it runs; what was learnt stays, within the new bounds. Throws as the constructor does, and then changes
   * nothing.
   */
  update(change: Partial<Options>): void
}
