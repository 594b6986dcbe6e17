/** Tells somebody what a gate decides, without the gate knowing. */
import { systemClock, type Clock } from '../clock.ts'
import type { Gate } from '../gate.ts'
import type { Millis, Outcome, Reason, Ticket, Verdict } from '../ticket.ts'
import type { Shadowing } from './mode.ts'

/** One decision of a policy. */
export interface Decision {
  readonly ticket: Ticket
  /** What the policy said: `undefined` for yes. */
  readonly verdict: Verdict
  /** Whether that was done. False for work that was let in although the policy said no: see {@link withMode}. */
  readonly enforced: boolean
  /** Why not; `undefined` for yes. */
  readonly reason: Reason | undefined
  /** Which limiter said no; `undefined` for yes. */
  readonly limiter: string | undefined
  readonly priority: number
  /** How long it took from the arrival of the work to the verdict; for a verdict that was not enforced, how long it would have waited. */
  readonly waitedMs: Millis
}

/** Who is told: metrics, logs, tracing. Called on the hot path: be quick. */
export interface Observer {
  /** A verdict was given: `undefined` for yes. For work that waited, `ticket.startedAt - ticket.arrivedAt` is how long. */
  decided?(ticket: Ticket, verdict: Verdict): void
  /**
   * The same with all that is known of it, also what is decided in shadow: then `verdict` is what the policy said, and the event comes
   * when that is known. Exactly one for each ticket that entered. Costs an object per decision; `decided` costs nothing.
   */
  decision?(decision: Decision): void
  /** Work that was let in has ended. */
  settled?(ticket: Ticket, outcome: Outcome): void
}

/** What {@link observe} returns. */
export interface Observed extends Gate {
  /** How often the observer threw. */
  readonly failures: number
}

/** Calls an observer, and counts when it throws. */
export class Told {
  failures = 0
  readonly #observer: Observer

  constructor(observer: Observer) {
    this.#observer = observer
  }

  /** Whether events of decisions are wanted. */
  get wantsDecisions(): boolean {
    return this.#observer.decision !== undefined
  }

  decided(ticket: Ticket, verdict: Verdict): void {
    try {
      this.#observer.decided?.(ticket, verdict)
    } catch {
      this.failures++
    }
  }

  decision(ticket: Ticket, verdict: Verdict, enforced: boolean, at: Millis): void {
    const { priority, arrivedAt } = ticket
    const waitedMs = Math.max(0, at - arrivedAt)
    const { reason, limiter } = verdict ?? allowed
    try {
      this.#observer.decision?.({ ticket, verdict, enforced, reason, limiter, priority, waitedMs })
    } catch {
      this.failures++
    }
  }

  settled(ticket: Ticket, outcome: Outcome): void {
    try {
      this.#observer.settled?.(ticket, outcome)
    } catch {
      this.failures++
    }
  }
}

const allowed = { reason: undefined, limiter: undefined }

class ObservedGate implements Observed {
  readonly #gate: Gate & Partial<Shadowing>
  readonly #told: Told
  readonly #clock: Clock

  constructor(gate: Gate, observer: Observer, clock: Clock) {
    this.#gate = gate
    this.#told = new Told(observer)
    this.#clock = clock
  }

  get failures(): number {
    return this.#told.failures
  }

  enter(ticket: Ticket): Verdict | Promise<Verdict> {
    const verdict = this.#gate.enter(ticket)
    return verdict instanceof Promise
      ? verdict.then((late) => this.#decided(ticket, late, true))
      : this.#decided(ticket, verdict, false)
  }

  leave(ticket: Ticket, outcome: Outcome): void {
    this.#gate.leave(ticket, outcome)
    this.#told.settled(ticket, outcome)
  }

  cancel(ticket: Ticket): void {
    this.#gate.cancel(ticket)
  }

  arrived(): void {
    this.#gate.arrived?.()
  }

  #decided(ticket: Ticket, verdict: Verdict, waited: boolean): Verdict {
    this.#told.decided(ticket, verdict)
    if (this.#told.wantsDecisions) this.#decision(ticket, verdict, waited)
    return verdict
  }

  #decision(ticket: Ticket, verdict: Verdict, waited: boolean): void {
    const said = verdict === undefined ? this.#gate.shadowed?.(ticket) : undefined
    if (said instanceof Promise) {
      const hear = (late: Verdict): void => this.#told.decision(ticket, late, late === undefined, this.#clock.now())
      void said.then(hear)
    } else if (said !== undefined) this.#told.decision(ticket, said, false, ticket.startedAt)
    // The ticket says when it started; of one that never did only the clock knows how long it waited.
    else
      this.#told.decision(ticket, verdict, true, waited && verdict !== undefined ? this.#clock.now() : ticket.startedAt)
  }
}

/**
 * Calls `observer` after each verdict and each end of work, and changes nothing else: an observer that throws is counted in
 * `failures` and otherwise ignored. Limiters emit no events of their own, so whoever does not observe pays nothing. `clock` must be that of
 * the gate; it is read only for events of decisions that were waited for. For a limiter use {@link observeLimiter}.
 *
 * Decisions in shadow are seen if `gate` itself is what {@link withGateMode} returned, or an {@link OverloadControl}; further inside they
 * are not.
 */
export function observe(gate: Gate, observer: Observer, clock: Clock = systemClock): Observed {
  return new ObservedGate(gate, observer, clock)
}
