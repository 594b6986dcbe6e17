/** Everything that a server needs to survive overload, in one gate and in the right order. */
import type { Environment } from '../environment.ts'
import type { Gate } from '../gate.ts'
import { ConcurrencyLimiter } from '../concurrency/limiter.ts'
import { KneeLimit } from '../concurrency/limit/knee.ts'
import type { KneePhase } from '../concurrency/limit/knee.ts'
import { DeadlineLimiter } from '../deadline.ts'
import { PacedGate } from '../pace/gate.ts'
import type { PaceSnapshot } from '../pace/gate.ts'
import type { Clock } from '../clock.ts'
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts'
import { checkOverload } from './options.ts'
import type { OverloadOptions, OverloadUpdate } from './options.ts'
import { PressureLimiter } from './pressure.ts'
import type { DecisionCounts } from '../pace/refusals.ts'

/** Refusals for want of capacity within this long mean that the server is overloaded now. */
const overloadedMs: Millis = 1000

/** What a control is doing; a copy, safe to keep. */
export interface OverloadSnapshot extends PaceSnapshot {
  readonly name: string
  readonly inflight: number
  /** How many may run; `Infinity` for no limit. */
  readonly limit: number
  /** What the default limit is doing; `undefined` for a limit of your own. */
  readonly limitPhase: KneePhase['kind'] | undefined
  /** The highest of the signals; 1 is the limit of a resource. */
  readonly pressure: number
  readonly decisions: DecisionCounts
  /** Somebody was refused for want of capacity within the last second. */
  readonly overloaded: boolean
  readonly draining: boolean
}

/**
 * The gate behind `overloadControl()`: draining, then pressure (graded, by priority), then deadlines that cannot be met, then the
 * paced queue with the learnt limit inside it. Made by {@link createOverloadControl}.
 */
export class OverloadControl implements Gate {
  readonly name: string
  readonly #clock: Clock
  readonly #pressure: PressureLimiter
  readonly #deadline: DeadlineLimiter = new DeadlineLimiter()
  readonly #limiter: ConcurrencyLimiter
  readonly #paced: PacedGate
  #draining = false

  constructor(environment: Environment, options: OverloadOptions = {}) {
    checkOverload(options)
    const { limit, signals = environment.signals, initialLimit, minLimit, maxLimit, ...pace } = options
    const knee = { initialLimit, minLimit, maxLimit }
    this.#clock = environment.clock
    this.#pressure = new PressureLimiter(signals, environment.random)
    this.#limiter = new ConcurrencyLimiter(limit ?? new KneeLimit(withoutUndefined(knee)))
    this.#paced = new PacedGate(this.#limiter, environment.clock, environment.loop, pace)
    this.name = this.#paced.decisions.limiter
  }

  enter(ticket: Ticket): Verdict | Promise<Verdict> {
    // Closed, it says so: whoever is told to go elsewhere must not be told to come back.
    if (this.#draining) return this.#paced.enter(ticket)
    const no = this.#pressure.admit(ticket, ticket.arrivedAt) ?? this.#deadline.admit(ticket, ticket.arrivedAt)
    if (no === undefined) return this.#paced.enter(ticket)
    return this.#paced.decisions.count(no)
  }

  leave(ticket: Ticket, outcome: Outcome): void {
    this.#paced.leave(ticket, outcome)
  }

  cancel(ticket: Ticket): void {
    this.#paced.cancel(ticket)
  }

  arrived(): void {
    this.#paced.arrived()
  }

  /** Changes bounds while it runs. Throws as the constructor does, and then changes nothing. */
  update(options: OverloadUpdate): void {
    this.#paced.update(options)
  }

  /** Refuses whoever waits and whoever comes with `draining`; what runs goes on. Idempotent. */
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
    return {
      ...this.#paced.snapshot(),
      name: this.name,
      inflight: this.#limiter.inflight,
      limit: limit.value,
      limitPhase: limit instanceof KneeLimit ? limit.phase.kind : undefined,
      pressure: this.#pressure.pressure(now),
      decisions: this.#paced.decisions.snapshot(),
      overloaded: now - this.#paced.decisions.lastAt < overloadedMs,
      draining: this.#draining,
    }
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

function withoutUndefined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
