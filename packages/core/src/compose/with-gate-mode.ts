/** A gate whose refusals and waits can be tried out before they count. */
import type { Gate } from '../gate.ts'
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts'
import {
  Enforcement,
  ModeCounts,
  type ModeOptions,
  type ModeSnapshot,
  type ModeUpdate,
  type Shadowing,
} from './mode.ts'

/** What became of a gate's verdicts since the start. */
export interface GateModeSnapshot extends ModeSnapshot {
  /** Let in at once although the gate would have made it wait; if it refused it in the end, `wouldRefuse` counts it as well. */
  readonly wouldWait: number
}

/** What {@link withGateMode} returns. */
export interface ModedGate extends Gate, Shadowing {
  arrived(): void
  /** Verdicts that rejected, against the contract of gates; their tickets were let in. */
  readonly failures: number
  snapshot(): GateModeSnapshot
  /** Changes mode and ratio from the next decision on; who waits is not concerned. Throws as {@link withGateMode} does, changing nothing then. */
  update(change: ModeUpdate): void
  /** Checks a change, and returns what makes it: see {@link updateAll}. */
  prepare(change: ModeUpdate): () => void
}

/** A ticket that is in while the gate still makes it wait. */
class Overtaking {
  readonly startedAt: Millis
  fate: Promise<Verdict> | undefined
  /** Its work has ended. */
  over = false
  /** It came in once more meanwhile: that work is none of the gate's. */
  again = false

  constructor(startedAt: Millis) {
    this.startedAt = startedAt
  }
}

export class WithGateMode implements ModedGate {
  failures = 0
  readonly #gate: Gate
  readonly #enforcement: Enforcement
  readonly #counts: ModeCounts = new ModeCounts()
  #wouldWait = 0
  /** Tickets that are in without the gate having let them in: refused or not asked about, or still waiting for its verdict. */
  readonly #outside: Map<Ticket, Verdict | Overtaking> = new Map()

  constructor(gate: Gate, options: ModeOptions, owner = 'withGateMode') {
    this.#gate = gate
    this.#enforcement = new Enforcement(owner, options)
  }

  /** Nothing is let in against the gate's verdict, nor has been and is still in: whoever keeps counts of its own may ask the gate directly. */
  get isTransparent(): boolean {
    return this.#outside.size === 0 && this.#enforcement.isFull
  }

  enter(ticket: Ticket): Verdict | Promise<Verdict> {
    const earlier = this.#outside.size === 0 ? undefined : this.#outside.get(ticket)
    if (earlier instanceof Overtaking) {
      // It may wait in the gate only once at a time.
      earlier.again = true
      return this.#counts.notAsked()
    }
    if (this.#enforcement.mode === 'off') {
      this.#outside.set(ticket, undefined)
      return this.#counts.notAsked()
    }
    // Gates that make work wait write it.
    const { startedAt } = ticket
    const verdict = this.#gate.enter(ticket)
    if (verdict === undefined || this.#enforcement.enforces(ticket)) return this.#counted(verdict)
    if (verdict instanceof Promise) return this.#overtake(ticket, verdict, startedAt)
    this.#outside.set(ticket, verdict)
    this.#counts.wouldRefuse(verdict)
    return this.#counts.overruled()
  }

  leave(ticket: Ticket, outcome: Outcome): void {
    if (this.#outside.size === 0 || !this.#outside.has(ticket)) return this.#gate.leave(ticket, outcome)
    const state = this.#outside.get(ticket)
    if (!(state instanceof Overtaking)) this.#outside.delete(ticket)
    else if (state.again) state.again = false
    else {
      state.over = true
      ticket.startedAt = state.startedAt
    }
  }

  cancel(ticket: Ticket): void {
    // Who is in does not wait, even if the gate thinks so.
    if (!this.#outside.has(ticket)) this.#gate.cancel(ticket)
  }

  arrived(): void {
    if (this.#enforcement.mode !== 'off') this.#gate.arrived?.()
  }

  shadowed(ticket: Ticket): Verdict | Promise<Verdict> {
    const state = this.#outside.get(ticket)
    return state instanceof Overtaking ? state.fate : state
  }

  snapshot(): GateModeSnapshot {
    return { ...this.#counts.snapshot(this.#enforcement), wouldWait: this.#wouldWait }
  }

  update(change: ModeUpdate): void {
    this.prepare(change)()
  }

  prepare(change: ModeUpdate): () => void {
    return this.#enforcement.prepare(change)
  }

  #counted(verdict: Verdict | Promise<Verdict>): Verdict | Promise<Verdict> {
    if (!(verdict instanceof Promise)) return this.#counts.enforced(verdict)
    return verdict.then((late) => this.#counts.enforced(late))
  }

  /** Lets in at once who would have to wait, and hears later what would have become of it. */
  #overtake(ticket: Ticket, verdict: Promise<Verdict>, startedAt: Millis): undefined {
    const state = new Overtaking(startedAt)
    this.#outside.set(ticket, state)
    this.#wouldWait++
    const broken = (): undefined => {
      this.failures++
      this.#heard(ticket, state, undefined)
    }
    state.fate = verdict.then((late) => this.#decided(ticket, state, late), broken)
    return this.#counts.overruled()
  }

  #decided(ticket: Ticket, state: Overtaking, verdict: Verdict): Verdict {
    if (verdict !== undefined) {
      this.#counts.wouldRefuse(verdict)
      this.#heard(ticket, state, verdict)
    } else if (state.over) {
      // Its work was done before it would have begun: it says nothing about load, but it did take what it takes.
      this.#heard(ticket, state, undefined)
      this.#gate.leave(ticket, 'ignored')
    } else {
      this.#outside.delete(ticket)
      ticket.startedAt = state.startedAt
    }
    return verdict
  }

  /** The gate has nothing to do with the ticket any more. */
  #heard(ticket: Ticket, state: Overtaking, verdict: Verdict): void {
    if (state.over && !state.again) this.#outside.delete(ticket)
    else this.#outside.set(ticket, state.over ? undefined : verdict)
  }
}

/**
 * {@link withMode} for a gate. What the gate would make wait is let in at once in shadow, and its fate is counted when it is known. If the
 * gate lets it in then, it is left with the outcome of the work when that ends; at once, as `ignored`, if it has ended before. Nothing is
 * delayed, and `startedAt` of a ticket stays the time at which it really started.
 *
 * Draining, or whatever else must hold in every mode, belongs into a gate of its own in front: see {@link series}.
 */
export function withGateMode(gate: Gate, options: ModeOptions = {}): ModedGate {
  return new WithGateMode(gate, options)
}
