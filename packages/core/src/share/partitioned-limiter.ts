/** One limit, shared out: every partition has a part of its own, and may use what the others leave idle. */
import type { Idling } from '../compose/idle.ts'
import type { Limit } from '../concurrency/limit.ts'
import type { Limiter } from '../limiter.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { apportion } from './apportion.ts'
import { changeShares, checkPartitioned, reservedPlaces } from './partitions.ts'
import type { FullShares, Partition, PartitionedLimiterOptions, PartitionShares } from './partitions.ts'
import type { PartitionSnapshot } from './partitions.ts'

/** For so long after a partition was last refused a place that is due to it, as many as it wants are not lent. */
const claimMs: Millis = 1000

/** What a {@link PartitionedLimiter} is doing; a copy, safe to keep. */
export interface PartitionedSnapshot {
  /** Places in all. */
  readonly limit: number
  readonly inflight: number
  readonly partitions: readonly PartitionSnapshot[]
}

/**
 * Enforces a {@link Limit} as a {@link ConcurrencyLimiter} does, and guarantees each partition its share of it. Shares become whole
 * places by largest remainders, so they always add up to the limit. For limits that are independent of each other use {@link keyed};
 * to let those who matter more go first without a share for the others, priorities.
 *
 * A partition below its share is admitted whenever a place is free at all. Above it, it may take places that stand idle, unless
 * borrowing is `none` or they are reserved. Nobody is interrupted: if others have borrowed its places it is refused until some of their
 * work has ended. But each such refusal claims one more of the places that are due to it, for a second, so that what comes free is there
 * when it asks again, however many others ask meanwhile.
 *
 * O(1) and free of allocation per decision; where the limit has come to another whole number, O(n log n) once for n partitions.
 * `success` and `dropped` are samples for the limit; `ignored` and `revoked` only give their place back. Source: the partitioned
 * limiters of Netflix concurrency-limits, whose shares are rounded up one by one and may add up to more than the limit.
 */
export class PartitionedLimiter implements Limiter, Idling {
  readonly name: string
  /** How often `partitionOf` threw. */
  failures = 0
  readonly #limit: Limit
  readonly #partitionOf: (ticket: Ticket) => string | undefined
  readonly #partitions: Partition[]
  readonly #byName: Map<string, Partition>
  readonly #default: Partition
  #shares: FullShares
  /** The whole number of places that shares were computed for. */
  #places = NaN
  #inflight = 0
  /** Places that stand free and may not be borrowed, because they are wanted or reserved. */
  #kept = 0
  /** Those of them that are reserved: not even others who are below their share get these. */
  #reserved = 0
  /** When the first of the claims ends; `Infinity` while there is none. */
  #claimEnds: Millis = Infinity

  constructor(limit: Limit, options: PartitionedLimiterOptions) {
    const { name = 'partitions', defaultPartition = 'default', partitionOf } = options
    this.#shares = checkPartitioned(options)
    this.name = name
    this.#limit = limit
    this.#partitionOf = partitionOf
    const names = new Set([...Object.keys(this.#shares.partitions), defaultPartition])
    this.#partitions = [...names].map((each) => ({
      name: each,
      share: 0,
      limit: 0,
      reserved: 0,
      inflight: 0,
      wanted: 0,
      wantedUntil: -Infinity,
      full: this.#refusal(each),
    }))
    this.#byName = new Map(this.#partitions.map((partition) => [partition.name, partition]))
    this.#default = this.#byName.get(defaultPartition)!
    this.#assign()
  }

  /** How many run now, in all partitions. */
  get inflight(): number {
    return this.#inflight
  }

