/** What limits share that can be warmed up and changed: what a change makes of their options, and what a snapshot says. */
import { checkKnown, checkNumber } from '../../options.ts'
import type { LimitSnapshot } from '../limit.ts'
import { warmNumber } from './bounds.ts'

/** The options of these names that have a value. */
function given<T extends object>(options: T, names: readonly string[]): Partial<T> {
  const kept: Partial<T> = {}
  for (const name of names as readonly (keyof T)[]) if (options[name] !== undefined) kept[name] = options[name]
  return kept
}

/**
 * `current` with what `change` gives: what it leaves out, or has as `undefined`, stays. Throws a TypeError for an option that may not
 * change: one that is none of `names`. Checks no values: hand the result to what checked the first ones, so that a change is judged as a
 * whole.
 */
export function applyChange<T extends object>(
  owner: string,
  current: T,
  change: Partial<T>,
  names: readonly string[] = Object.keys(current),
): T {
  checkKnown(owner, change, names)
  return { ...current, ...given(change, names) }
}

/** Which options of a limit may change, and what checks and completes them. */
export interface ChangeRules<Given extends object, Full> {
  readonly owner: string
  readonly names: readonly string[]
  readonly check: (options: Given) => Full
}

/**
 * The options that a limit was given, apart from what completes them: so a default that gives way to what was given does so as well
 * after a change.
 */
export class GivenOptions<Given extends object, Full> {
  readonly #rules: ChangeRules<Given, Full>
  #given: Given

  constructor(rules: ChangeRules<Given, Full>, options: Given) {
    this.#rules = rules
    this.#given = given(options, rules.names) as Given
  }

  /** The settings after a change. Throws as the check does, or for an option that may not change, and then keeps what was given. */
  change(change: Partial<Given>): Full {
    const { owner, names, check } = this.#rules
    const merged = applyChange(owner, this.#given, change, names)
    const settings = check(merged)
    this.#given = merged
    return settings
  }
}

/** The option `warmStart` of a limit, or that there is none. */
export class WarmStart {
  readonly #owner: string
  readonly #from: LimitSnapshot | undefined

  constructor(owner: string, from: LimitSnapshot | undefined) {
    this.#owner = owner
    this.#from = from
  }

  /** Whether there is something to take over of this name; for what a snapshot may lack. */
  has(detail: string): boolean {
    return this.#from?.[detail] !== undefined
  }

  /**
   * A number to take over, or `otherwise` if there is no warm start. Throws a TypeError for a snapshot of another class and for what is
   * no finite number, a RangeError for one outside of `min` to `max`, both inclusive.
   */
  number(detail: string, otherwise: number, min: number = -Infinity, max: number = Infinity): number {
    const value = warmNumber(this.#owner, this.#from, detail, otherwise)
    if (this.#from === undefined) return value
    return checkNumber(this.#owner, `warmStart.${detail}`, value, { min, max })
  }

  /** Numbers that a snapshot has in one string, `count` of them, none negative. Throws a TypeError for anything else. */
  numbers(detail: string, count: number): number[] {
    const numbers = String(this.#from?.[detail]).split(' ').map(Number)
    if (numbers.length === count && numbers.every((each) => each >= 0 && each < Infinity)) return numbers
    throw new TypeError(`${this.#owner}: option "warmStart" must have ${count} numbers in "${detail}"`)
  }
}
