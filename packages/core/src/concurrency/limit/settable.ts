/** A limit that changes when it is told to. */
import { checkKnown, checkNumber } from '../../options.ts'
import type { LearningLimit, LimitSnapshot } from '../limit.ts'

/** What may change of a {@link SettableLimit}. */
export interface SettableTuning {
  /** How many may run; an integer >= 1, or `Infinity` for no limit. */
  readonly value?: number
}

const bounds = { min: 1, max: Infinity, integer: true } as const

/**
 * As many as was said last: for operators, configuration that is reloaded, and tests. It learns nothing.
 * Lowering it interrupts nobody: those that run finish, and nobody is let in until fewer run than may.
 */
export class SettableLimit implements LearningLimit<SettableTuning> {
  #value: number

  /** @param value how many may run; an integer >= 1, or `Infinity` for no limit */
  constructor(value: number) {
    this.#value = checkNumber('SettableLimit', 'value', value, bounds)
  }

  get value(): number {
    return this.#value
  }

  /** From now on so many. Throws as the constructor does, and then changes nothing. */
  set(value: number): void {
    this.#value = checkNumber('SettableLimit', 'value', value, bounds)
  }

  sample(): void {}

  snapshot(): LimitSnapshot {
    return { kind: 'SettableLimit', limit: this.#value }
  }

  /** The same as `set`, for whoever changes limits of all kinds alike. */
  update(change: SettableTuning): void {
    checkKnown('SettableLimit', change, ['value'])
    if (change.value !== undefined) this.set(change.value)
  }
}
