/** A limit that never changes. */
import { checkNumber } from '../../options.ts'
import type { Limit, LimitSnapshot } from '../limit.ts'

/**
 * As many as you say, for ever. For resources whose size is known: a pool of 20 connections, a licence for 4.
 * Where the right number is not known or moves, use a limit that learns; to change it by hand, {@link SettableLimit}.
 */
export class FixedLimit implements Limit {
  readonly value: number

  /** @param value how many may run; an integer >= 1, or `Infinity` for no limit */
  constructor(value: number) {
    this.value = checkNumber('FixedLimit', 'value', value, { min: 1, max: Infinity, integer: true })
  }

  sample(): void {}

  snapshot(): LimitSnapshot {
    return { kind: 'FixedLimit', limit: this.value }
  }
}
