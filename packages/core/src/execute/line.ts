/** Jobs that wait for the limiter of an executor. */
import type { ConcurrencyLimiter } from '../concurrency/limiter.ts'
import type { Limiter } from '../limiter.ts'
import type { Discipline } from '../queue/discipline.ts'
import { createTicket, type Millis, type Outcome, type Reason, type Rejection } from '../ticket.ts'
import type { Task } from './task.ts'

/** What a line is made of. */
export interface LineParts {
  /** Named in its own refusals. */
  readonly name: string
  readonly limiter: Limiter
  /** The same, if it is one that asks nobody who he is: full for one is full for all. */
  readonly places: ConcurrencyLimiter | undefined
  readonly order: Discipline<Task>
  /** Tells a waiter that it waits in vain; it is out of the line already. */
  readonly refuse: (task: Task, no: Rejection) => void
}

/** The ticket of all whom nobody asks for one. */
const nobody = createTicket(0)

/** What refusals promise where nobody knows better. */
const retryAfterMs = 1000
const leastRetryMs = 0.001

/**
 * The rules of a {@link QueueGate}, for tasks instead of tickets: it makes no promise and no entry in a Map for who waits, and asks the
 * limiter about nobody while a plain count says that there is no place. Where the two differ in anything else one of them is wrong.
 */
export class JobLine {
  paused = false
  /** When to ask the limiter again at the latest. */
  retryAt: Millis = Infinity
  readonly full: Rejection
  readonly draining: Rejection
  readonly late: Rejection
  readonly #tired: Rejection
  readonly #cancelled: Rejection
  readonly #limiter: Limiter
  readonly #places: ConcurrencyLimiter | undefined
  readonly #order: Discipline<Task>
  readonly #refuse: (task: Task, no: Rejection) => void
  readonly #drop = (task: Task, reason: Reason): void =>
    this.#turnAway(task, { reason, limiter: this.full.limiter, retryAfterMs })
  /** Who was next when the limiter last refused. */
  #blocked: Task | undefined

  constructor({ name, limiter, places, order, refuse }: LineParts) {
    this.#limiter = limiter
    this.#places = places
    this.#order = order
    this.#refuse = refuse
    this.full = Object.freeze({ reason: 'queue-full', limiter: name, retryAfterMs })
    this.draining = Object.freeze({ reason: 'draining', limiter: name, retryAfterMs })
    this.late = Object.freeze({ reason: 'deadline', limiter: name, retryAfterMs: Infinity })
    this.#cancelled = Object.freeze({ reason: 'cancelled', limiter: name, retryAfterMs: Infinity })
    this.#tired = Object.freeze({ reason: 'queue-timeout', limiter: name, retryAfterMs })
  }

  get size(): number {
    return this.#order.size
  }

  /** When the discipline wants to be asked again. */
  get expiresAt(): Millis {
    return this.#order.expiresAt()
  }

  /** Lets in somebody without a name, if nobody waits and a count alone decides. */
  enterPlain(): boolean {
    if (this.paused || this.#order.size > 0) return false
    return this.#places !== undefined && this.#places.admit(nobody, 0) === undefined
  }

  leavePlain(): void {
    this.#places!.settle(nobody, 0, 'revoked')
    this.unblock()
  }

  /** Whether it may start, must wait, or neither. */
  enter(task: Task, now: Millis, dueAt: Millis): 'in' | 'waits' | Rejection {
    let no: Rejection | undefined
    if (!this.paused && this.#order.size === 0) {
      no = this.#limiter.admit(task, now)
      if (no === undefined) return 'in'
      if (isFinal(no, now, dueAt)) return no
    }
    const evicted = this.#order.push(task, now)
    if (evicted === task) return no ?? this.full
    if (evicted !== undefined) this.#turnAway(evicted, this.full)
    if (no !== undefined) this.#block(task, no, now)
    return 'waits'
  }

  /** Whether somebody who came to wait with others may be next and let in: not where full for one is full for all. */
  get asksAnew(): boolean {
    return this.#places === undefined && this.#order.size > 1
  }

  /** False if `take` would surely take nobody. */
  get mayTake(): boolean {
    const places = this.#places
    if (this.#order.size === 0 || this.paused) return false
    return places === undefined || places.inflight + 1 <= places.limit.value
  }

  /** The next one that the limiter lets in. */
  take(now: Millis): Task | undefined {
    while (this.mayTake) {
      const task = this.#order.next(now, this.#drop)
      if (task === undefined) return undefined
      if (task === this.#blocked) {
        this.#order.putBack(task)
        return undefined
      }
      // Listeners are called one by one: this one's turn may not have come yet.
      if (task.isAborted) {
        this.#turnAway(task, this.#cancelled)
        continue
      }
      const dueAt = task.watch === undefined ? Infinity : task.watch.dueAt
      if (dueAt < now) {
        this.expire(task)
        continue
      }
      const no = this.#limiter.admit(task, now)
      if (no === undefined) return task
      if (isFinal(no, now, dueAt)) this.#turnAway(task, no)
      else {
        this.#order.putBack(task)
        this.#block(task, no, now)
        return undefined
      }
    }
    // A limit may rise while nothing ends.
    if (this.retryAt === Infinity) this.retryAt = now + retryAfterMs
    return undefined
  }

  /** Ends the work of one that was let in. */
  settle(task: Task, now: Millis, outcome: Outcome): void {
    this.#limiter.settle(task, now, outcome)
    this.unblock()
  }

  /** Something may have changed: the limiter is asked again by the next `take`. */
  unblock(): void {
    this.#blocked = undefined
    this.retryAt = Infinity
  }

  /** Takes out one that waits. */
  remove(task: Task): void {
    this.#order.remove(task)
    if (task === this.#blocked) this.unblock()
  }

  /** Turns away one that has waited for as long as it may and is out of the line. */
  expire(task: Task): void {
    this.#turnAway(task, task.watch?.dueAt === task.deadline ? this.late : this.#tired)
  }

  /** Turns everybody away. */
  clear(now: Millis): void {
    // A discipline may drop some of them for their age on the way: they hear the same.
    const drop = (task: Task): void => this.#refuse(task, this.draining)
    for (let task = this.#order.next(now, drop); task !== undefined; task = this.#order.next(now, drop)) drop(task)
    this.unblock()
  }

  #block(task: Task, no: Rejection, now: Millis): void {
    this.#blocked = task
    this.retryAt = now + (no.retryAfterMs > leastRetryMs ? no.retryAfterMs : leastRetryMs)
  }

  #turnAway(task: Task, no: Rejection): void {
    if (task === this.#blocked) this.unblock()
    this.#refuse(task, no)
  }
}

/** Whether waiting would be in vain: see {@link QueueGate}. */
function isFinal(no: Rejection, now: Millis, dueAt: Millis): boolean {
  if (no.retryAfterMs === Infinity || (no.reason !== 'concurrency' && no.reason !== 'rate')) return true
  return no.reason !== 'concurrency' && now + no.retryAfterMs > dueAt
}
