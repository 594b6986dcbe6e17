/** Lets work wait for a limiter instead of being refused. */
import type { Clock } from '../clock.ts'
import type { Gate } from '../gate.ts'
import type { Limiter } from '../limiter.ts'
import type { Millis, Outcome, Reason, Rejection, Ticket, Verdict } from '../ticket.ts'
import type { Discipline } from './discipline.ts'
import { DrainRate } from './drain-rate.ts'
import { DueHeap } from './due-heap.ts'
import { checkGateOptions, leastRetryMs, type GateOptions, type QueueGateOptions } from './gate-options.ts'
import { Waiting, type Waiter } from './waiter.ts'

export type { QueueGateOptions } from './gate-options.ts'

/** What is promised to work that was turned away because the process shuts down: another one may answer by then. */
const drainingRetryMs = 1000

/**
 * A waiting room in front of a limiter. Use {@link Guard} where nothing should wait.
 *
 * It asks the limiter again on the events that can make room: its own `leave`, the passing of the refusal's `retryAfterMs`, and a
 * change of who is next. So limiters know nothing of queues. The limiter is asked with the waiter's own ticket, and the place is
 * taken before the waiter's promise resolves. While somebody waits everybody does: the discipline alone decides who goes first.
 *
 * Nobody waits for ever: a wait ends with `queue-timeout` after `maxWaitMs`, with `deadline` when the ticket's has passed, with
 * `cancelled` when its caller leaves, with `queue-full` when the discipline gives its place away, with `draining` on `close()`.
 * One timer serves all waiters. A ticket may wait in a gate only once at a time.
 */
export class QueueGate implements Gate {
  readonly name: string
  readonly limiter: Limiter
  readonly #line: Discipline<Waiting>
  readonly #clock: Clock
  #options: GateOptions
  readonly #cancelled: Rejection
  readonly #draining: Rejection
  readonly #drop = (waiter: Waiting, reason: Reason): void => this.#end(waiter, this.#reject(reason))
  readonly #waiters = new Map<Ticket, Waiting>()
  readonly #dues = new DueHeap<Waiting>()
  readonly #rate = new DrainRate()
  #entered = 0
  #closed = false
  /** Who was next when the limiter last refused, and when that may have changed. */
  #blocked: Waiting | undefined
  #retryAt: Millis = Infinity
  /** When the timer fires; `Infinity` while there is none. */
  #timerAt: Millis = Infinity
  #cancelTimer: (() => void) | undefined

  constructor(limiter: Limiter, discipline: Discipline<Waiter>, clock: Clock, options: QueueGateOptions = {}) {
    const { name = 'queue' } = options
    this.#options = checkGateOptions(options, ['name'])
    this.name = name
    this.limiter = limiter
    // What it gives back is what it was given.
    this.#line = discipline as unknown as Discipline<Waiting>
    this.#clock = clock
    this.#cancelled = Object.freeze({ reason: 'cancelled', limiter: name, retryAfterMs: Infinity })
    this.#draining = Object.freeze({ reason: 'draining', limiter: name, retryAfterMs: drainingRetryMs })
  }

  /** How many wait now. */
  get waiting(): number {
    return this.#waiters.size
  }

  /** Changes how newcomers wait; those who wait keep their time. Throws as the constructor does, changing nothing then. */
  update(change: Omit<QueueGateOptions, 'name'>): void {
    this.#options = checkGateOptions(change, [], this.#options)
  }

