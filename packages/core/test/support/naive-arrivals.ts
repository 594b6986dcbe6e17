/** Queues in order of arrival as one would write them on a blackboard: arrays, looked through from end to end. */
import type { ArrivalOverflow, Millis, QueueBounds } from '@spillway/core'
import type { Event, Job } from './jobs.ts'

export interface Naive {
  push(item: Job, now: Millis): Event[]
  next(now: Millis): Event[]
  probe(now: Millis): Event[]
  remove(item: Job): Event[]
  readonly size: number
}

interface Waits {
  readonly item: Job
  readonly at: Millis
}

export function sum(items: readonly { readonly item: Job }[]): number {
  return items.reduce((total, { item }) => total + item.ticket.cost, 0)
}

/** First come first served, last come first served, and both with an age that depends on whether a queue stands. */
export class NaiveArrivals implements Naive {
  waiting: Waits[] = []
  since = 0
  readonly bounds: Required<QueueBounds>
  readonly overflow: ArrivalOverflow | 'last'
  readonly order: 'fifo' | 'lifo' | 'adaptive'
  readonly rule: { readonly intervalMs: Millis; readonly targetMs: Millis }

  constructor(
    bounds: Required<QueueBounds>,
    overflow: ArrivalOverflow | 'last',
    order: 'fifo' | 'lifo' | 'adaptive',
    rule = { intervalMs: 100, targetMs: 5 },
  ) {
    this.bounds = bounds
    this.overflow = overflow
    this.order = order
    this.rule = rule
  }

  get size(): number {
    return this.waiting.length
  }

  push(item: Job, now: Millis): Event[] {
    if (this.waiting.length === 0) this.since = now
    const { capacity, maxCost } = this.bounds
    const { cost } = item.ticket
    const overflow = this.overflow === 'last' ? (this.stands(now) ? 'drop-oldest' : 'reject-new') : this.overflow
    const evicted: Event[] = []
    while (this.waiting.length + 1 > capacity || sum(this.waiting) + cost > maxCost) {
      if (overflow === 'reject-new' || cost > maxCost || capacity === 0) return [`${item.id} queue-full`]
      const gone = overflow === 'drop-oldest' ? this.waiting.shift()! : this.waiting.pop()!
      evicted.push(`${gone.item.id} queue-full`)
    }
    this.waiting.push({ item, at: now })
    return evicted
  }

  next(now: Millis): Event[] {
    const dropped = this.expire(now)
    const next = this.newestFirst(now) ? this.waiting.pop() : this.waiting.shift()
    return next === undefined ? dropped : [...dropped, `${next.item.id} served`]
  }

  probe(now: Millis): Event[] {
    const dropped = this.expire(now)
    const next = this.newestFirst(now) ? this.waiting.at(-1) : this.waiting[0]
    return next === undefined ? dropped : [...dropped, `${next.item.id} put back`]
  }

  remove(item: Job): Event[] {
    const before = this.waiting.length
    this.waiting = this.waiting.filter((one) => one.item !== item)
    return this.waiting.length < before ? [`${item.id} removed`] : []
  }

  private expire(now: Millis): Event[] {
    const ageMs = this.stands(now) ? Math.min(this.rule.targetMs, this.bounds.maxAgeMs) : this.bounds.maxAgeMs
    const old = this.waiting.filter((one) => now >= one.at + ageMs)
    this.waiting = this.waiting.filter((one) => now < one.at + ageMs)
    return old.map(({ item }) => `${item.id} queue-timeout`)
  }

  private newestFirst(now: Millis): boolean {
    return this.order === 'lifo' || this.stands(now)
  }

  private stands(now: Millis): boolean {
    return this.order === 'adaptive' && this.waiting.length > 0 && now - this.since >= this.rule.intervalMs
  }
}
