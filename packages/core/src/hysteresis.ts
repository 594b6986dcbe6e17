/** Two thresholds instead of one, so that what hovers about a threshold does not switch to and fro. */
import { checkKnown, checkNumber } from './options.ts'
import type { Millis } from './ticket.ts'

/** When a {@link Hysteresis} goes on and off. */
export interface HysteresisOptions {
  /** A value above this switches it on; finite. */
  readonly high: number
  /** A value below this switches it off; finite, at most `high`. */
  readonly low: number
  /** So long must values have been above `high` before it goes on; 0..86400000, default 0: at once. */
  readonly enterAfterMs?: Millis
  /** So long must values have been below `low` before it goes off; 0..86400000, default 0: at once. */
  readonly leaveAfterMs?: Millis
}

const known = ['high', 'low', 'enterAfterMs', 'leaveAfterMs']

/**
 * On or off: on once values were above `high` for `enterAfterMs`, off once they were below `low` for `leaveAfterMs`. Between the two it
 * stays what it is, whatever the values do there. Shed by it where shedding is all or nothing; where a share can be shed, let the share
 * grow with the value instead.
 *
 * It keeps no timer: time passes when a value comes. A value that is on the other side of a threshold starts the wait afresh; so does a
 * clock that goes back. NaN says nothing and changes nothing. Source: Schmitt, 1938.
 */
export class Hysteresis {
  #options: Required<HysteresisOptions>
  #active = false
  /** Since when values have been where they would switch it; NaN while they are not. */
  #since: Millis = NaN

  constructor(options: HysteresisOptions) {
    this.#options = check(options)
  }

  /** Whether it is on. */
  get active(): boolean {
    return this.#active
  }

  /** Takes a value and tells whether it is on now. O(1), never throws. */
  observe(value: number, now: Millis): boolean {
    const { high, low, enterAfterMs, leaveAfterMs } = this.#options
    if (Number.isNaN(value)) return this.#active
    if (!(this.#active ? value < low : value > high)) {
      this.#since = NaN
      return this.#active
    }
    if (!(now >= this.#since)) this.#since = now
    if (now - this.#since >= (this.#active ? leaveAfterMs : enterAfterMs)) {
      this.#active = !this.#active
      this.#since = NaN
    }
    return this.#active
  }

  /** Switches it off and forgets what came before. */
  reset(): void {
    this.#active = false
    this.#since = NaN
  }

  /**
   * Changes thresholds or waits; it stays what it is until a value comes, and a wait that has begun goes on. Throws as the constructor
   * does, and then changes nothing.
   */
  update(change: Partial<HysteresisOptions>): void {
    this.#options = check({ ...this.#options, ...change })
  }
}

function check(options: HysteresisOptions): Required<HysteresisOptions> {
  const owner = 'Hysteresis'
  checkKnown(owner, options, known)
  const { enterAfterMs = 0, leaveAfterMs = 0 } = options
  const high = checkNumber(owner, 'high', options.high, { min: -Number.MAX_VALUE, max: Number.MAX_VALUE })
  const low = checkNumber(owner, 'low', options.low, { min: -Number.MAX_VALUE, max: high })
  const day = { min: 0, max: 86_400_000 }
  checkNumber(owner, 'enterAfterMs', enterAfterMs, day)
  checkNumber(owner, 'leaveAfterMs', leaveAfterMs, day)
  return { high, low, enterAfterMs, leaveAfterMs }
}
