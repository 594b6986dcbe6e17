/** What a priority threshold is told, and the checks of it. */
import type { Random } from '../clock.ts'
import { checkFunction, checkKnown, checkNumber, checkOneOf } from '../options.ts'
import type { Millis, Ticket } from '../ticket.ts'

/** Options that may change while it runs. */
export interface PriorityThresholdUpdate {
  /** Proportional gain of the controller, for `flow`; 0..100, default 0.1. */
  readonly kp?: number
  /** Integral gain per second, for `flow`; 0..100, default 1.4. It settles only if `ki * tickMs / 1000 + 2 * kp` is below 2. */
  readonly ki?: number
  /** Mean time in the queue that is overload, for `delay`; 0..60000, default 20. */
  readonly queueMs?: Millis
  /** Least time between two settings of the threshold; 10..60000, default 500. */
  readonly tickMs?: Millis
  /** What refusals promise; 1..86400000, default 1000. It is a guess. */
  readonly retryAfterMs?: Millis
}

/** How a {@link PriorityThresholdLimiter} judges. */
export interface PriorityThresholdOptions extends PriorityThresholdUpdate {
  /**
   * What tells how much is too much: `flow` (default), by how much more comes in than goes out; `delay`, by how long work waits in the
   * queue behind.
   */
  readonly signal?: 'flow' | 'delay'
  /**
   * Which work of a class goes first: 0 (last) to 127 (first); fractions are cut off, and what is outside is clamped. If it throws or
   * gives no number, 0, and {@link PriorityThresholdLimiter.failures} counts it. Default: a hash of `ticket.key` that changes every hour.
   */
  readonly cohortOf?: (ticket: Ticket, now: Millis) => number
  /**
   * How many more there is room for now, for `flow`: `() => limiter.limit.value - limiter.inflight`. If it throws, that is not known.
   * Default: not known, so room is assumed, ever more of it as long as nothing is refused behind.
   */
  readonly free?: () => number
  /** Levels that came last, by which the threshold is set; integer 100..100000, default 1000. */
  readonly history?: number
  /** Default `priority`. */
  readonly name?: string
  /**
   * Chance, for the one level of which a part is let in; and if given the seed of the hash of keys, for tests that must repeat. Default:
   * the host's, and one secret seed per process.
   */
  readonly random?: Random
}

/** Options that may change, checked and complete. */
export type FullUpdate = Required<PriorityThresholdUpdate>

const owner = 'PriorityThresholdLimiter'
const changeable = ['kp', 'ki', 'queueMs', 'tickMs', 'retryAfterMs']
const defaults: FullUpdate = { kp: 0.1, ki: 1.4, queueMs: 20, tickMs: 500, retryAfterMs: 1000 }

/** Throws a TypeError or a RangeError that names the option. */
export function checkThreshold(options: PriorityThresholdOptions): FullUpdate {
  checkKnown(owner, options, [...changeable, 'signal', 'cohortOf', 'free', 'history', 'name', 'random'])
  const { signal = 'flow', cohortOf, free, history = 1000, random } = options
  checkOneOf(owner, 'signal', signal, ['flow', 'delay'])
  if (cohortOf !== undefined) checkFunction(owner, 'cohortOf', cohortOf)
  if (free !== undefined) checkFunction(owner, 'free', free)
  if (random !== undefined) checkFunction(owner, 'random', random)
  checkNumber(owner, 'history', history, { min: 100, max: 100_000, integer: true })
  return complete(defaults, options)
}

/** The options after a change. Throws as the constructor does. */
export function changeThreshold(before: FullUpdate, change: PriorityThresholdUpdate): FullUpdate {
  checkKnown(owner, change, changeable)
  return complete(before, change)
}

function complete(before: FullUpdate, change: PriorityThresholdUpdate): FullUpdate {
  const { kp = before.kp, ki = before.ki, queueMs = before.queueMs } = change
  const { tickMs = before.tickMs, retryAfterMs = before.retryAfterMs } = change
  checkNumber(owner, 'kp', kp, { min: 0, max: 100 })
  checkNumber(owner, 'ki', ki, { min: 0, max: 100 })
  checkNumber(owner, 'queueMs', queueMs, { min: 0, max: 60_000 })
  checkNumber(owner, 'tickMs', tickMs, { min: 10, max: 60_000 })
  checkNumber(owner, 'retryAfterMs', retryAfterMs, { min: 1, max: 86_400_000 })
  return { kp, ki, queueMs, tickMs, retryAfterMs }
}
