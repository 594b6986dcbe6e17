/** What the signals say now, held against swinging, and which share of each class that sheds. */
import { classes } from '../pace/line.ts'
import { readPressure } from '../signal/reading.ts'
import { levelOf, type PressureScale } from '../signal/scale.ts'
import type { Signal } from '../signal/signal.ts'
import type { Millis } from '../ticket.ts'
import type { PressureRules } from './pressure-options.ts'

/** One signal at one instant. */
export interface SignalSnapshot {
  readonly name: string
  /** As measured: 1 is the limit of the resource. */
  readonly pressure: number
  /** What counts: `pressure`, or the more that it was a moment ago. */
  readonly held: number
  /** Where that stands on the signal's scale: from 0, nobody is shed, to 1, everybody. */
  readonly level: number
  /** How often the signal threw or gave no number; it counts as 0 then. */
  readonly failures: number
}

/** Sums and differences of pressures are off by less: a signal that stands still must not look as if it fell. */
const rounding = 1e-12

/** Reads signals at most once per `sampleMs`; everything between two readings is a look into an array. */
export class PressureGauge {
  readonly #signals: readonly Signal[]
  #rules: PressureRules
  readonly #measured: Float64Array
  /** Pressure that counts: the play between it and what is measured is the hysteresis. */
  readonly #held: Float64Array
  readonly #levels: Float64Array
  /** Since when it has been measured to be so much lower that the held pressure may follow; `Infinity` if it is not. */
  readonly #lowSince: Float64Array
  readonly #failures: number[]
  /** Share of each class that is shed. */
  readonly shares: Float64Array = new Float64Array(classes)
  /** The signal with the highest level. */
  worst = 0
  // In an array, for doubles that change in fields are boxed.
  readonly #sampledAt: Float64Array = new Float64Array([-Infinity])

  constructor(signals: readonly Signal[], rules: PressureRules) {
    this.#signals = signals
    this.#rules = rules
    this.#measured = new Float64Array(signals.length)
    this.#held = new Float64Array(signals.length)
    this.#levels = new Float64Array(signals.length)
    this.#lowSince = new Float64Array(signals.length).fill(Infinity)
    this.#failures = signals.map(() => 0)
  }

  /** Other rules from the next reading on, which is the next time somebody asks. */
  setRules(rules: PressureRules): void {
    this.#rules = rules
    this.#sampledAt[0] = -Infinity
  }

  /** Reads the signals unless that was done within `sampleMs`; a clock that went back by more than that counts as another time. */
  read(now: Millis): void {
    const sinceMs = now - (this.#sampledAt[0] as number)
    if (sinceMs >= this.#rules.sampleMs || -sinceMs > this.#rules.sampleMs) this.#sample(now)
  }

  /** The highest pressure as measured; 0 without signals. */
  get highest(): number {
    let highest = 0
    for (let i = 0; i < this.#measured.length; i++) highest = Math.max(highest, this.#measured[i]!)
    return highest
  }

  snapshot(): SignalSnapshot[] {
    return this.#signals.map(({ name }, i) => ({
      name,
      pressure: this.#measured[i]!,
      held: this.#held[i]!,
      level: this.#levels[i]!,
      failures: this.#failures[i]!,
    }))
  }

  #sample(now: Millis): void {
    this.#sampledAt[0] = now
    let worst = 0
    for (let i = 0; i < this.#signals.length; i++) {
      const pressure = readPressure(this.#signals[i]!, now)
      if (Number.isNaN(pressure)) this.#failures[i]!++
      this.#measured[i] = Number.isNaN(pressure) ? 0 : pressure
      const { start, full } = this.#rules.scales[i]!
      this.#hold(i, start, now)
      this.#levels[i] = levelOf(this.#held[i]!, start, full)
      if (this.#levels[i]! > this.#levels[worst]!) worst = i
    }
    this.worst = worst
    for (let c = 0; c < classes; c++) this.shares[c] = this.#share(this.#rules.classes[c]!)
  }

  /** Rises at once; falls when it was measured `hysteresis` lower for `holdMs`, and then keeps that distance. */
  #hold(i: number, start: number, now: Millis): void {
    const { hysteresis, holdMs } = this.#rules
    const measured = this.#measured[i]!
    const held = this.#held[i]!
    if (measured >= held || held < start) {
      this.#held[i] = measured
      this.#lowSince[i] = Infinity
    } else if (measured >= held - hysteresis - rounding) this.#lowSince[i] = Infinity
    else {
      // `min` also for a clock that went back: it must not hold for as long as it went.
      this.#lowSince[i] = Math.min(this.#lowSince[i]!, now)
      if (now - this.#lowSince[i] < holdMs) return
      // Below the start nobody is shed, so there is nothing to hold.
      this.#held[i] = measured + hysteresis < start ? measured : measured + hysteresis
    }
  }

  #share({ start, full }: PressureScale): number {
    if (this.#rules.combine === 'max')
      return this.#levels.length === 0 ? 0 : levelOf(this.#levels[this.worst]!, start, full)
    let admitted = 1
    for (let i = 0; i < this.#levels.length; i++) admitted *= 1 - levelOf(this.#levels[i]!, start, full)
    return 1 - admitted
  }
}
