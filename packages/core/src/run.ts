/** Gates for code without a request: run a function, or hold a permit. Always asynchronous. */
import { systemClock, type Clock } from './clock.ts'
import type { Gate } from './gate.ts'
import { OverloadError } from './overload-error.ts'
import { createTicket, type Outcome, type Rejection, type Ticket, type TicketInit, type Verdict } from './ticket.ts'

/** As much of the platform's `AbortSignal` as is needed; core knows no platform. */
export interface CancelSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** How to ask for a permit. */
export interface AcquireOptions {
  /** Must be the clock of the gate; default {@link systemClock}. */
  readonly clock?: Clock
  /** Ends the wait, as `cancelled`. Work that has started is not interrupted: hand it the signal as well. */
  readonly signal?: CancelSignal
}

/** How to run. */
export interface RunOptions extends AcquireOptions {
  /** What an error of the work says about load: `dropped` for a timeout downstream. Default, and when it throws: `ignored`. */
  readonly outcomeOf?: (error: unknown) => Outcome
}

/** What became of it. */
export type RunResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly rejection: Rejection }

const cancelled: Rejection = Object.freeze({ reason: 'cancelled', limiter: 'run', retryAfterMs: Infinity })

/**
 * Runs `work` once the gate lets it in, and returns its value, or why it never ran. Use {@link acquire} if a refusal should throw.
 * Work that throws settles as `ignored`, unless `outcomeOf` says otherwise, and the error is thrown on.
 */
export async function run<T>(
  gate: Gate,
  init: TicketInit,
  work: (ticket: Ticket) => T | PromiseLike<T>,
  options: RunOptions = {},
): Promise<RunResult<T>> {
  const ticket = createTicket((options.clock ?? systemClock).now(), init)
  const rejection = await enter(gate, ticket, options.signal)
  if (rejection !== undefined) return { ok: false, rejection }
  let outcome: Outcome = 'ignored'
  try {
    const value = await work(ticket)
    outcome = 'success'
    return { ok: true, value }
  } catch (error) {
    outcome = classify(error, options.outcomeOf)
    throw error
  } finally {
    gate.leave(ticket, outcome)
  }
}

/**
 * A place that was given and must be given back, once: by one of the verbs, or as `ignored` at the end of a `using` block.
 * Every call after the first does nothing.
 */
export class Permit {
  readonly ticket: Ticket
  #gate: Gate | undefined

  constructor(gate: Gate, ticket: Ticket) {
    this.#gate = gate
    this.ticket = ticket
  }

  /** The work was done: how long it took is a sample. */
  succeed(): void {
    this.#leave('success')
  }

  /** The work timed out or was refused downstream: a sign of overload. */
  drop(): void {
    this.#leave('dropped')
  }

  /** The work never ran: what it took is given back. */
  revoke(): void {
    this.#leave('revoked')
  }

  [Symbol.dispose](): void {
    this.#leave('ignored')
  }

  #leave(outcome: Outcome): void {
    const gate = this.#gate
    this.#gate = undefined
    gate?.leave(this.ticket, outcome)
  }
}

/**
 * Waits for a place and returns it: `using permit = await acquire(gate, { key })`. Throws an {@link OverloadError} when refused.
 * {@link run} does the same for a function, with the refusal as a value.
 */
export async function acquire(gate: Gate, init: TicketInit = {}, options: AcquireOptions = {}): Promise<Permit> {
  const ticket = createTicket((options.clock ?? systemClock).now(), init)
  const rejection = await enter(gate, ticket, options.signal)
  if (rejection !== undefined) throw new OverloadError(rejection)
  return new Permit(gate, ticket)
}

async function enter(gate: Gate, ticket: Ticket, signal: CancelSignal | undefined): Promise<Verdict> {
  if (signal?.aborted === true) return cancelled
  const verdict = gate.enter(ticket)
  if (!(verdict instanceof Promise) || signal === undefined) return await verdict
  const cancel = (): void => gate.cancel(ticket)
  signal.addEventListener('abort', cancel)
  const late = await verdict.finally(() => signal.removeEventListener('abort', cancel))
  if (late !== undefined || !signal.aborted) return late
  // It was let in, but its caller left before it heard of that.
  gate.leave(ticket, 'revoked')
  return cancelled
}

function classify(error: unknown, outcomeOf: ((error: unknown) => Outcome) | undefined): Outcome {
  try {
    return outcomeOf?.(error) ?? 'ignored'
  } catch {
    return 'ignored'
  }
}
