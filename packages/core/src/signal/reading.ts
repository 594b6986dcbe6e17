/** Reads a signal that may not keep its contract. */
import type { Millis } from '../ticket.ts'
import type { Signal } from './signal.ts'

/** Pressure beyond this says nothing more, and a bound keeps sums and products of it finite. */
export const highestPressure = 10

/**
 * The pressure of `signal`, from 0 to {@link highestPressure}; NaN, which whoever asks counts as a failure, if the signal throws or
 * gives no number.
 */
export function readPressure(signal: Signal, now: Millis): number {
  let pressure: unknown
  try {
    pressure = signal.pressure(now)
  } catch {
    return NaN
  }
  if (typeof pressure !== 'number') return NaN
  // Neither comparison holds for NaN, which is passed on.
  return pressure < 0 ? 0 : pressure > highestPressure ? highestPressure : pressure
}
