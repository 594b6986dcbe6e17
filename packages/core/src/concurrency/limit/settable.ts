/** A limit that changes when it is told to. */
import { checkNumber } from '../../options.ts'
import type { Limit } from '../limit.ts'

const bounds = { min: 1, max: Infinity, integer: true } as const

/**
 * As many as was said last: for operators, configuration that is reloaded, and tests. It learns nothing.
 * Lowering it interrupts nobody: those that run finish, and nobody is let in until fewer run than may.
 */
export class SettableLimit implements Limit {
  #value: number

  /** @param value how many may run; an integer >= 1, or `Infinity` for no limit */
  constructor(value: number) {
    this.#value = checkNumber('SettableLimit', 'value', value, bounds)
  }

  get value(): number {
    return this.#value
  }

  set(value: number): void {
    this.#value = checkNumber('SettableLimit', 'value', value, bounds)
  }

  sample(): void {}
}
