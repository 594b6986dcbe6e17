/** What limits share that can be warmed up and changed: which options were given, and what a snapshot says. */
import { checkNumber } from '../../options.ts'
import type { LimitSnapshot } from '../limit.ts'
import { warmNumber } from './bounds.ts'

/** The options of these names that have a value: what a later change is merged into. */
export function given<T extends object>(options: T, names: readonly string[]): Partial<T> {
  const entries = Object.entries(options).filter(([name, value]) => value !== undefined && names.includes(name))
  return Object.fromEntries(entries) as Partial<T>
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
