/** Controlled delay as in RFC 8289: drops one, then more and more often, until the delay is short again. */
import { checkKnown, checkNumber } from '../options.ts'
import type { Millis } from '../ticket.ts'
import type { QueueBounds } from './bounds.ts'
import type { Drop, InnerDiscipline } from './discipline.ts'
import { Lane, queueOptionNames, type QueueOptions } from './lane.ts'
import { checkArrivalOverflow, type ArrivalOverflow } from './overflow.ts'
import type { Queueable } from './reading.ts'
import { checkCodelRule, codelRuleNames, type CodelRule } from './service-codel-state.ts'
import type { Waiter } from './waiter.ts'

/** Bounds and rule of a {@link Codel}. */
export interface CodelOptions<T = unknown> extends QueueOptions<T>, CodelRule {
  /** Cost of the largest item (`maxpacket`): as long as no more than that would be left behind, nobody is dropped; >= 0, default 1. */
  readonly maxPacket?: number
  /** Who gives way when full; default `reject-new`. */
  readonly overflow?: ArrivalOverflow
}

/** What a {@link Codel} can change while it runs. */
export type CodelUpdate = Partial<QueueBounds> & CodelRule

/** Where a {@link Codel} stands. */
export interface CodelSnapshot {
  readonly dropping: boolean
  /** Drops since the dropping began, or more if it had ended only lately. */
  readonly count: number
  /** When the next drop is due; `-Infinity` before the first. */
  readonly dropNext: Millis
}

const owner = 'Codel'

// Doubles that change live in an array, because V8 may box those in fields. The last three are what `putBack` goes back to.
const firstAbove = 0
const dropNext = 1
const count = 2
const lastCount = 3
const dropping = 4
const oldFirstAbove = 5
const oldDropNext = 6
const oldDropping = 7
/** How long after the last drop, in intervals, the rate of dropping is still remembered. */
const memory = 16

/**
 * Drops the oldest once every delay of an interval was above the target, the next one `intervalMs / sqrt(2)` later, then `/ sqrt(3)`
 * and so on, until a delay is below it. O(1) amortised.
 *
 * Made for packets, whose senders halve their rate when one is lost. Callers of a service do not, so at twice the capacity it drops one
 * in ten where every second one has to go, and the delay grows to hundreds of milliseconds: use {@link ServiceCodel} for requests, and
 * this where the senders do slow down. RFC 8289, section 5; a drop that is due is made when the line is looked at, be it not served.
 */
export class Codel<T extends Queueable = Waiter> implements InnerDiscipline<T> {
  readonly #lane: Lane<T>
  readonly #overflow: ArrivalOverflow
  readonly #maxPacket: number
  #rule: Required<CodelRule>
  readonly #state: Float64Array = new Float64Array([Infinity, -Infinity, 0, 0, 0, Infinity, -Infinity, 0])
  /** Whether the item that was looked at last may be dropped. */
  #ok = false

  constructor(options: CodelOptions<T>) {
    checkKnown(owner, options, [...queueOptionNames, ...codelRuleNames, 'maxPacket', 'overflow'])
    const { maxPacket = 1, overflow = 'reject-new' } = options
    this.#maxPacket = checkNumber(owner, 'maxPacket', maxPacket, { min: 0, max: Infinity })
    this.#overflow = checkArrivalOverflow(owner, overflow)
    this.#rule = checkCodelRule(owner, options)
    this.#lane = new Lane(owner, options)
  }

  get size(): number {
    return this.#lane.ring.size
  }

  /** What all who wait cost together. */
  get cost(): number {
    return this.#lane.ring.cost
  }

  /** How often `costOf` threw. */
  get failures(): number {
    return this.#lane.costs.failures
  }

  snapshot(): CodelSnapshot {
    const state = this.#state
    return { dropping: state[dropping] === 1, count: state[count]!, dropNext: state[dropNext]! }
  }