  /** The limit that is shared out. */
  get limit(): Limit {
    return this.#limit
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const places = Math.floor(this.#limit.value)
    if (places !== this.#places) this.#share(places)
    const partition = this.#find(ticket)
    const { inflight, reserved } = partition
    if (inflight >= partition.limit) {
      if (!this.#lends(now)) return partition.full
    } else if (this.#inflight + (inflight < reserved ? 0 : this.#reserved) >= places) {
      if (this.#shares.borrowing !== 'none') this.#claim(partition, now)
      return partition.full
    }
    if (inflight < reserved) this.#reserved--
    if (inflight < partition.wanted) this.#kept--
    partition.inflight = inflight + 1
    this.#inflight++
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    const partition = this.#find(ticket)
    // A settle too many is a fault of the caller that `checked` finds; here it must not open a place that nobody gave back.
    if (partition.inflight === 0) return
    const inflight = this.#inflight
    this.#inflight = inflight - 1
    const rest = --partition.inflight
    if (rest < partition.reserved) this.#reserved++
    if (rest < partition.wanted) this.#kept++
    if (outcome === 'success') this.#limit.sample(now, now - ticket.startedAt, inflight, false)
    else if (outcome === 'dropped') this.#limit.sample(now, now - ticket.startedAt, inflight, true)
    else if (outcome === 'ignored') this.#limit.lost?.(now, now - ticket.startedAt, inflight)
  }

  isIdle(_now: Millis): boolean {
    return this.#inflight === 0
  }

  /**
   * Changes shares, all at once, and how they are lent. Partitions that are not named keep their share, and none can be added: a
   * share of 0 leaves one to borrow. What runs goes on and counts against the new shares. Throws as the constructor does, and then
   * changes nothing.
   */
  update(change: Partial<PartitionShares>): void {
    this.#shares = changeShares(this.#shares, change)
    this.#assign()
  }

  snapshot(): PartitionedSnapshot {
    const places = Math.floor(this.#limit.value)
    if (places !== this.#places) this.#share(places)
    const partitions = this.#partitions.map(({ name, share, limit, inflight }) => {
      return { name, share, limit, inflight, borrowed: Math.max(0, inflight - limit) }
    })
    return { limit: places, inflight: this.#inflight, partitions }
  }

  #find(ticket: Ticket): Partition {
    try {
      return this.#byName.get(this.#partitionOf(ticket) as string) ?? this.#default
    } catch {
      this.failures++
      return this.#default
    }
  }

  #refusal(partition: string): Rejection {
    const { retryAfterMs } = this.#shares
    return Object.freeze({ reason: 'concurrency', limiter: `${this.name}/${partition}`, retryAfterMs })
  }

  #assign(): void {
    const { partitions } = this.#shares
    const sum = Object.values(partitions).reduce((total, share) => total + share, 0)
    for (const partition of this.#partitions) {
      const share = Object.hasOwn(partitions, partition.name) ? partitions[partition.name]! : 0
      const rest = sum > 1 - 1e-9 ? 0 : 1 - sum
      partition.share = partition === this.#default ? share + rest : share
      partition.full = this.#refusal(partition.name)
      partition.wantedUntil = -Infinity
    }
    this.#share(Math.floor(this.#limit.value))
  }

  /** Shares out `places`, and counts anew what is kept. */
  #share(places: number): void {
    const limits = apportion(
      places,
      this.#partitions.map(({ share }) => share),
    )
    this.#places = places
    this.#partitions.forEach((partition, i) => {
      partition.limit = limits[i]!
      partition.reserved = reservedPlaces(limits[i]!, this.#shares.reserved)
    })
    this.#recount()
  }

  #recount(): void {
    this.#kept = this.#reserved = 0
    this.#claimEnds = Infinity
    for (const partition of this.#partitions) {
      const { limit, reserved, inflight, wantedUntil } = partition
      partition.wanted = wantedUntil === -Infinity ? reserved : Math.max(reserved, Math.min(partition.wanted, limit))
      this.#kept += Math.max(0, partition.wanted - inflight)
      this.#reserved += Math.max(0, reserved - inflight)
      if (wantedUntil > -Infinity) this.#claimEnds = Math.min(this.#claimEnds, wantedUntil)
    }
  }

  #lends(now: Millis): boolean {
    if (this.#shares.borrowing === 'none') return false
    // Further away than any claim lasts: the clock went back.
    if (this.#claimEnds < Infinity && !(now < this.#claimEnds && this.#claimEnds - now <= claimMs)) this.#endClaims(now)
    return this.#inflight + this.#kept < this.#places
  }

  /** One more than it has, and than was kept for it already: it was refused that many. */
  #claim(partition: Partition, now: Millis): void {
    partition.wantedUntil = now + claimMs
    this.#claimEnds = Math.min(this.#claimEnds, partition.wantedUntil)
    const { inflight, limit } = partition
    const wanted = Math.min(limit, Math.max(partition.wanted, inflight) + 1)
    this.#kept += wanted - Math.max(partition.wanted, inflight)
    partition.wanted = wanted
  }

  #endClaims(now: Millis): void {
    for (const partition of this.#partitions) {
      const { wantedUntil } = partition
      if (!(now < wantedUntil && wantedUntil - now <= claimMs)) partition.wantedUntil = -Infinity
    }
    this.#recount()
  }
}
