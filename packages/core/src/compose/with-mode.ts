/** A limiter whose refusals can be tried out before they count. */
import type { Described, Limiter, Quota } from '../limiter.ts'
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts'
import { isIdle, type Idling } from './idle.ts'
import {
  Enforcement,
  ModeCounts,
  type ModeOptions,
  type ModeSnapshot,
  type ModeUpdate,
  type Shadowing,
} from './mode.ts'

/** What {@link withMode} returns. */
export interface ModedLimiter extends Limiter, Described, Idling, Shadowing {
  snapshot(): ModeSnapshot
  /** Changes mode and ratio from the next decision on. Throws as {@link withMode} does, and then changes nothing. */
  update(change: ModeUpdate): void
  /** Checks a change, and returns what makes it: see {@link updateAll}. */
  prepare(change: ModeUpdate): () => void
}

class WithMode implements ModedLimiter {
  readonly name: string
  readonly #limiter: Limiter & Partial<Described>
  readonly #enforcement: Enforcement
  readonly #counts: ModeCounts = new ModeCounts()
  /** Tickets that are in without the limiter having let them in, and what it said of them. */
  readonly #outside: Map<Ticket, Verdict> = new Map()

  constructor(limiter: Limiter, options: ModeOptions) {
    this.name = limiter.name
    this.#limiter = limiter
    this.#enforcement = new Enforcement('withMode', options)
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    if (this.#enforcement.mode === 'off') {
      this.#outside.set(ticket, undefined)
      return this.#counts.notAsked()
    }
    const no = this.#limiter.admit(ticket, now)
    if (no === undefined || this.#enforcement.enforces(ticket)) return this.#counts.enforced(no)
    this.#outside.set(ticket, no)
    this.#counts.wouldRefuse(no)
    return this.#counts.overruled()
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    if (this.#outside.size > 0 && this.#outside.delete(ticket)) return
    this.#limiter.settle(ticket, now, outcome)
  }

  shadowed(ticket: Ticket): Verdict {
    return this.#outside.get(ticket)
  }

  describe(ticket: Ticket, now: Millis): readonly Quota[] {
    return this.#enforcement.isEnforcing ? (this.#limiter.describe?.(ticket, now) ?? []) : []
  }

  isIdle(now: Millis): boolean {
    return this.#outside.size === 0 && isIdle(this.#limiter, now)
  }

  snapshot(): ModeSnapshot {
    return this.#counts.snapshot(this.#enforcement)
  }

  update(change: ModeUpdate): void {
    this.prepare(change)()
  }

  prepare(change: ModeUpdate): () => void {
    return this.#enforcement.prepare(change)
  }
}

/**
 * Asks `limiter` and does what it says, or only counts what it says (`shadow`), or does not ask (`off`): for trying a limit out on real
 * traffic before it refuses anybody, for enforcing it on a share of the callers first, and for turning it off in an emergency.
 *
 * What it refused and is let in all the same is not settled with it: its books hold exactly what it let in, whatever the mode was then or
 * is now. So a limit that learns knows nothing of the others, and is stricter in shadow than it would be. Work that is let in without
 * `limiter` costs one entry in a map until it ends; all else allocates nothing. Quotas are described only while they are enforced on
 * somebody. For gates, which may make work wait, use {@link withGateMode}.
 */
export function withMode(limiter: Limiter, options: ModeOptions = {}): ModedLimiter {
  return new WithMode(limiter, options)
}
