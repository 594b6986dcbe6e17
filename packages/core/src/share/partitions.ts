/** What a partitioned limiter is told, the checks of it, and what it keeps for each partition. */
import { checkFunction, checkKnown, checkNumber, checkOneOf } from '../options.ts'
import { concurrencyRetryAfterMs } from '../concurrency/limiter.ts'
import type { Millis, Rejection, Ticket } from '../ticket.ts'

/** Whether partitions lend what they do not use: not at all, or every place that stands idle. */
export type Borrowing = 'none' | 'idle'

/** Options that may change while it runs. */
export interface PartitionShares {
  /**
   * Share of the limit that is guaranteed to each partition, by name; each 0..1, together at most 1, at most 256 of them. What they
   * leave belongs to the default partition.
   */
  readonly partitions: Readonly<Record<string, number>>
  /** Default `idle`. */
  readonly borrowing?: Borrowing
  /** Part of each guaranteed share that is never lent, rounded up to whole places; 0..1, default 0. Without meaning for `none`. */
  readonly reserved?: number
  /** What refusals promise; 1..86400000, default {@link concurrencyRetryAfterMs}. It is a guess. */
  readonly retryAfterMs?: Millis
}

/** Options of a partitioned limiter. */
export interface PartitionedLimiterOptions extends PartitionShares {
  /**
   * The partition of a ticket. Asked again when the work ends: it must be pure in what does not change of a ticket. A name that is
   * not known, `undefined`, and a function that throws (`failures` counts that) all mean the default partition.
   */
  readonly partitionOf: (ticket: Ticket) => string | undefined
  /** Where everything goes that has no partition; default `default`. Needs no share of its own. */
  readonly defaultPartition?: string
  /** Default `partitions`. Refusals carry it with the partition: `partitions/batch`. */
  readonly name?: string
}

/** One partition; a copy, safe to keep. */
export interface PartitionSnapshot {
  readonly name: string
  /** Guaranteed share of the limit. */
  readonly share: number
  /** The share in whole places. */
  readonly limit: number
  readonly inflight: number
  /** How many of them run in places of others. */
  readonly borrowed: number
}

/** A partition at work. */
export interface Partition {
  readonly name: string
  share: number
  limit: number
  /** Places of `limit` that are never lent. */
  reserved: number
  inflight: number
  /** As many of its places as it is known to want; the others are lent. At least `reserved`, at most `limit`. */
  wanted: number
  /** When that is forgotten; `-Infinity` while it wants no more than what is reserved. */
  wantedUntil: Millis
  full: Rejection
}

/** Shares, checked and complete. */
export type FullShares = Required<PartitionShares>

const owner = 'PartitionedLimiter'
const changeable = ['partitions', 'borrowing', 'reserved', 'retryAfterMs']
/** Shares that were meant to add up to 1 may miss it by this much. */
const rounding = 1e-9

/** Throws a TypeError or a RangeError that names the option. */
export function checkPartitioned(options: PartitionedLimiterOptions): FullShares {
  checkKnown(owner, options, [...changeable, 'partitionOf', 'defaultPartition', 'name'])
  checkFunction(owner, 'partitionOf', options.partitionOf)
  const { borrowing = 'idle', reserved = 0, retryAfterMs = concurrencyRetryAfterMs } = options
  return checkShares({ partitions: options.partitions, borrowing, reserved, retryAfterMs })
}

/** The shares after a change: partitions that are not named keep theirs. Throws for one that does not exist. */
export function changeShares(before: FullShares, change: Partial<PartitionShares>): FullShares {
  checkKnown(owner, change, changeable)
  const { partitions = {}, borrowing = before.borrowing, reserved = before.reserved } = change
  const { retryAfterMs = before.retryAfterMs } = change
  checkKnown(`${owner}: option "partitions"`, partitions, Object.keys(before.partitions))
  return checkShares({ partitions: { ...before.partitions, ...partitions }, borrowing, reserved, retryAfterMs })
}

function checkShares(shares: FullShares): FullShares {
  const { partitions } = shares
  if (typeof partitions !== 'object' || partitions === null)
    throw new TypeError(`${owner}: option "partitions" must be an object of shares by name`)
  const names = Object.keys(partitions)
  checkNumber(owner, 'partitions', names.length, { min: 1, max: 256 })
  for (const name of names) checkNumber(owner, `partitions.${name}`, partitions[name], { min: 0, max: 1 })
  const sum = names.reduce((total, name) => total + partitions[name]!, 0)
  if (sum > 1 + rounding)
    throw new RangeError(`${owner}: option "partitions" must have shares that add up to at most 1, got ${sum}`)
  checkOneOf(owner, 'borrowing', shares.borrowing, ['none', 'idle'])
  checkNumber(owner, 'reserved', shares.reserved, { min: 0, max: 1 })
  checkNumber(owner, 'retryAfterMs', shares.retryAfterMs, { min: 1, max: 86_400_000 })
  return shares
}

/** The whole of `share` times the places of a partition that are never lent. */
export function reservedPlaces(limit: number, reserved: number): number {
  return limit === Infinity ? 0 : Math.ceil(limit * reserved - rounding)
}
