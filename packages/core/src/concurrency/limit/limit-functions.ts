/** Amounts that depend on the limit: the ones Netflix takes by default, and those of users, which may fail. */
import type { Random } from '../../clock.ts'
import { checkNumber, type NumberBounds } from '../../options.ts'

/** What something amounts to at a limit, which comes as a whole number. */
export type LimitFunction = (limit: number) => number

/** The decimal logarithm, rounded down, at least 1. Counted, not computed: the same in every engine. */
export function log10i(limit: number): number {
  let result = 1
  for (let power = 100; power <= limit; power *= 10) result++
  return result
}

/** The square root, rounded down, at least 1. */
export function sqrti(limit: number): number {
  return Math.max(1, Math.trunc(Math.sqrt(limit)))
}

/** A number within bounds, always the same, or a function as it is. Throws a TypeError or a RangeError that names the option. */
export function checkAmount(
  owner: string,
  option: string,
  value: number | LimitFunction,
  bounds: NumberBounds,
): LimitFunction {
  if (typeof value === 'function') return value
  const amount = checkNumber(owner, option, value, bounds)
  return () => amount
}

/** Calls functions of users. Those that throw, or say what is no finite number, are counted and have no say. */
export class GuardedFunctions {
  failures = 0

  /** `fn(limit)`, or `otherwise(limit)` where the former fails. */
  call(fn: LimitFunction, limit: number, otherwise: LimitFunction): number {
    try {
      const amount = fn(limit)
      if (Number.isFinite(amount)) return amount
    } catch {
      // Counted below, as is a function that says nothing usable.
    }
    this.failures++
    return otherwise(limit)
  }

  /** A number in [0, 1); the middle of it where chance fails. */
  chance(random: Random): number {
    const draw = (): number => {
      const drawn = random()
      return drawn >= 0 && drawn < 1 ? drawn : NaN
    }
    return this.call(draw, 0, () => 0.5)
  }
}
