/** When pressure sheds whom: options of the pressure limiter, checked and made into numbers. */
import { checkKnown, checkNumber, checkOneOf } from '../options.ts'
import { classes } from '../pace/line.ts'
import { highestPressure } from '../signal/reading.ts'
import { checkScale, type PressureScale } from '../signal/scale.ts'
import type { Signal } from '../signal/signal.ts'
import { priorities, type Millis, type PriorityName } from '../ticket.ts'

/** How several signals become one decision. */
export type PressureCombination =
  /** The one with the highest level decides alone. */
  | 'max'
  /** As if each shed by itself, with its own dice: `1 - (1 - a)(1 - b)...` of the shares. */
  | 'probabilistic-or'

/** Options of a {@link PressureLimiter}. The defaults shed `sheddable` work from 0.9 of a limit on and everything from 1.15 on. */
export interface PressureOptions {
  /** First part of the limiter's name in rejections; `pressure` by default. */
  readonly name?: string
  /**
   * By the name of a signal: the pressures at which its level is 0 and 1, as in the scaled triggers of Envoy's overload manager. 0 to 10;
   * `{ start: 0.9, full: 1.15 }` by default. At level 0 nobody is shed, at level 1 everybody.
   */
  readonly scales?: Readonly<Record<string, PressureScale>>
  /**
   * By criticality: the levels at which the class begins to be shed and at which all of it is. 0 to 1; the defaults are
   * `sheddable` 0 to 0.4, `sheddable_plus` 0.2 to 0.6, `critical` 0.4 to 0.8 and `critical_plus` 0.6 to 1. No class may begin or end
   * before one that matters less.
   */
  readonly classes?: Readonly<Partial<Record<PriorityName, PressureScale>>>
  /** `max` by default. */
  readonly combine?: PressureCombination
  /** How far a signal must fall before its level does, while it has one. 0 to 1, in pressure; 0.05 by default, 0 for none. */
  readonly hysteresis?: number
  /**
   * For how long it must have fallen that far. 0 to 3,600,000 ms; 0 by default. Longer is quieter and sheds more: what counts is then the
   * highest of so long.
   */
  readonly holdMs?: Millis
  /** What refusals promise. 1 to 86,400,000 ms; 5000 by default. */
  readonly retryAfterMs?: Millis
  /** Signals are read at most once in so long, however often somebody asks. 0 to 60,000 ms; 10 by default, 0 for each time. */
  readonly sampleMs?: Millis
}

/** Options of a {@link PressureLimiter} that may change while it runs. */
export type PressureUpdate = Omit<PressureOptions, 'name'>

/** Checked options. */
export interface PressureRules {
  readonly name: string
  /** By signal. */
  readonly scales: readonly PressureScale[]
  /** By class. */
  readonly classes: readonly PressureScale[]
  readonly combine: PressureCombination
  readonly hysteresis: number
  readonly holdMs: Millis
  readonly retryAfterMs: Millis
  readonly sampleMs: Millis
}

/** Names of all options. */
const known = ['name', 'scales', 'classes', 'combine', 'hysteresis', 'holdMs', 'retryAfterMs', 'sampleMs']
const owner = 'PressureLimiter'
const names = Object.keys(priorities) as PriorityName[]
/** Shed between 0.9 and 1.15 of a limit, so that what matters most still has a chance at 1.05. */
const defaultScale: PressureScale = { start: 0.9, full: 1.15 }
/** Of that, each class takes two fifths, a fifth after the one that matters less. */
const defaultClasses: readonly PressureScale[] = [
  { start: 0.6, full: 1 },
  { start: 0.4, full: 0.8 },
  { start: 0.2, full: 0.6 },
  { start: 0, full: 0.4 },
]

/** Fills in defaults. Throws a TypeError or a RangeError that names the option. */
export function checkPressure(options: PressureOptions, signals: readonly Signal[]): PressureRules {
  checkKnown(owner, options, known)
  const { name = 'pressure', combine = 'max', hysteresis = 0.05, holdMs = 0 } = options
  const { retryAfterMs = 5000, sampleMs = 10, scales = {}, classes: given = {} } = options
  if (typeof name !== 'string') throw new TypeError(`${owner}: option "name" must be a string, got ${typeof name}`)
  return {
    name,
    scales: checkScales(scales, signals),
    classes: checkClasses(given),
    combine: checkOneOf(owner, 'combine', combine, ['max', 'probabilistic-or']),
    hysteresis: checkNumber(owner, 'hysteresis', hysteresis, { min: 0, max: 1 }),
    holdMs: checkNumber(owner, 'holdMs', holdMs, { min: 0, max: 3_600_000 }),
    retryAfterMs: checkNumber(owner, 'retryAfterMs', retryAfterMs, { min: 1, max: 86_400_000 }),
    sampleMs: checkNumber(owner, 'sampleMs', sampleMs, { min: 0, max: 60_000 }),
  }
}

function checkScales(scales: NonNullable<PressureOptions['scales']>, signals: readonly Signal[]): PressureScale[] {
  checkRecord('scales', scales)
  // A scale for a signal that there is not would silently do nothing.
  const signalNames = signals.map((signal) => signal.name)
  checkKnown(`${owner}: option "scales"`, scales, signalNames)
  return signalNames.map((name) =>
    Object.hasOwn(scales, name)
      ? checkScale(owner, `scales.${name}.`, scales[name] as PressureScale, highestPressure)
      : defaultScale,
  )
}

function checkClasses(given: NonNullable<PressureOptions['classes']>): PressureScale[] {
  checkRecord('classes', given)
  checkKnown(`${owner}: option "classes"`, given, names)
  const scales = defaultClasses.map((scale, c) => {
    const name = names[c] as PriorityName
    const own = given[name]
    return own === undefined ? scale : checkScale(owner, `classes.${name}.`, own, 1)
  })
  for (let c = 1; c < classes; c++) {
    const [more, less] = [scales[c - 1] as PressureScale, scales[c] as PressureScale]
    if (more.start < less.start || more.full < less.full)
      throw new RangeError(
        `${owner}: option "classes" must not shed ${names[c - 1]} before ${names[c]}, which matters less; ` +
          `got ${more.start} to ${more.full} before ${less.start} to ${less.full}`,
      )
  }
  return scales
}

function checkRecord(option: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${owner}: option "${option}" must be an object of scales by name`)
}
