/** Several gates as one: each is entered after the one before it. */
import type { Gate } from '../gate.ts'
import type { Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'

const cancelled: Rejection = Object.freeze({ reason: 'cancelled', limiter: 'series', retryAfterMs: Infinity })

class Series implements Gate {
  readonly #gates: readonly Gate[]
  /** Tickets between their first promise and their verdict. */
  readonly #pending = new Set<Ticket>()

  constructor(gates: readonly Gate[]) {
    this.#gates = gates
  }

  enter(ticket: Ticket): Verdict | Promise<Verdict> {
    for (let i = 0; i < this.#gates.length; i++) {
      const verdict = this.#gates[i]!.enter(ticket)
      if (verdict instanceof Promise) return this.#enterLater(ticket, i, verdict)
      if (verdict !== undefined) return this.#refuse(ticket, i, verdict)
    }
    return undefined
  }

  leave(ticket: Ticket, outcome: Outcome): void {
    this.#leave(ticket, this.#gates.length, outcome)
  }

  cancel(ticket: Ticket): void {
    if (!this.#pending.delete(ticket)) return
    for (const gate of this.#gates) gate.cancel(ticket)
  }

  arrived(): void {
    for (const gate of this.#gates) gate.arrived?.()
  }

  /** Goes on from gate `i`, which gave a promise. */
  async #enterLater(ticket: Ticket, i: number, pending: Promise<Verdict>): Promise<Verdict> {
    this.#pending.add(ticket)
    let verdict: Verdict | Promise<Verdict> = pending
    try {
      for (;;) {
        if (verdict instanceof Promise) verdict = await verdict
        if (verdict !== undefined) return this.#refuse(ticket, i, verdict)
        i++
        // It may have left after this gate had let it in and before we heard of it: the next one must not make it wait.
        if (!this.#pending.has(ticket)) return this.#refuse(ticket, i, cancelled)
        if (i >= this.#gates.length) return undefined
        verdict = this.#gates[i]!.enter(ticket)
      }
    } catch (error) {
      // Gates never reject; should one do so all the same, what the ones before it gave is not lost.
      this.#leave(ticket, i, 'revoked')
      throw error
    } finally {
      this.#pending.delete(ticket)
    }
  }

  #refuse(ticket: Ticket, admittedBy: number, no: Rejection): Rejection {
    this.#leave(ticket, admittedBy, 'revoked')
    return no
  }

  #leave(ticket: Ticket, admittedBy: number, outcome: Outcome): void {
    for (let i = admittedBy - 1; i >= 0; i--) this.#gates[i]!.leave(ticket, outcome)
  }
}

/**
 * Enters the gates in this order and leaves them in the reverse one; when one refuses, those before it are left as `revoked`.
 * The verdict is synchronous as long as theirs are: the first promise makes it one.
 *
 * Put local gates before remote ones, whose refund is a round trip. For limiters use {@link all}, which never waits.
 */
export function series(...gates: readonly Gate[]): Gate {
  return new Series(gates)
}
