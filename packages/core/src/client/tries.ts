/** Tries of one request: which kind they are, and what the kinds that add load are paid from. */
import type { Millis, Outcome, Ticket } from '../ticket.ts'

/** What a try is to its request. */
export type TryKind =
  /** The request itself. */
  | 'first'
  /** Another try after one that was refused or failed. */
  | 'retry'
  /** Another try after one that got no answer in time. */
  | 'timeout-retry'
  /** Another try beside one that still runs. */
  | 'hedge'

/**
 * Decides how many tries there may be beyond the first ones. First tries are never refused, only counted. {@link RetryBudgetLimiter} makes
 * a limiter of it. Synchronous, O(1), never throws; `now` must not be before that of earlier calls.
 */
export interface TryBudget {
  /** A try is about to start, or to be waited for: true lets it, and takes what it costs. */
  start(kind: TryKind, now: Millis): boolean
  /**
   * Called once for each try that was let start, at its end. `revoked` gives back what it took.
   * @param startedAt the `now` of its start
   */
  end(kind: TryKind, outcome: Outcome, now: Millis, startedAt: Millis): void
  /** How many retries could start now, one after the other; a whole number >= 0. */
  available(now: Millis): number
  /** True if a new budget in its place would allow nothing more. */
  isIdle(now: Millis): boolean
}

const kinds: ReadonlySet<string> = new Set<TryKind>(['retry', 'timeout-retry', 'hedge'])

/** What the ticket's key named `try` says: `createTicket(now, { keys: { try: 'retry' } })`. Without one it is a first try. */
export function kindOfTry(ticket: Ticket): TryKind {
  const kind = ticket.keys?.['try']
  return kind !== undefined && kinds.has(kind) ? (kind as TryKind) : 'first'
}
