/** Where windows of one length begin. */
import type { Millis } from '../ticket.ts'
import type { TickClock } from './ticks.ts'
import { ticksIn } from './ticks.ts'

/**
 * Ticks in a ms for windows: 15 ns each. The same for all windows up to a leap year, so that nothing has to be counted anew when the
 * length changes, and a power of two, so that whatever a double says of an instant is kept.
 */
export const windowTicksPerMs: number = 2 ** 16

/** The ticks of a window, rounded up: never shorter than asked. */
export function windowTicks(windowMs: Millis): number {
  return Math.ceil(windowMs * windowTicksPerMs)
}

const start = 0
const length = 1
const present = 0

/**
 * The window of the present. Windows follow each other on a grid through a given instant; without one, from the first work after a
 * pause on.
 */
export class WindowGrid {
  /** `[tick at which the window begins, its length in ticks]`; read only outside. */
  readonly state: Float64Array
  readonly #clock: TickClock
  readonly #alignedTo: Millis | undefined
  /** For how many windows a count matters: 1, or 2 where the window before matters too. */
  readonly #memory: number
  #aligned = false

  constructor(clock: TickClock, memory: number, rate: { windowMs: Millis; originMs: Millis | undefined }) {
    this.#clock = clock
    this.#memory = memory
    this.#alignedTo = rate.originMs
    this.state = new Float64Array([0, windowTicks(rate.windowMs)])
  }

  /** Moves on to the window of the present; returns how many have ended since. `empty` says that nothing counts. */
  turn(empty: boolean): number {
    const state = this.state
    const now = this.#clock.state[present] as number
    if (this.#alignedTo === undefined ? empty : !this.#aligned) this.#begin()
    const since = now - (state[start] as number)
    if (since < (state[length] as number)) return 0
    const ended = Math.floor(since / (state[length] as number))
    if (ended < this.#memory || (this.#alignedTo !== undefined && since < 2 ** 52))
      state[start] = (state[start] as number) + ended * (state[length] as number)
    else this.#begin()
    return ended
  }

  /** Ticks of the window that have passed. */
  elapsed(): number {
    return (this.#clock.state[present] as number) - (this.state[start] as number)
  }

  /** The tick at which the window ends. */
  end(): number {
    return (this.state[start] as number) + (this.state[length] as number)
  }

  /** Windows have another length from now on: one begins now, or the one of the new grid that holds the present has begun. */
  resize(windowMs: Millis): void {
    this.state[length] = windowTicks(windowMs)
    this.#begin()
  }

  /** Lowers all ticks. */
  shift(ticks: number): void {
    this.state[start] = (this.state[start] as number) - ticks
  }

  #begin(): void {
    const now = this.#clock.state[present] as number
    this.state[start] = now
    if (this.#alignedTo === undefined) return
    const windowMs = (this.state[length] as number) / windowTicksPerMs
    const rest = (this.#clock.nowMs - this.#alignedTo) % windowMs
    // No number before the clock has told a time.
    this.#aligned = !Number.isNaN(rest)
    if (this.#aligned) this.state[start] = now - ticksIn(rest < 0 ? rest + windowMs : rest, windowTicksPerMs)
  }
}
