/** Whether to send more traffic to this process. */
import { checkKnown, systemEnvironment } from '@spillway/core'
import type { Clock, Environment, Random } from '@spillway/core'
import { checkFlag } from '../options.ts'
import { readinessAnswer } from './answer.ts'
import type { HealthAnswer, ReadinessReason, ReadinessReport } from './answer.ts'
import { UnreadyRule, unreadyOptionNames } from './unready.ts'
import type { UnreadyOptions } from './unready.ts'

/** What is known of a process that may be ready. */
export interface ReadinessState {
  /** The process shuts down. */
  readonly draining: boolean
  /** Requests are being refused. */
  readonly overloaded: boolean
  /** False until the process can serve; true where nobody says. */
  readonly started?: boolean
  /** Requests that run, and how many may: what is used of the one and of `pressure`, whichever is more, is the utilization. */
  readonly inflight?: number
  readonly limit?: number
  /** The highest pressure on any resource; 1 is at its limit. */
  readonly pressure?: number
}

/** What is asked whether the process is ready; overload controls are such a source. */
export interface ReadinessSource {
  snapshot(): ReadinessState
}

/** When not to be ready. */
export interface ReadinessOptions extends UnreadyOptions {
  /**
   * Also answers 503 while requests are refused; default false. Only for routers that spread the load then: when all instances are
   * overloaded at once, an orchestrator that takes them all out turns an overload into an outage. `unreadyAbove` knows of the others.
   */
  readonly failWhenOverloaded?: boolean
}

/** The part of what the process can serve at once that is used: 1 is all of it, more is beyond. Never NaN. */
export function utilizationOf({ inflight = 0, limit = Infinity, pressure = 0 }: Partial<ReadinessState>): number {
  const used = inflight / Math.max(limit, 1)
  return Math.max(used > 0 ? used : 0, pressure > 0 ? pressure : 0)
}

/** Judges readiness. Made by {@link createReadiness}. */
export class Readiness {
  readonly #source: ReadinessSource
  readonly #failWhenOverloaded: boolean
  readonly #rule: UnreadyRule | undefined
  readonly #clock: Clock

  constructor(source: ReadinessSource, options: ReadinessOptions, { clock, random }: ReadinessEnvironment) {
    const owner = 'readiness'
    checkKnown(owner, options, ['failWhenOverloaded', ...unreadyOptionNames])
    const { failWhenOverloaded, ...unready } = options
    const { unreadyAbove } = unready
    this.#source = source
    this.#failWhenOverloaded = checkFlag(owner, 'failWhenOverloaded', failWhenOverloaded)
    this.#rule = unreadyAbove === undefined ? undefined : new UnreadyRule(owner, { ...unready, unreadyAbove }, random)
    this.#clock = clock
  }

  /**
   * What is so now. With `unreadyAbove` it is also how the rule learns: time passes for it only when somebody looks, which every probe does,
   * and whoever wants it to see more between two probes may look more often.
   */
  report(): ReadinessReport {
    const state = this.#source.snapshot()
    const { draining, overloaded, started = true } = state
    const utilized = this.#rule?.observe(utilizationOf(state), this.#clock.now()) === true
    const ready = started && !draining && !utilized && !(this.#failWhenOverloaded && overloaded)
    const known: Readonly<Record<ReadinessReason, boolean>> = { starting: !started, draining, overloaded, utilized }
    return { ready, reasons: (Object.keys(known) as ReadinessReason[]).filter((reason) => known[reason]) }
  }

  /** The report as an answer. */
  answer(): HealthAnswer {
    return readinessAnswer(this.report())
  }
}

/** Time and chance for {@link createReadiness}. */
export type ReadinessEnvironment = Pick<Environment, 'clock'> & { readonly random: Random }

/**
 * Makes a judge of readiness. A process that drains or has not started is not ready. One that is overloaded is, unless the options say
 * otherwise: it still serves as much as it can. Throws a TypeError or RangeError for bad options.
 */
export function createReadiness(
  source: ReadinessSource,
  options: ReadinessOptions = {},
  environment: ReadinessEnvironment = systemEnvironment,
): Readiness {
  return new Readiness(source, options, environment)
}
