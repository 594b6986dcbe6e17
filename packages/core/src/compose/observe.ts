/** Tells somebody what a gate decides, without the gate knowing. */
import type { Gate } from '../gate.ts'
import type { Outcome, Ticket, Verdict } from '../ticket.ts'

/** Who is told: metrics, logs, tracing. Called on the hot path: be quick. */
export interface Observer {
  /** A verdict was given: `undefined` for yes. For work that waited, `ticket.startedAt - ticket.arrivedAt` is how long. */
  decided?(ticket: Ticket, verdict: Verdict): void
  /** Work that was let in has ended. */
  settled?(ticket: Ticket, outcome: Outcome): void
}

/** What {@link observe} returns. */
export interface Observed extends Gate {
  /** How often the observer threw. */
  readonly failures: number
}

class ObservedGate implements Observed {
  failures = 0
  readonly #gate: Gate
  readonly #observer: Observer

  constructor(gate: Gate, observer: Observer) {
    this.#gate = gate
    this.#observer = observer
  }

  enter(ticket: Ticket): Verdict | Promise<Verdict> {
    const verdict = this.#gate.enter(ticket)
    return verdict instanceof Promise
      ? verdict.then((late) => this.#decided(ticket, late))
      : this.#decided(ticket, verdict)
  }

  leave(ticket: Ticket, outcome: Outcome): void {
    this.#gate.leave(ticket, outcome)
    try {
      this.#observer.settled?.(ticket, outcome)
    } catch {
      this.failures++
    }
  }

  cancel(ticket: Ticket): void {
    this.#gate.cancel(ticket)
  }

  arrived(): void {
    this.#gate.arrived?.()
  }

  #decided(ticket: Ticket, verdict: Verdict): Verdict {
    try {
      this.#observer.decided?.(ticket, verdict)
    } catch {
      this.failures++
    }
    return verdict
  }
}

/**
 * Calls `observer` after each verdict and each end of work, and changes nothing else: an observer that throws is counted in
 * `failures` and otherwise ignored. Limiters emit no events of their own, so whoever does not observe pays nothing.
 */
export function observe(gate: Gate, observer: Observer): Observed {
  return new ObservedGate(gate, observer)
}
