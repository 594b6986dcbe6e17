/** How hard the process is pressed. */
import type { Millis } from '../ticket.ts'

/** A measure of pressure on one resource. Reading is cheap: whoever needs a timer to measure samples in the background. */
export interface Signal {
  readonly name: string
  /** 0 idle, 1 at its limit, more is beyond; never NaN. */
  pressure(now: Millis): number
}