  /** Changes bounds and rule. Those beyond them are dropped on the next move. Throws as the constructor does, changing nothing then. */
  update(change: CodelUpdate): void {
    const rule = checkCodelRule(owner, change, this.#rule)
    this.#lane.update(change, codelRuleNames)
    this.#rule = rule
  }

  push(item: T, now: Millis, drop?: Drop<T>): T | undefined {
    // Where all have left unserved, nobody was asked for in an empty queue, which is where the RFC ends this.
    if (this.#lane.ring.size === 0) this.#calmDown()
    return this.#lane.push(item, now, this.#overflow, drop)
  }

  next(now: Millis, drop: Drop<T>): T | undefined {
    const at = this.#lane.tell(now)
    this.#lane.tidy(at, this.#overflow, drop)
    const item = this.#look(at)
    const state = this.#state
    if (state[dropping] === 1) {
      if (!this.#ok) state[dropping] = 0
      return this.#catchUp(item, at, drop)
    }
    return this.#ok ? this.#begin(item, at, drop) : item
  }

  putBack(item: T): void {
    const state = this.#state
    state[firstAbove] = state[oldFirstAbove]!
    state[dropNext] = state[oldDropNext]!
    state[dropping] = state[oldDropping]!
    this.#lane.putBack(item)
  }

  remove(item: T): boolean {
    return this.#lane.ring.remove(item)
  }

  expiresAt(): Millis {
    const { ring } = this.#lane
    const state = this.#state
    const tooOldAt = this.#lane.tooOldAt()
    if (ring.cost - ring.frontCost() <= this.#maxPacket) return tooOldAt
    const dueAt = state[dropping] === 1 ? state[dropNext]! : -Infinity
    return Math.min(tooOldAt, Math.max(ring.frontAt() + this.#rule.targetMs, state[firstAbove]!, dueAt))
  }

  expire(now: Millis, drop: Drop<T>): void {
    const item = this.next(now, drop)
    if (item !== undefined) this.putBack(item)
  }

  /** The newest, or the oldest where that is who gives way. */
  evict(): T | undefined {
    return this.#lane.evict(this.#overflow)
  }

  #calmDown(): void {
    this.#state[firstAbove] = Infinity
    this.#state[dropping] = 0
  }

  /** `dodequeue` of the RFC: takes the oldest, and sets whether it may be dropped. */
  #look(now: Millis): T | undefined {
    const { ring } = this.#lane
    const state = this.#state
    state[oldFirstAbove] = state[firstAbove]!
    state[oldDropNext] = state[dropNext]!
    state[oldDropping] = state[dropping]!
    const sojourn = now - ring.frontAt()
    const item = this.#lane.take(false)
    this.#ok = false
    if (item === undefined || sojourn < this.#rule.targetMs || ring.cost <= this.#maxPacket)
      state[firstAbove] = Infinity
    else if (state[firstAbove] === Infinity) state[firstAbove] = now + this.#rule.intervalMs
    else this.#ok = now >= state[firstAbove]!
    return item
  }

  /** The drops that are due in the dropping state. */
  #catchUp(first: T | undefined, now: Millis, drop: Drop<T>): T | undefined {
    let item = first
    const state = this.#state
    while (state[dropping] === 1 && now >= state[dropNext]!) {
      drop(item as T, 'queue-timeout')
      state[count]!++
      item = this.#look(now)
      // If this one is put back it was not looked at, but the drop before it was made, and sets the time of the next.
      state[oldDropNext] = this.#after(state[dropNext]!)
      if (this.#ok) state[dropNext] = state[oldDropNext]!
      else state[dropping] = 0
    }
    return item
  }

  /** The first drop: every delay of an interval was too long. */
  #begin(first: T | undefined, now: Millis, drop: Drop<T>): T | undefined {
    drop(first as T, 'queue-timeout')
    const state = this.#state
    const item = this.#look(now)
    const delta = state[count]! - state[lastCount]!
    const lately = now - state[dropNext]! < memory * this.#rule.intervalMs
    state[count] = state[lastCount] = delta > 1 && lately ? delta : 1
    state[dropping] = state[oldDropping] = 1
    state[dropNext] = state[oldDropNext] = this.#after(now)
    return item
  }

  #after(at: Millis): Millis {
    return at + this.#rule.intervalMs / Math.sqrt(this.#state[count]!)
  }
}
