/** Sheds by measured pressure, the least important first. */
import type { Random } from '../clock.ts'
import type { Limiter } from '../limiter.ts'
import { classOf } from '../pace/line.ts'
import type { Signal } from '../signal/signal.ts'
import { priorities, type Millis, type PriorityName, type Rejection, type Ticket, type Verdict } from '../ticket.ts'
import { PressureGauge, type SignalSnapshot } from './pressure-gauge.ts'
import { checkPressure, type PressureOptions, type PressureRules, type PressureUpdate } from './pressure-options.ts'

/** A pressure limiter at one instant; a copy, safe to keep. */
export interface PressureSnapshot {
  /** The highest of the signals, as measured; 0 without any. */
  readonly pressure: number
  /** In the order in which they were given. */
  readonly signals: readonly SignalSnapshot[]
  /** Share of each class that is shed, from 0 to 1. */
  readonly shares: Readonly<Record<PriorityName, number>>
}

/**
 * Refuses with a probability that rises with the pressure of its signals: `sheddable` work from 0.9 of a limit on, `critical_plus` not
 * before 1.05. Graded, because a threshold at which everything is refused makes the load swing; with a play (`hysteresis`) between what is
 * measured and what counts, because shedding lowers the pressure that it is for. Without signals it refuses nothing.
 *
 * Refusals are named after the signal with the highest level, such as `pressure/heap`. Signals are read at most once per `sampleMs`; one
 * that throws or gives no number counts as 0, and in `failures`. O(1) between readings, O(signals) for a reading.
 *
 * Sources: the scaled triggers of Envoy's overload manager; criticality as in Google's SRE book.
 */
export class PressureLimiter implements Limiter {
  readonly name: string
  readonly #signals: readonly Signal[]
  readonly #random: Random
  readonly #gauge: PressureGauge
  #asked: PressureOptions
  /** By signal. */
  #rejections: readonly Rejection[]

  /** @param random decides whom the share that is shed hits */
  constructor(signals: readonly Signal[], random: Random, options: PressureOptions = {}) {
    const rules = checkPressure(options, signals)
    this.#asked = options
    this.name = rules.name
    // Its own: whoever hands over a list may go on changing it.
    this.#signals = [...signals]
    this.#random = random
    this.#gauge = new PressureGauge(this.#signals, rules)
    this.#rejections = makeRejections(this.#signals, rules)
  }

  /** The highest pressure now, as measured; 0 without signals. */
  pressure(now: Millis): number {
    this.#gauge.read(now)
    return this.#gauge.highest
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const gauge = this.#gauge
    gauge.read(now)
    const share = gauge.shares[classOf(ticket)]!
    return share > 0 && this.#random() < share ? this.#rejections[gauge.worst] : undefined
  }

  settle(): void {}

  snapshot(now: Millis): PressureSnapshot {
    this.#gauge.read(now)
    const shares = Object.fromEntries(Object.entries(priorities).map(([name, c]) => [name, this.#gauge.shares[c]]))
    return {
      pressure: this.#gauge.highest,
      signals: this.#gauge.snapshot(),
      shares: shares as Record<PriorityName, number>,
    }
  }

  /** Changes options while it runs; one that is given replaces the former whole. Throws as the constructor does, changing nothing then. */
  update(change: PressureUpdate): void {
    this.prepare(change)()
  }

  /** Checks a change, and returns what makes it: see {@link updateAll}. Throws as the constructor does. */
  prepare(change: PressureUpdate): () => void {
    const asked = { ...this.#asked, ...change, name: this.name }
    const rules = checkPressure(asked, this.#signals)
    return () => {
      this.#asked = asked
      this.#gauge.setRules(rules)
      this.#rejections = makeRejections(this.#signals, rules)
    }
  }
}

function makeRejections(signals: readonly Signal[], { name, retryAfterMs }: PressureRules): readonly Rejection[] {
  return signals.map((signal) => Object.freeze({ reason: 'pressure', limiter: `${name}/${signal.name}`, retryAfterMs }))
}
