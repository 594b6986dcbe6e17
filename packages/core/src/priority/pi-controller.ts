/** Turns an error that should be nothing into a share that makes it so. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'

/** Gains and bounds of a {@link PiController}. */
export interface PiOptions {
  /** How much of the error goes into the output at once; 0..100. */
  readonly kp: number
  /** How much of it is added per second that it lasts; 0..100. */
  readonly ki: number
  /** Least output; finite. */
  readonly min: number
  /** Most output; finite, at least `min`. */
  readonly max: number
}

/**
 * A proportional-integral controller in discrete time: output = kp * error + ki * integral of error, within bounds. The integral
 * itself is kept within them too, so that an error which lasts beyond what the output can do about it is not remembered (anti-windup).
 *
 * With an error in units of the output (what it should be minus what it was) and steps of T seconds it settles if ki * T + 2 * kp < 2,
 * and fastest about ki * T + kp = 1. An error in other units must be scaled: the gain of the loop is theirs.
 */
export class PiController {
  #options: PiOptions
  // In an array, for V8 boxes doubles that change in fields: [integral, output].
  readonly #state: Float64Array

  constructor(options: PiOptions) {
    this.#options = check(options)
    this.#state = new Float64Array(2).fill(bound(0, options))
  }

  /** The output; 0, or the bound that is nearest to it, at first. */
  get value(): number {
    return this.#state[1] as number
  }

  /** Takes the error of the last `elapsedMs` and returns the output. An error that is no number counts as 0, as does a time before. */
  step(error: number, elapsedMs: Millis): number {
    const { kp, ki } = this.#options
    const state = this.#state
    const given = Number.isNaN(error) ? 0 : error
    const seconds = elapsedMs > 0 ? elapsedMs / 1000 : 0
    const added = given * ki * seconds
    state[0] = bound((state[0] as number) + (Number.isNaN(added) ? 0 : added), this.#options)
    const direct = kp === 0 ? 0 : kp * given
    state[1] = bound(state[0] + direct, this.#options)
    return state[1]
  }

  /** Forgets what it learnt. */
  reset(): void {
    this.#state.fill(bound(0, this.#options))
  }

  /** Changes gains or bounds; the output stays, within the new bounds. Throws as the constructor does, and then changes nothing. */
  update(change: Partial<PiOptions>): void {
    this.#options = check({ ...this.#options, ...change })
    this.#state[0] = bound(this.#state[0] as number, this.#options)
    this.#state[1] = bound(this.#state[1] as number, this.#options)
  }
}

function bound(value: number, { min, max }: PiOptions): number {
  return Math.max(min, Math.min(max, value))
}

function check(options: PiOptions): PiOptions {
  const owner = 'PiController'
  checkKnown(owner, options, ['kp', 'ki', 'min', 'max'])
  checkNumber(owner, 'kp', options.kp, { min: 0, max: 100 })
  checkNumber(owner, 'ki', options.ki, { min: 0, max: 100 })
  checkNumber(owner, 'min', options.min, { min: -Number.MAX_VALUE, max: Number.MAX_VALUE })
  checkNumber(owner, 'max', options.max, { min: options.min, max: Number.MAX_VALUE })
  return options
}
