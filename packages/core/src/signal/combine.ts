/** Signals made of signals. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'
import { highestPressure, readPressure } from './reading.ts'
import { checkScale, levelOf, type PressureScale } from './scale.ts'
import type { Signal } from './signal.ts'

/** A signal made of others, which may fail. */
export interface DerivedSignal extends Signal {
  /** How often a signal that it is made of threw or gave no number; such a reading is left out. */
  readonly failures: number
}

class MaxSignal implements DerivedSignal {
  readonly name: string
  failures = 0
  readonly #signals: readonly Signal[]

  constructor(signals: readonly Signal[]) {
    this.name = `max(${signals.map((signal) => signal.name).join(',')})`
    this.#signals = signals
  }

  pressure(now: Millis): number {
    let highest = 0
    for (let i = 0; i < this.#signals.length; i++) {
      const pressure = readPressure(this.#signals[i]!, now)
      if (pressure > highest) highest = pressure
      else if (Number.isNaN(pressure)) this.failures++
    }
    return highest
  }
}

class ScaledSignal implements DerivedSignal {
  readonly name: string
  failures = 0
  readonly #signal: Signal
  readonly #scale: PressureScale

  constructor(signal: Signal, scale: PressureScale) {
    this.name = signal.name
    this.#signal = signal
    this.#scale = checkScale('scaledSignal', '', scale, highestPressure)
  }

  pressure(now: Millis): number {
    const pressure = readPressure(this.#signal, now)
    if (!Number.isNaN(pressure)) return levelOf(pressure, this.#scale.start, this.#scale.full)
    this.failures++
    return 0
  }
}

/** How fast a {@link smoothedSignal} follows. */
export interface SmoothingOptions {
  /** Time constant while pressure rises: after so long 63 % of a step is followed. 0 to 3,600,000 ms; 0, the default, is at once. */
  readonly riseMs?: Millis
  /** The same while it falls. 0 to 3,600,000 ms; 1000 by default. */
  readonly fallMs?: Millis
}

class SmoothedSignal implements DerivedSignal {
  readonly name: string
  failures = 0
  readonly #signal: Signal
  readonly #riseMs: Millis
  readonly #fallMs: Millis
  /** The smoothed value and the time of the last reading; in an array, for doubles that change in fields are boxed. */
  readonly #state: Float64Array = new Float64Array([NaN, NaN])

  constructor(signal: Signal, options: SmoothingOptions) {
    checkKnown('smoothedSignal', options, ['riseMs', 'fallMs'])
    const bounds = { min: 0, max: 3_600_000 }
    this.#riseMs = checkNumber('smoothedSignal', 'riseMs', options.riseMs ?? 0, bounds)
    this.#fallMs = checkNumber('smoothedSignal', 'fallMs', options.fallMs ?? 1000, bounds)
    this.name = signal.name
    this.#signal = signal
  }

  pressure(now: Millis): number {
    const state = this.#state
    const before = state[0] as number
    const pressure = readPressure(this.#signal, now)
    if (Number.isNaN(pressure)) {
      this.failures++
      return Number.isNaN(before) ? 0 : before
    }
    const elapsedMs = now - (state[1] as number)
    // At its first reading there is nothing to start from; a clock that goes back moves nothing.
    if (Number.isNaN(before)) state[0] = pressure
    else if (elapsedMs > 0) state[0] = before + this.#share(elapsedMs, pressure > before) * (pressure - before)
    if (!(elapsedMs <= 0)) state[1] = now
    return state[0] as number
  }

  #share(elapsedMs: Millis, rises: boolean): number {
    const constantMs = rises ? this.#riseMs : this.#fallMs
    return constantMs === 0 ? 1 : 1 - Math.exp(-elapsedMs / constantMs)
  }
}

/** The highest of `signals`, as one; 0 without any. {@link PressureLimiter} does this by itself and tells which one it was. */
export function maxSignal(...signals: readonly Signal[]): DerivedSignal {
  return new MaxSignal(signals)
}

/**
 * Pressure as a share of a scale: 0 up to `start`, 1 from `full` on, linear in between; for signals whose own unit is not that of a
 * limit. A {@link PressureLimiter} has an option `scales` for the signals that it reads.
 */
export function scaledSignal(signal: Signal, scale: PressureScale): DerivedSignal {
  return new ScaledSignal(signal, scale)
}

/**
 * An exponential mean of `signal` that may rise faster than it falls. It learns at its readings: each counts for the time since the
 * one before, so the result does not depend on how often it is read while the signal stands still. Against swinging at a threshold
 * use the option `hysteresis` of {@link PressureLimiter}, which does not lag on the way up.
 */
export function smoothedSignal(signal: Signal, options: SmoothingOptions = {}): DerivedSignal {
  return new SmoothedSignal(signal, options)
}
