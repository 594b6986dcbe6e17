/** What a paced gate tells about itself. */
import type { Millis } from '../ticket.ts'

/** What a paced gate holds. */
export interface PaceSnapshot {
  /** How many wait. */
  readonly waiting: number
  /** How long the one at the front has waited; 0 if nobody does. */
  readonly oldestMs: Millis
  /** Offered load in multiples of what can be served, over the last half second; 0 when nobody ever had to wait. */
  readonly offeredRatio: number
  /** Time between two starts while somebody waits; 0 when nobody ever had to. */
  readonly serviceMs: Millis
}
