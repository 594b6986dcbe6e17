/** One piece of work asking to be let in, and every word that is said about it. */

/** Milliseconds on a monotonic clock: fractional, arbitrary epoch, never wall time. */
export type Millis = number

/**
 * How much the work matters. Smaller numbers matter more and are shed last; the names are those of Google's SRE book.
 * Anything outside 0..3 is clamped by whoever reads it from a request.
 */
export const priorities = {
  /** Shed only when nothing else is left: logins, payments, health of the business. */
  critical_plus: 0,
  /** The default for traffic that a person waits for. */
  critical: 1,
  /** Work that can be retried within minutes. */
  sheddable_plus: 2,
  /** Work that may fail at any time: prefetch, crawlers, batches. */
  sheddable: 3,
} as const

/** Name of a criticality class. */
export type PriorityName = keyof typeof priorities

/**
 * One unit of work. Made once per request and read by every limiter on the way, so that a decision allocates nothing.
 * Limiters keep no data of their own on it: `key`, `keys`, `cost` and `priority` must not change while it is admitted.
 */
export interface Ticket {
  /** Whose quota the work counts against when a policy names no other key. */
  readonly key: string
  /** Further keys by name (`{ user: 'u1', tenant: 't9' }`), so that one decision can span policies with different keys. */
  readonly keys: Readonly<Record<string, string>> | undefined
  /** Tokens the work takes from rate limits; 1 unless weighed. Finite, >= 0. */
  readonly cost: number
  /** See {@link priorities}: 0 is shed last. */
  readonly priority: number
  /** The work is worthless after this instant; `Infinity` when unknown. */
  readonly deadline: Millis
  /** When the work arrived. */
  readonly arrivedAt: Millis
  /** When the work was let in; equal to `arrivedAt` unless it waited. Written by the gate that made it wait. */
  startedAt: Millis
}

/** The fields of a ticket that a caller may set. */
export interface TicketInit {
  readonly key?: string
  readonly keys?: Readonly<Record<string, string>>
  readonly cost?: number
  readonly priority?: number
  readonly deadline?: Millis
}

class PlainTicket implements Ticket {
  readonly key: string
  readonly keys: Readonly<Record<string, string>> | undefined
  readonly cost: number
  readonly priority: number
  readonly deadline: Millis
  readonly arrivedAt: Millis
  startedAt: Millis

  constructor(now: Millis, init: TicketInit) {
    this.key = init.key ?? ''
    this.keys = init.keys
    this.cost = init.cost ?? 1
    this.priority = init.priority ?? priorities.critical
    this.deadline = init.deadline ?? Infinity
    this.arrivedAt = now
    this.startedAt = now
  }
}

/** Makes a ticket for work that arrived at `now`. Adapters may use a class of their own with the same fields. */
export function createTicket(now: Millis, init: TicketInit = {}): Ticket {
  return new PlainTicket(now, init)
}

/** How admitted work ended; decides what the limiters learn from it. */
export type Outcome =
  /** It was done: its duration is a sample. */
  | 'success'
  /** It timed out or was refused downstream: a sign of overload. */
  | 'dropped'
  /** It says nothing about load: a client error, a caller that left, a stream. */
  | 'ignored'
  /** It never ran: whoever let it in gives back what it took. */
  | 'revoked'

/** Why work was turned away. */
export type Reason =
  /** The caller's own quota is used up. */
  | 'rate'
  /** The caller is banned for a while. */
  | 'blocked'
  /** As many as may run are running, and nothing may wait. */
  | 'concurrency'
  /** The process is short of memory or of time for anything but collecting garbage. */
  | 'pressure'
  /** The waiting room is full, or somebody more important took the place. */
  | 'queue-full'
  /** It waited as long as waiting makes sense. */
  | 'queue-timeout'
  /** It cannot be done before its deadline. */
  | 'deadline'
  /** The server is shutting down. */
  | 'draining'
  /** The caller left while waiting. */
  | 'cancelled'
  /** It matters less than what there is room for now. */
  | 'priority'
  /** Whoever sent it already gets its share, and others want theirs. */
  | 'fairness'
  /** What it would call fails or is too slow: nothing is sent there for a while. */
  | 'circuit-open'
  /** Its target refuses so much that asking is in vain. */
  | 'throttled'
  /** Enough was tried again already. */
  | 'retry-budget'

/** Why work was turned away. A value, not an exception: refusal is normal under overload. */
export interface Rejection {
  readonly reason: Reason
  /** Name of the limiter that refused. */
  readonly limiter: string
  /** Waiting exactly this long makes sense; `Infinity` means never as asked. */
  readonly retryAfterMs: Millis
}

/** `undefined` is yes, so that admission allocates nothing. */
export type Verdict = Rejection | undefined
