/** Queues by rank, by turn and by deadline as one would write them on a blackboard. */
import type { Millis, QueueBounds } from '@spillway/core'
import type { Event, Job } from './jobs.ts'
import { sum, type Naive } from './naive-arrivals.ts'

interface Waits {
  readonly item: Job
  readonly at: Millis
}

/** Who is first and who is last of those that wait, given in order of arrival. */
interface Ranking {
  first(waiting: readonly Waits[]): Waits | undefined
  /** Who gives way to the newcomer; nobody if the newcomer is it. */
  lowest(waiting: readonly Waits[], newcomer: Job): Waits | undefined
  readonly hopeless?: (waiting: readonly Waits[], now: Millis) => readonly Waits[]
  readonly served?: (item: Job) => void
  readonly entered?: (item: Job) => void
  readonly left?: (item: Job, others: readonly Waits[]) => void
}

export class NaiveRanked implements Naive {
  waiting: Waits[] = []
  readonly bounds: Required<QueueBounds>
  readonly ranking: Ranking

  constructor(bounds: Required<QueueBounds>, ranking: Ranking) {
    this.bounds = bounds
    this.ranking = ranking
  }

  get size(): number {
    return this.waiting.length
  }

  push(item: Job, now: Millis): Event[] {
    const { capacity, maxCost } = this.bounds
    const left = [...this.waiting]
    const evicted: Waits[] = []
    while (left.length + 1 > capacity || sum(left) + item.ticket.cost > maxCost) {
      const lowest = this.ranking.lowest(left, item)
      // Nobody has to go for a newcomer that is turned away after all.
      if (lowest === undefined) return [`${item.id} queue-full`]
      left.splice(left.indexOf(lowest), 1)
      evicted.push(lowest)
    }
    this.waiting = [...left, { item, at: now }]
    this.ranking.entered?.(item)
    return evicted.map((one) => `${one.item.id} queue-full`)
  }

  next(now: Millis): Event[] {
    const dropped = this.#expire(now)
    const first = this.ranking.first(this.waiting)
    if (first === undefined) return dropped
    this.ranking.served?.(first.item)
    this.#take(first)
    return [...dropped, `${first.item.id} served`]
  }

  probe(now: Millis): Event[] {
    const dropped = this.#expire(now)
    const first = this.ranking.first(this.waiting)
    return first === undefined ? dropped : [...dropped, `${first.item.id} put back`]
  }

  remove(item: Job): Event[] {
    const found = this.waiting.find((one) => one.item === item)
    if (found === undefined) return []
    this.#take(found)
    return [`${item.id} removed`]
  }

  #expire(now: Millis): Event[] {
    const hopeless = this.#drop(this.ranking.hopeless?.(this.waiting, now) ?? [], 'deadline')
    const old = this.waiting.filter((one) => now >= one.at + this.bounds.maxAgeMs)
    return [...hopeless, ...this.#drop(old, 'queue-timeout')]
  }

  #drop(doomed: readonly Waits[], reason: string): Event[] {
    for (const one of doomed) this.#take(one)
    return doomed.map((one) => `${one.item.id} ${reason}`)
  }

  #take(one: Waits): void {
    this.waiting = this.waiting.filter((other) => other !== one)
    this.ranking.left?.(one.item, this.waiting)
  }
}

/** The smallest number first, first come first served among equals; the greatest gives way, the newest of several. */
function byNumber(of: (item: Job) => number): Ranking {
  return {
    first(waiting) {
      const best = Math.min(...waiting.map(({ item }) => of(item)))
      return waiting.find(({ item }) => of(item) === best)
    },
    lowest(waiting, newcomer) {
      const worst = Math.max(...waiting.map(({ item }) => of(item)))
      return worst > of(newcomer) ? waiting.findLast(({ item }) => of(item) === worst) : undefined
    },
  }
}

export const naivePriority: Ranking = byNumber((item) => item.ticket.priority)

export const naiveDeadlines: Ranking = {
  ...byNumber((item) => item.ticket.deadline),
  hopeless: (waiting, now) =>
    waiting
      .filter(({ item }) => item.ticket.deadline <= now)
      .toSorted((a, b) => a.item.ticket.deadline - b.item.ticket.deadline),
}

/** Shreedhar and Varghese as in their paper: a list of active tenants, each visited in turn and given a quantum then. */
export class NaiveTurns implements Ranking {
  active: string[] = []
  /** The one at the head of the list has been given the quantum of this visit. */
  visited = false
  readonly deficits = new Map<string, number>()
  readonly weightOf: (tenant: string) => number
  readonly quantum: number

  constructor(weightOf: (tenant: string) => number, quantum: number) {
    this.weightOf = weightOf
    this.quantum = quantum
  }

  first(waiting: readonly Waits[]): Waits | undefined {
    for (;;) {
      const tenant = this.active[0]
      if (tenant === undefined) return undefined
      const head = waiting.find(({ item }) => item.ticket.key === tenant)!
      if (!this.visited) this.#give(tenant, this.quantum * this.weightOf(tenant))
      this.visited = true
      if (head.item.ticket.cost <= this.deficits.get(tenant)!) return head
      this.active.push(this.active.shift()!)
      this.visited = false
    }
  }

  /** Bounds are not what this one is about. */
  lowest(): undefined {
    return undefined
  }

  served(item: Job): void {
    this.#give(item.ticket.key, -item.ticket.cost)
  }

  entered(item: Job): void {
    if (!this.active.includes(item.ticket.key)) this.active.push(item.ticket.key)
  }

  left(gone: Job, others: readonly Waits[]): void {
    const tenant = gone.ticket.key
    if (others.some(({ item }) => item.ticket.key === tenant)) return
    if (this.active[0] === tenant) this.visited = false
    this.active = this.active.filter((other) => other !== tenant)
    this.deficits.delete(tenant)
  }

  #give(tenant: string, cost: number): void {
    this.deficits.set(tenant, (this.deficits.get(tenant) ?? 0) + cost)
  }
}
