/** From where to where a pressure counts. */
import { checkKnown, checkNumber } from '../options.ts'

/** A linear scale: nothing up to `start`, all of it from `full` on. Equal numbers make a threshold: nothing below, all at it. */
export interface PressureScale {
  readonly start: number
  /** `start` or more. */
  readonly full: number
}

/** Where `value` stands between `start` and `full`, from 0 to 1; 0 for NaN, and for 0 on any scale. */
export function levelOf(value: number, start: number, full: number): number {
  if (value >= full) return value > 0 ? 1 : 0
  return value > start ? (value - start) / (full - start) : 0
}

/** Returns `scale` if it is one from 0 to `max`; else throws a TypeError or RangeError that names the option, with `prefix` before it. */
export function checkScale(owner: string, prefix: string, scale: PressureScale, max: number): PressureScale {
  if (typeof scale !== 'object' || scale === null)
    throw new TypeError(`${owner}: option "${prefix.replace(/\.$/, '')}" must be an object with "start" and "full"`)
  checkKnown(owner, scale, ['start', 'full'])
  const start = checkNumber(owner, `${prefix}start`, scale.start, { min: 0, max })
  return { start, full: checkNumber(owner, `${prefix}full`, scale.full, { min: start, max }) }
}
