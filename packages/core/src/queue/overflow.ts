/** Who goes when there is no room for all. */
import { checkOneOf } from '../options.ts'

/**
 * Who gives way to a newcomer for whom there is no room. Other names for the same:
 *
 * - `reject-new`: the newcomer is turned away. `AbortPolicy` of Java's ThreadPoolExecutor, `DropWrite` of .NET's channels, `dropNew`
 *   of Akka; tail drop of networks.
 * - `drop-oldest`: who has waited longest. `DiscardOldestPolicy`, `DropOldest`, `dropHead`; drop-front-on-full of RFC 2309.
 * - `drop-newest`: who came last of those that wait. `DropNewest`, `dropTail`.
 * - `evict-lowest`: who ranks lowest, the newcomer included: the least important, or the one whose deadline is latest.
 * - `evict-longest`: one of the tenant that has most waiting for its weight, the newcomer included. Longest queue drop.
 *
 * Whoever costs more than the whole queue may hold is turned away under each of them.
 */
export type OverflowPolicy = 'reject-new' | 'drop-oldest' | 'drop-newest' | 'evict-lowest' | 'evict-longest'

/** The policies of a queue in which only the order of arrival counts. */
export type ArrivalOverflow = Extract<OverflowPolicy, 'reject-new' | 'drop-oldest' | 'drop-newest'>

const arrivalOverflows: readonly ArrivalOverflow[] = ['reject-new', 'drop-oldest', 'drop-newest']

/** Checks the option `overflow` of a queue in which only the order of arrival counts. Throws a RangeError that names it. */
export function checkArrivalOverflow(owner: string, overflow: ArrivalOverflow): ArrivalOverflow {
  return checkOneOf(owner, 'overflow', overflow, arrivalOverflows)
}

/** Who gives way where whoever would be served last does: the oldest while the newest goes first, else the newcomer. */
export function servedLast(newestFirst: boolean): ArrivalOverflow {
  return newestFirst ? 'drop-oldest' : 'reject-new'
}
