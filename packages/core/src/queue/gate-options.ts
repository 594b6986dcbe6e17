/** How a queueing gate waits. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis, Reason } from '../ticket.ts'

/** How a {@link QueueGate} waits. */
export interface QueueGateOptions {
  /** Named in the gate's own rejections; default `queue`. */
  readonly name?: string
  /** Longest wait, inclusive; > 0 and at most an hour, default 1000. A ticket's deadline ends its wait earlier. */
  readonly maxWaitMs?: Millis
  /**
   * Refusals worth waiting for; default `['concurrency', 'rate']`. All others are passed on at once: memory under pressure does not
   * get better by holding requests. Where a rate limit has many keys leave `rate` out: one caller's wait would hold up the rest.
   */
  readonly waitFor?: readonly Reason[]
}

/** Options of a {@link QueueGate} that it can change while it runs, checked and complete. */
export interface GateOptions {
  readonly maxWaitMs: Millis
  readonly waitFor: ReadonlySet<Reason>
}

/** The least time between asking a limiter again: shorter ones might not move a clock that counts in doubles. */
export const leastRetryMs = 0.001

const defaults: GateOptions = { maxWaitMs: 1000, waitFor: new Set(['concurrency', 'rate'] as const) }

/** Checks options against the defaults, or against those they change; `known` are further ones that they may have. */
export function checkGateOptions(
  options: QueueGateOptions,
  known: readonly string[],
  old: GateOptions = defaults,
): GateOptions {
  checkKnown('QueueGate', options, [...known, 'maxWaitMs', 'waitFor'])
  const { maxWaitMs = old.maxWaitMs, waitFor = old.waitFor } = options
  checkNumber('QueueGate', 'maxWaitMs', maxWaitMs, { min: leastRetryMs, max: 3_600_000 })
  return { maxWaitMs, waitFor: new Set(waitFor) }
}
