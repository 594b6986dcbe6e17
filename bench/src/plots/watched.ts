/** A gate that is looked at: what came, what became of it, when. */
import type { Clock, Gate, Outcome, Rejection, Ticket, Verdict } from '@spillway/core'

/** Told of what happens; each is called after the gate itself. */
export interface Watcher {
  refused?(ticket: Ticket, now: number, rejection: Rejection): void
  started?(ticket: Ticket, now: number): void
  /** Its work has ended; `success` means that its client got the answer in time. */
  left?(ticket: Ticket, now: number, outcome: Outcome): void
}

/** The same gate, watched. */
export function watched(gate: Gate, clock: Clock, watcher: Watcher): Gate {
  const decided = (ticket: Ticket, verdict: Verdict): Verdict => {
    if (verdict === undefined) watcher.started?.(ticket, clock.now())
    else watcher.refused?.(ticket, clock.now(), verdict)
    return verdict
  }
  return {
    enter(ticket) {
      const verdict = gate.enter(ticket)
      return verdict instanceof Promise ? verdict.then((late) => decided(ticket, late)) : decided(ticket, verdict)
    },
    leave(ticket, outcome) {
      gate.leave(ticket, outcome)
      watcher.left?.(ticket, clock.now(), outcome)
    },
    cancel: (ticket) => gate.cancel(ticket),
    arrived: () => gate.arrived?.(),
  }
}
