/** A signal that says what it is told. */
import { checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'
import type { Signal } from './signal.ts'

/**
 * Pressure that is set by hand: for tests, for demonstrations, and for operators who want to shed before a measure says so. What is set
 * may expire by itself, so that nobody has to remember to take it back. To measure something of your own write a {@link Signal}.
 */
export class SettableSignal implements Signal {
  readonly name: string
  #pressure = 0
  #until: Millis = Infinity

  /** @param name as it is shown in snapshots and rejections */
  constructor(name: string) {
    this.name = name
  }

  /**
   * @param pressure >= 0; 1 is the limit of the resource, `Infinity` is beyond everything
   * @param until the instant from which on it is 0 again; `Infinity`, the default, is never. On the clock of whoever reads the signal
   */
  set(pressure: number, until: Millis = Infinity): void {
    const checked = checkNumber('SettableSignal', 'pressure', pressure, { min: 0, max: Infinity })
    this.#until = checkNumber('SettableSignal', 'until', until, { min: -Infinity, max: Infinity })
    this.#pressure = checked
  }

  pressure(now: Millis): number {
    return now < this.#until ? this.#pressure : 0
  }
}

/** Makes a {@link SettableSignal}; it starts at 0. */
export function settableSignal(name: string): SettableSignal {
  return new SettableSignal(name)
}
