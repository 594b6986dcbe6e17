/** How a paced gate paces: every bound, its default and what it is for. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'

/** Options of {@link PacedGate}. The defaults were chosen by simulation and on real servers: see docs/decisions. */
export interface PaceOptions {
  /** Name in rejections; `overload` by default. */
  readonly name?: string
  /** Most that may wait, whatever the estimate says. Integer, 0 to 1,000,000; 1000 by default. 0 lets nobody wait. */
  readonly maxQueue?: number
  /** Places that there always are, however heavy the overload. Integer, 0 to `maxQueue`; 2 by default. */
  readonly minQueue?: number
  /** Longest that anybody waits. 1 to 60,000 ms; 300 by default. */
  readonly maxWaitMs?: Millis
  /**
   * How long one turn of the event loop may start work as it comes, before newcomers wait for the next turn. 0 to 1000 ms; 10 by
   * default. Cheap handlers never notice; with expensive ones it keeps a hundred sockets that became readable at once from blocking.
   */
  readonly turnBudgetMs?: Millis
  /**
   * Longest look outside between two starts: empty turns that accept what stands in the kernel's queue. 0 to 1000 ms; 5 by default.
   * 0 never looks, which leaves clients with fresh connections unanswered under overload.
   */
  readonly maxLookMs?: Millis
}

/** Options of a paced gate, checked and complete. */
export type Pace = Required<PaceOptions>

/** Names of all options of a paced gate. */
export const paceOptions: readonly string[] = ['name', 'maxQueue', 'minQueue', 'maxWaitMs', 'turnBudgetMs', 'maxLookMs']

/** Fills in defaults. Throws a TypeError or a RangeError that names the option. */
export function checkPace(owner: string, options: PaceOptions): Pace {
  checkKnown(owner, options, paceOptions)
  const { name = 'overload', maxQueue = 1000, maxWaitMs = 300, turnBudgetMs = 10, maxLookMs = 5 } = options
  const { minQueue = Math.min(2, maxQueue) } = options
  if (typeof name !== 'string') throw new TypeError(`${owner}: option "name" must be a string, got ${typeof name}`)
  checkNumber(owner, 'maxQueue', maxQueue, { min: 0, max: 1_000_000, integer: true })
  checkNumber(owner, 'minQueue', minQueue, { min: 0, max: maxQueue, integer: true })
  checkNumber(owner, 'maxWaitMs', maxWaitMs, { min: 1, max: 60_000 })
  checkNumber(owner, 'turnBudgetMs', turnBudgetMs, { min: 0, max: 1000 })
  checkNumber(owner, 'maxLookMs', maxLookMs, { min: 0, max: 1000 })
  return { name, maxQueue, minQueue, maxWaitMs, turnBudgetMs, maxLookMs }
}
