/** Checks of options: what is wrong, with which value, and what would be right, at construction. */

/** Bounds of a number option; both inclusive. */
export interface NumberBounds {
  readonly min: number
  readonly max: number
  /** Only whole numbers. `Infinity` still passes if `max` is `Infinity`. */
  readonly integer?: boolean
}

/** Returns `value` if it is a number within `bounds`. Throws a TypeError for what is no number, a RangeError for what is outside. */
export function checkNumber(owner: string, option: string, value: unknown, bounds: NumberBounds): number {
  const kind = bounds.integer === true ? 'an integer' : 'a number'
  const range = `${kind} >= ${bounds.min}${bounds.max === Infinity ? '' : ` and <= ${bounds.max}`}`
  if (typeof value !== 'number') throw new TypeError(complain(owner, option, range, value))
  const whole = bounds.integer !== true || Number.isInteger(value) || value === Infinity
  if (!(value >= bounds.min && value <= bounds.max) || !whole)
    throw new RangeError(complain(owner, option, range, value))
  return value
}

/** Returns `value` if it is one of `allowed`; else throws a RangeError. */
export function checkOneOf<T extends string>(owner: string, option: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T
  throw new RangeError(complain(owner, option, `one of ${allowed.map((a) => `"${a}"`).join(', ')}`, value))
}

/** Returns `value` if it is a function; else throws a TypeError. */
export function checkFunction<F>(owner: string, option: string, value: F): F {
  if (typeof value === 'function') return value
  throw new TypeError(complain(owner, option, 'a function', value))
}

/** Throws a TypeError that names the first option which is not `known`: a typing mistake must not become a silent default. */
export function checkKnown(owner: string, options: object, known: readonly string[]): void {
  for (const option of Object.keys(options)) {
    if (!known.includes(option))
      throw new TypeError(`${owner}: unknown option "${option}"; known are ${known.join(', ')}`)
  }
}

function complain(owner: string, option: string, expected: string, value: unknown): string {
  return `${owner}: option "${option}" must be ${expected}, got ${show(value)}`
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
