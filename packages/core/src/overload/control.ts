/** Everything that a server needs to survive overload, in one gate and in the right order. */
import type { Environment } from '../environment.ts'
import type { Gate } from '../gate.ts'
import { ConcurrencyLimiter } from '../concurrency/limiter.ts'
import { all } from '../compose/all.ts'
import { updateAll, type Updatable } from '../compose/update-all.ts'
import { WithGateMode } from '../compose/with-gate-mode.ts'
import type { Mode, Shadowing } from '../compose/mode.ts'
import type { LimitBounds } from '../concurrency/limit/bounds.ts'
import { KneeLimit } from '../concurrency/limit/knee.ts'
import type { KneePhase } from '../concurrency/limit/knee.ts'
import { DeadlineLimiter } from '../deadline.ts'
import { ServiceTimeEstimate } from '../estimate/service-time.ts'
import { PacedGate } from '../pace/gate.ts'
import { checkPace, type PaceOptions } from '../pace/options.ts'
import type { PaceSnapshot } from '../pace/gate.ts'
import type { Clock } from '../clock.ts'
import type { Millis, Outcome, Reason, Ticket, Verdict } from '../ticket.ts'
import { checkBoundsUpdate, checkOverload, checkOverloadUpdate } from './options.ts'
import type { BoundedLimit, OverloadOptions, OverloadUpdate } from './options.ts'
import { PressureLimiter } from './pressure.ts'
import type { PressureSnapshot } from './pressure.ts'
import type { DecisionCounts } from '../pace/refusals.ts'

/** Refusals for want of capacity within this long mean that the server is overloaded now. */
const overloadedMs: Millis = 1000

/** What a control is doing; a copy, safe to keep. */
export interface OverloadSnapshot extends PaceSnapshot, PressureSnapshot {
  readonly name: string
  readonly inflight: number
  /** How many may run; `Infinity` for no limit. */
  readonly limit: number
  /** What the default limit is doing; `undefined` for a limit of your own. */
  readonly limitPhase: KneePhase['kind'] | undefined
  /** What callers were told; in shadow nobody is refused. */
  readonly decisions: DecisionCounts
  readonly mode: Mode
  readonly enforceRatio: number
  /** Let in although the control said no, because of `mode` or `enforceRatio`. */
  readonly wouldRefuse: Readonly<Record<Reason, number>>
  /** Let in at once, for the same reason, although it had to wait for its verdict. */
  readonly wouldWait: number
  /** Somebody was refused for want of capacity within the last second. */
  readonly overloaded: boolean
  readonly draining: boolean
}

/**
 * The gate behind `overloadControl()`: draining, then pressure (graded, by priority), then deadlines that cannot be met, then the
 * paced queue with the learnt limit inside it. Made by {@link createOverloadControl}.
 */
export class OverloadControl implements Gate, Shadowing {
  readonly name: string
  readonly #clock: Clock
  readonly #pressure: PressureLimiter
  readonly #deadline: DeadlineLimiter = new DeadlineLimiter({ estimate: new ServiceTimeEstimate() })
  readonly #limiter: ConcurrencyLimiter
  readonly #paced: PacedGate
  readonly #line: Updatable<Omit<PaceOptions, 'name'>>
  /** All of it but draining, which holds in every mode. */
  readonly #moded: WithGateMode
  #draining = false

  constructor(environment: Environment, options: OverloadOptions = {}) {
    checkOverload(options)
    const { limit, signals = environment.signals, initialLimit, minLimit, maxLimit, ...rest } = options
    const { pressure, mode, enforceRatio, ...pace } = rest
    const knee = { initialLimit, minLimit, maxLimit }
    const { clock, random } = environment
    this.#clock = clock
    this.#pressure = new PressureLimiter(signals, random, pressure)
    this.#limiter = new ConcurrencyLimiter(limit ?? new KneeLimit(withoutUndefined(knee)))
    // Asked at the door and again when it is somebody's turn: what was in time before it waited may not be any more.
    this.#paced = new PacedGate(all(this.#deadline, this.#limiter), clock, environment.loop, pace)
    this.#line = checkedBefore(this.#paced, pace)
    const enforcement = { random, ...withoutUndefined({ mode, enforceRatio }) }
    this.#moded = new WithGateMode(this.#asked(), enforcement, 'OverloadControl')
    this.name = this.#paced.decisions.limiter
  }

