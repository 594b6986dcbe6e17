/** Options of the composed overload control. */
import type { Limit } from '../concurrency/limit.ts'
import type { KneeOptions } from '../concurrency/limit/knee-options.ts'
import { checkKnown } from '../options.ts'
import { paceOptions } from '../pace/options.ts'
import type { PaceOptions } from '../pace/options.ts'
import type { Signal } from '../signal/signal.ts'

/** Everything has a default that was measured: none of these needs to be set. */
export interface OverloadOptions extends PaceOptions, KneeOptions {
  /** Learns how many may run at once; a {@link KneeLimit} of `initialLimit`, `minLimit` and `maxLimit` by default. */
  readonly limit?: Limit
  /** Replaces the measures of pressure that the environment offers; `[]` sheds by none. */
  readonly signals?: readonly Signal[]
}

/** Options that may change while it runs. */
export type OverloadUpdate = Omit<PaceOptions, 'name'>

const owner = 'OverloadControl'
const known = ['limit', 'signals', 'initialLimit', 'minLimit', 'maxLimit', ...paceOptions]

/** Checks what no part of the control checks by itself. Throws a TypeError that names the option. */
export function checkOverload(options: OverloadOptions): void {
  checkKnown(owner, options, known)
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

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isSignal(value: unknown): boolean {
  return isObject(value) && typeof (value as Partial<Signal>).pressure === 'function'
}
