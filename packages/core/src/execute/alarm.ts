/** What an executor has to do with time: when to look at the clock, and one timer for all that becomes due. */
import type { Clock } from '../clock.ts'
import { DueHeap } from '../queue/due-heap.ts'
import type { Millis } from '../ticket.ts'
import { Watch, type Task } from './task.ts'

/** The least delay of a timer: shorter ones might not move a clock that counts in doubles. */
const leastMs = 0.001

/**
 * Tasks that wait or run no longer than they may. A timer is not cancelled when what it was set for has ended early: it fires, finds
 * nothing, and is set anew if need be. Jobs with a timeout come and go far more often than timers fire.
 */
export class Alarm {
  /** Whether the limiter or the discipline look at the time; where nobody does the clock is not read. */
  isTimed: boolean
  /** Longest that a job may run which says nothing else. */
  timeoutMs: Millis = Infinity
  readonly #clock: Clock
  readonly #onRing: (now: Millis) => void
  readonly #dues = new DueHeap<Watch>()
  #watched = 0
  #setFor: Millis = Infinity
  #cancel: (() => void) | undefined

  constructor(clock: Clock, isTimed: boolean, onRing: (now: Millis) => void) {
    this.isTimed = isTimed
    this.#clock = clock
    this.#onRing = onRing
  }

  /** The time, or 0 where nobody wants to know. */
  now(): Millis {
    return this.isTimed || this.#dues.size > 0 ? this.#clock.now() : 0
  }

  /** Watches how long a task runs instead of how long it waits. */
  started(task: Task): void {
    this.unwatch(task)
    const timeoutMs = this.timeoutOf(task)
    if (timeoutMs === Infinity) return
    const now = this.#clock.now()
    this.watch(task, now + timeoutMs, now)
  }

  timeoutOf(task: Task): Millis {
    return task.options?.timeoutMs ?? this.timeoutMs
  }

  /** Rings when it is due, unless it is unwatched before. A task is watched for one thing at a time. */
  watch(task: Task, dueAt: Millis, now: Millis): void {
    task.watch = new Watch(task, dueAt, ++this.#watched)
    this.#dues.add(task.watch)
    this.set(dueAt, now)
  }

  unwatch(task: Task): void {
    if (task.watch === undefined) return
    this.#dues.cancel(task.watch)
    task.watch = undefined
  }

  /** The next task that is due. */
  take(now: Millis): Task | undefined {
    return this.#dues.nextAt > now ? undefined : this.#dues.take()!.task
  }

  /** Rings at `at` or before. */
  set(at: Millis, now: Millis): void {
    const soonest = Math.max(at, now + leastMs)
    if (soonest >= this.#setFor || soonest === Infinity) return
    this.#cancel?.()
    this.#setFor = soonest
    this.#cancel = this.#clock.after(soonest - now, this.#ring)
  }

  /** Rings no more for what is watched now. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#setFor = Infinity
  }

  #ring = (): void => {
    const now = this.#clock.now()
    this.#setFor = Infinity
    this.#cancel = undefined
    this.#onRing(now)
    this.set(this.#dues.nextAt, now)
  }
}