  enter(ticket: Ticket): Verdict | Promise<Verdict> {
    // Closed, it says so: whoever is told to go elsewhere must not be told to come back.
    if (this.#draining) return this.#paced.enter(ticket)
    return this.#moded.isTransparent ? this.#ask(ticket) : this.#moded.enter(ticket)
  }

  leave(ticket: Ticket, outcome: Outcome): void {
    this.#moded.leave(ticket, outcome)
  }

  cancel(ticket: Ticket): void {
    this.#moded.cancel(ticket)
  }

  arrived(): void {
    this.#moded.arrived()
  }

  shadowed(ticket: Ticket): Verdict | Promise<Verdict> {
    return this.#moded.shadowed(ticket)
  }

  /** Changes it while it runs. Throws as the constructor does, and then changes nothing. Who waits and what runs keep their places. */
  update(change: OverloadUpdate): void {
    checkOverloadUpdate(change)
    const { initialLimit, minLimit, maxLimit, pressure = {}, mode, enforceRatio, ...pace } = change
    const limit: BoundedLimit = this.#limiter.limit
    const bounds = withoutUndefined({ initialLimit, minLimit, maxLimit })
    checkBoundsUpdate(limit, bounds)
    // The line last, which is looked at again when it knows its new bounds: the limit may have more room.
    const others = [
      [this.#pressure, pressure],
      [this.#moded, withoutUndefined({ mode, enforceRatio })],
      [this.#line, pace],
    ] as const
    if (Object.keys(bounds).length === 0) updateAll(...others)
    else updateAll([{ update: (given: LimitBounds) => limit.update?.(given) }, bounds], ...others)
  }

  /** Refuses whoever waits and whoever comes with `draining`, whatever the mode; what runs goes on. Idempotent. */
  drain(): void {
    this.#draining = true
    this.#paced.close('draining')
  }

  /** The same: nothing else is held that would have to be given back. */
  close(): void {
    this.drain()
  }

  snapshot(): OverloadSnapshot {
    const now = this.#clock.now()
    const { limit } = this.#limiter
    const { mode, enforceRatio, wouldRefuse, wouldWait } = this.#moded.snapshot()
    return {
      ...this.#paced.snapshot(),
      ...this.#pressure.snapshot(now),
      name: this.name,
      inflight: this.#limiter.inflight,
      limit: limit.value,
      limitPhase: limit instanceof KneeLimit ? limit.phase.kind : undefined,
      decisions: this.#decisions(),
      mode,
      enforceRatio,
      wouldRefuse,
      wouldWait,
      overloaded: now - this.#paced.decisions.lastAt < overloadedMs,
      draining: this.#draining,
    }
  }

  #ask(ticket: Ticket): Verdict | Promise<Verdict> {
    const no = this.#pressure.admit(ticket, ticket.arrivedAt) ?? this.#deadline.admit(ticket, ticket.arrivedAt)
    if (no === undefined) return this.#paced.enter(ticket)
    return this.#paced.decisions.count(no)
  }

  #asked(): Gate {
    const paced = this.#paced
    return {
      enter: (ticket) => this.#ask(ticket),
      leave: (ticket, outcome) => paced.leave(ticket, outcome),
      cancel: (ticket) => paced.cancel(ticket),
      arrived: () => paced.arrived(),
    }
  }

  /** What the parts said, less what was not done. */
  #decisions(): DecisionCounts {
    const { wouldRefuse, notAsked } = this.#moded.snapshot()
    const { admitted, refused } = this.#paced.decisions.snapshot()
    const overruled = Object.values(wouldRefuse).reduce((sum, count) => sum + count, 0)
    const told = Object.entries(refused).map(([reason, count]) => [reason, count - wouldRefuse[reason as Reason]])
    return { admitted: admitted + overruled + notAsked, refused: Object.fromEntries(told) as Record<Reason, number> }
  }
}

/**
 * Makes the control. Takes time, turns of the loop, chance and signals from `environment`: `nodeEnvironment()` of `@spillway/node` on
 * Node, `systemEnvironment` elsewhere. Throws a TypeError or RangeError that names the option. For a limit or a rate alone use
 * {@link ConcurrencyLimiter} or a rate limiter; a control is for a whole server or route.
 */
export function createOverloadControl(environment: Environment, options: OverloadOptions = {}): OverloadControl {
  return new OverloadControl(environment, options)
}

/** The paced gate as a part of an update of several: it can fail at checking only. */
function checkedBefore(gate: PacedGate, options: PaceOptions): Updatable<Omit<PaceOptions, 'name'>> {
  let asked = options
  const prepare = (change: Omit<PaceOptions, 'name'>): (() => void) => {
    const changed = { ...asked, ...change }
    checkPace('PacedGate', changed)
    return () => {
      gate.update(change)
      asked = changed
    }
  }
  return { prepare, update: (change) => prepare(change)() }
}

function withoutUndefined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
