/** What all limits that learn have in common: bounds, where to start, and what to take over from a predecessor. */
import { checkNumber } from '../../options.ts'
import type { LimitSnapshot } from '../limit.ts'

/** Bounds of a limit that learns. */
export interface LimitBounds {
  /** Where to start; from `minLimit` to `maxLimit`. Ignored when there is a `warmStart`. */
  readonly initialLimit?: number
  /** Never below this. Integer >= 1. */
  readonly minLimit?: number
  /** Never above this, so that nothing drifts away. Integer >= `minLimit`, at most 1,000,000. */
  readonly maxLimit?: number
}

/** Bounds, checked and complete. */
export type FullBounds = Required<LimitBounds>

/**
 * Fills in `defaults`: a default gives way where a given bound excludes it. Throws a TypeError or a RangeError that names the option.
 */
export function checkBounds(owner: string, options: LimitBounds, defaults: FullBounds): FullBounds {
  const any = { min: 1, max: 1e6, integer: true }
  const least = options.minLimit === undefined ? undefined : checkNumber(owner, 'minLimit', options.minLimit, any)
  // Before the default of minLimit gives way to it: what is wrong with maxLimit must not be said of minLimit.
  const maxLimit =
    options.maxLimit === undefined
      ? Math.max(defaults.maxLimit, least ?? defaults.minLimit)
      : checkNumber(owner, 'maxLimit', options.maxLimit, { ...any, min: least ?? 1 })
  const minLimit = least ?? Math.min(defaults.minLimit, maxLimit)
  const initialLimit = options.initialLimit ?? Math.max(minLimit, Math.min(defaults.initialLimit, maxLimit))
  checkNumber(owner, 'initialLimit', initialLimit, { min: minLimit, max: maxLimit })
  return { initialLimit, minLimit, maxLimit }
}

/** `value` within bounds; what is no number is the least. */
export function clampLimit(value: number, bounds: Pick<FullBounds, 'minLimit' | 'maxLimit'>): number {
  return value > bounds.minLimit ? Math.min(bounds.maxLimit, value) : bounds.minLimit
}

/**
 * One number of a `warmStart`, or `otherwise` if there is none to take over. Throws a TypeError for a snapshot of another class and for
 * what is no finite number.
 */
export function warmNumber(owner: string, from: LimitSnapshot | undefined, detail: string, otherwise: number): number {
  if (from === undefined) return otherwise
  if (from.kind !== owner)
    throw new TypeError(`${owner}: option "warmStart" must be a snapshot of a ${owner}, got one of ${from.kind}`)
  const value = from[detail]
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(`${owner}: option "warmStart" must have a finite number "${detail}", got ${String(value)}`)
}
