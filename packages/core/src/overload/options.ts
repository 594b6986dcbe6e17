/** Options of the composed overload control. */
import type { ModeOptions, ModeUpdate } from '../compose/mode.ts'
import type { Limit } from '../concurrency/limit.ts'
import type { LimitBounds } from '../concurrency/limit/bounds.ts'
import type { KneeOptions } from '../concurrency/limit/knee-options.ts'
import { checkKnown } from '../options.ts'
import { paceOptions } from '../pace/options.ts'
import type { PaceOptions } from '../pace/options.ts'
import type { Signal } from '../signal/signal.ts'
import type { PressureUpdate } from './pressure-options.ts'

/** Everything has a default that was measured: none of these needs to be set. */
export interface OverloadOptions extends PaceOptions, KneeOptions {
  /** Learns how many may run at once; a {@link KneeLimit} of `initialLimit`, `minLimit` and `maxLimit` by default. */
  readonly limit?: Limit
  /** Replaces the measures of pressure that the environment offers; `[]` sheds by none. */
  readonly signals?: readonly Signal[]
  /** How pressure sheds: see {@link PressureLimiter}. */
  readonly pressure?: PressureUpdate
  /** `enforce` by default; `shadow` counts what would be refused and refuses nobody; `off` lets everybody in unseen. */
  readonly mode?: ModeOptions['mode']
  /** Share of the decisions that is enforced in mode `enforce`, by caller where tickets have a key. 0 to 1, default 1. */
  readonly enforceRatio?: number
}

/**
 * Options that may change while it runs, all of them at once or none. Bounds of the limit take a limit that has an `update`. One that is
 * left out stays as it is, `pressure` part by part.
 */
export interface OverloadUpdate extends Omit<PaceOptions, 'name'>, LimitBounds, ModeUpdate {
  readonly pressure?: PressureUpdate
}

const owner = 'OverloadControl'
const bounds: readonly (keyof LimitBounds)[] = ['initialLimit', 'minLimit', 'maxLimit']
const changing = [...bounds, 'pressure', 'mode', 'enforceRatio', ...paceOptions]
const known = ['limit', 'signals', ...changing]

/** Checks that `change` names only what may change. Throws a TypeError. */
export function checkOverloadUpdate(change: OverloadUpdate): void {
  checkPressureOptions(change.pressure)
  checkKnown(
    `${owner}.update`,
    change,
    changing.filter((option) => option !== 'name'),
  )
}

/** A limit whose bounds may change while it runs. */
export type BoundedLimit = Limit & { update?(change: LimitBounds): void }

/** Checks that bounds, if there are any, can be given to `limit`. Throws a TypeError that names the option. */
export function checkBoundsUpdate(limit: BoundedLimit, change: LimitBounds): void {
  const [option] = Object.keys(change)
  if (option !== undefined && limit.update === undefined)
    throw new TypeError(`${owner}.update: option "${option}" cannot change, for the limit has no "update"`)
}

/** Checks what no part of the control checks by itself. Throws a TypeError that names the option. */
export function checkOverload(options: OverloadOptions): void {
  checkKnown(owner, options, known)
  checkPressureOptions(options.pressure)
  const { limit, signals } = options
  if (
    limit !== undefined &&
    !(isObject(limit) && typeof limit.value === 'number' && typeof limit.sample === 'function')
  )
    throw new TypeError(
      `${owner}: option "limit" must be a Limit: an object with a number "value" and a function "sample"`,
    )
  if (signals !== undefined && !(Array.isArray(signals) && signals.every(isSignal)))
    throw new TypeError(`${owner}: option "signals" must be an array of objects with a function "pressure"`)
}

function checkPressureOptions(pressure: unknown): void {
  if (pressure !== undefined && !isObject(pressure))
    throw new TypeError(`${owner}: option "pressure" must be an object of options`)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isSignal(value: unknown): boolean {
  return isObject(value) && typeof (value as Partial<Signal>).pressure === 'function'
}
