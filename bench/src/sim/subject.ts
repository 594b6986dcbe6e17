/** What stands before the simulated server: one name, one gate. */
import type { Environment, Gate, Limit, Outcome } from '@spillway/core'
import { ConcurrencyLimiter, Guard } from '@spillway/core'
import type { Server } from '@spillway/core/testing'

/** What a subject may know of the scenario. */
export interface Hints {
  /** Work in flight that Little's law asks for: only subjects that stand for perfect foresight use it. */
  readonly right: number
  /** Time that the processor has worked so far: for peers that watch it. */
  readonly busyMs: () => number
}

/** Something that is compared. */
export interface Subject {
  readonly name: string
  /** `ours`: what a user gets; `part`: one of our algorithms alone; `peer`: a rule of the field with its own defaults. */
  readonly kind: 'ours' | 'part' | 'peer' | 'none'
  readonly about: string
  /** What the server does differently with it. */
  readonly server?: Server
  make(environment: Environment, hints: Hints): Gate | undefined
}

/** A limit that refuses at once: the plain way of the field. */
export function refusing(environment: Environment, limit: Limit): Gate {
  return new Guard(new ConcurrencyLimiter(limit), environment.clock)
}

/** Reports whoever left before the end as something else than ignored. */
export function callingTheLate(outcome: Outcome, gate: Gate): Gate {
  return {
    enter: (ticket) => gate.enter(ticket),
    leave: (ticket, given) => gate.leave(ticket, given === 'ignored' ? outcome : given),
    cancel: (ticket) => gate.cancel(ticket),
  }
}