  enter(ticket: Ticket): Verdict | Promise<Verdict> {
    if (this.#closed) return this.#draining
    const now = ticket.startedAt
    const first = this.#waiters.size === 0
    const no = first ? this.limiter.admit(ticket, now) : undefined
    if (first && no === undefined) {
      this.#line.passed?.(now)
      return undefined
    }
    const timeoutAt = now + this.#options.maxWaitMs
    const dueAt = ticket.deadline < timeoutAt ? ticket.deadline : timeoutAt
    if (no !== undefined && this.#isFinal(no, now, dueAt)) return no
    if (dueAt <= now) return this.#reject('deadline')
    const waiter = new Waiting(ticket, dueAt, ++this.#entered)
    if (no !== undefined) this.#block(waiter, no, now)
    return this.#wait(waiter, now)
  }

  leave(ticket: Ticket, outcome: Outcome): void {
    const now = this.#clock.now()
    this.limiter.settle(ticket, now, outcome)
    this.#askAgain(now)
  }

  cancel(ticket: Ticket): void {
    const waiter = this.#waiters.get(ticket)
    if (waiter === undefined) return
    const heldUpOthers = waiter === this.#blocked
    this.#line.remove(waiter)
    this.#end(waiter, this.#cancelled)
    if (heldUpOthers) this.#askAgain(this.#clock.now())
  }

  /** Asks the limiter again now: for whoever knows that it has more room than before, such as after raising a limit. */
  wake(): void {
    this.#askAgain(this.#clock.now())
  }

  /** Refuses everybody from now on, and all who wait, as `draining`. What was let in goes on and is settled as ever. */
  close(): void {
    this.#closed = true
    for (const waiter of this.#waiters.values()) {
      this.#line.remove(waiter)
      this.#end(waiter, this.#draining)
    }
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #wait(waiter: Waiting, now: Millis): Verdict | Promise<Verdict> {
    this.#waiters.set(waiter.ticket, waiter)
    this.#dues.add(waiter)
    const evicted = this.#line.push(waiter, now, this.#drop)
    if (evicted !== undefined) this.#end(evicted, this.#reject('queue-full'))
    // The discipline may have put the newcomer first, or given away the place of the one that held up the others.
    if (this.#waiters.size > 1 || this.#blocked === undefined) this.#dispatch(now)
    this.#arm(now, waiter.dueAt)
    return waiter.answer()
  }

  #askAgain(now: Millis): void {
    if (this.#waiters.size === 0) return
    this.#blocked = undefined
    this.#dispatch(now)
    this.#arm(now)
  }

  #onTimer = (): void => {
    const now = this.#clock.now()
    this.#timerAt = Infinity
    this.#blocked = undefined
    this.#dispatch(now)
    // After the dispatch, for waiting exactly as long as one may is not too long.
    while (this.#dues.nextAt <= now) this.#expire(this.#dues.take() as Waiting)
    if (this.#blocked === undefined) this.#dispatch(now)
    this.#arm(now)
  }

  /** Lets in whoever is next until the limiter refuses. */
  #dispatch(now: Millis): void {
    while (this.#waiters.size > 0) {
      const waiter = this.#line.next(now, this.#drop)
      if (waiter === undefined) return
      if (waiter === this.#blocked) return this.#line.putBack(waiter)
      if (waiter.dueAt < now) {
        this.#end(waiter, this.#tooLate(waiter))
        continue
      }
      const { startedAt } = waiter.ticket
      // Before asking: limiters that are told by another's refusal to take back what they gave look there for when that was.
      waiter.ticket.startedAt = now
      const no = this.limiter.admit(waiter.ticket, now)
      if (no !== undefined) waiter.ticket.startedAt = startedAt
      if (no !== undefined && !this.#isFinal(no, now, waiter.dueAt)) {
        this.#line.putBack(waiter)
        return this.#block(waiter, no, now)
      }
      if (no === undefined) this.#rate.handedOver(now)
      this.#end(waiter, no)
    }
  }

  #block(waiter: Waiting, no: Rejection, now: Millis): void {
    this.#blocked = waiter
    // Also the least one for a `retryAfterMs` of 0 or NaN.
    this.#retryAt = now + (no.retryAfterMs > leastRetryMs ? no.retryAfterMs : leastRetryMs)
  }

  #isFinal(no: Rejection, now: Millis, dueAt: Millis): boolean {
    if (no.retryAfterMs === Infinity || !this.#options.waitFor.has(no.reason)) return true
    // When work ends nobody knows, but other promises are exact: if the time is not there, waiting is in vain.
    return no.reason !== 'concurrency' && now + no.retryAfterMs > dueAt
  }

  #expire(waiter: Waiting): void {
    this.#line.remove(waiter)
    this.#end(waiter, this.#tooLate(waiter))
  }

  #tooLate(waiter: Waiting): Rejection {
    return this.#reject(waiter.dueAt === waiter.ticket.deadline ? 'deadline' : 'queue-timeout')
  }

  #end(waiter: Waiting, verdict: Verdict): void {
    this.#waiters.delete(waiter.ticket)
    this.#dues.cancel(waiter)
    if (waiter === this.#blocked) this.#blocked = undefined
    if (this.#waiters.size === 0) {
      this.#rate.emptied()
      this.#disarm()
    }
    waiter.decide(verdict)
  }

  /** While the one concerned still counts as waiting: the estimate is the time until as many were let in. */
  #reject(reason: Reason): Rejection {
    const retryAfterMs = reason === 'deadline' ? Infinity : this.#rate.estimateMs(this.#waiters.size)
    return { reason, limiter: this.name, retryAfterMs }
  }

  /** Sees to it that the timer fires when something is due. It may fire too early: then it finds nothing and is set anew. */
  #arm(now: Millis, newestDueAt: Millis = Infinity): void {
    if (this.#waiters.size === 0) return
    // Only a newcomer can be due before the timer that is set, so the heap is not asked.
    const dueAt = this.#timerAt === Infinity ? this.#dues.nextAt : newestDueAt
    const retryAt = this.#blocked === undefined ? Infinity : this.#retryAt
    const at = Math.max(Math.min(dueAt, retryAt, this.#line.expiresAt()), now + leastRetryMs)
    if (at >= this.#timerAt) return
    this.#cancelTimer?.()
    this.#timerAt = at
    this.#cancelTimer = this.#clock.after(at - now, this.#onTimer)
  }

  #disarm(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#timerAt = Infinity
  }
}
