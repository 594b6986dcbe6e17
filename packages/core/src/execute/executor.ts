/** Runs jobs a few at a time. */
import { systemClock, type Clock } from '../clock.ts'
import { OverloadError } from '../overload-error.ts'
import type { Discipline } from '../queue/discipline.ts'
import type { Millis, Rejection } from '../ticket.ts'
import { Bell } from './bell.ts'
import { Crew } from './crew.ts'
import { abortReason } from './errors.ts'
import type { Job, JobContext, JobOptions } from './job.ts'
import { Lanes } from './lanes.ts'
import { mapOrdered, type MapOptions } from './map.ts'
import { checkChange, checkExecutor, checkTimeout } from './options.ts'
import type { Admission, ExecutorOptions, ExecutorUpdate } from './options.ts'
import { Task } from './task.ts'

/**
 * Runs jobs as soon as there is a place, and lets a bounded number of others wait: what a semaphore, a job queue or a bulkhead is used
 * for. `run` starts a job at once if it can, and rejects with an {@link OverloadError} what it will not run. Use {@link limitConcurrency}
 * for one function, {@link run} with a gate where a refusal shall be a value.
 *
 * A job ends with its own result or error; with a {@link JobTimeoutError} when it takes too long; with the signal's reason when its
 * caller aborts it. The place is given back once, whatever happens. Work in memory only: what must survive the process needs a
 * durable queue.
 */
export class Executor {
  readonly #crew: Crew
  readonly #clock: Clock
  readonly #admission: Admission
  /** The line's order, unless it is somebody else's. */
  readonly #lanes: Lanes | undefined
  readonly #idle = new Bell()
  readonly #room = new Bell()
  #maxWaitMs: Millis
  #closed = false

  constructor(options: ExecutorOptions) {
    const admission = checkExecutor(options)
    const { discipline, limit, limiter, maxWaitMs = Infinity, outcomeOf, clock = systemClock } = options
    const lanes = discipline === undefined ? new Lanes(options.maxQueue ?? 1000) : undefined
    this.#admission = admission
    this.#lanes = lanes
    this.#clock = clock
    this.#maxWaitMs = maxWaitMs
    this.#crew = new Crew({
      name: options.name ?? 'executor',
      limiter: admission.limiter,
      places: admission.places,
      // What it gives back is what it was given.
      order: lanes ?? (discipline as unknown as Discipline<Task>),
      clock,
      isTimed: limit !== undefined || limiter !== undefined || discipline !== undefined || maxWaitMs !== Infinity,
      holdUntilEnded: options.holdUntilEnded ?? false,
      outcomeOf,
      onChange: () => this.#onChange(),
    })
    if (options.timeoutMs !== undefined) this.#crew.alarm.timeoutMs = options.timeoutMs
  }

  /** How many jobs hold a place. */
  get running(): number {
    return this.#crew.running
  }

  /** How many jobs wait for a place. */
  get waiting(): number {
    return this.#crew.line.size
  }

  /** How many jobs have not ended though their callers were told that they timed out or were aborted. */
  get abandoned(): number {
    return this.#crew.abandoned
  }

  /** How often `outcomeOf` threw. */
  get failures(): number {
    return this.#crew.failures
  }

  /** Whether `pause` was called last. */
  get paused(): boolean {
    return this.#crew.line.paused
  }

  /** Whether `drain` or `close` was called. */
  get closed(): boolean {
    return this.#closed
  }

  /**
   * Runs `job` when there is a place: now, synchronously, if nobody waits. The promise settles with what the job returns or throws, and
   * rejects with an {@link OverloadError} if it never ran. Options that are wrong reject with a TypeError or RangeError.
   */
  run<T>(job: Job<T>, options?: JobOptions): Promise<T> {
    return this.#run(job, options) as Promise<T>
  }

  /**
   * Runs `fn` on each item and yields the results in the order of the items, for any number of items: only so many are taken ahead as
   * `lookahead` says and the line has room for. When one fails, or the caller stops, the others are aborted and no more are taken.
   */
  map<T, R>(
    items: Iterable<T> | AsyncIterable<T>,
    fn: (item: T, context: JobContext) => R | PromiseLike<R>,
    options: MapOptions = {},
  ): AsyncGenerator<R, void, undefined> {
    return mapOrdered(this, items, fn, { lookahead: this.#lookahead(), ...options })
  }

  /**
   * Resolves as soon as there is room in the line: for producers that wait rather than be refused. It reserves nothing: another may come
   * first. Rejects with a RangeError where there never is any, with a `maxQueue` of 0; resolves at once where a `discipline` decides.
   */
  async room(): Promise<void> {
    while (this.#free <= 0) {
      if (this.#lanes!.capacity === 0)
        throw new RangeError('Executor: with "maxQueue" 0 there is never room to wait for')
      await this.#room.wait()
    }
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    while (!this.#isIdle) await this.#idle.wait()
  }

  /** Starts nothing more until `resume`. What runs goes on; what comes waits. */
  pause(): void {
    this.#crew.line.paused = true
  }

  resume(): void {
    this.#crew.line.paused = false
    this.#crew.dispatch()
  }

  /** Asks the limiter again now: for whoever knows that it has more room, such as after raising a limit. */
  wake(): void {
    this.#crew.dispatch()
  }

  /** Refuses what comes from now on as `draining`; what waits still runs. Resolves when all has ended, if it is not paused. */
  async drain(): Promise<void> {
    this.#closed = true
    this.#onChange()
    await this.idle()
  }

  /** Refuses what comes from now on and all that waits as `draining`. Resolves when what runs has ended. */
  async close(): Promise<void> {
    this.#closed = true
    this.#crew.clear()
    this.#onChange()
    await this.idle()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /**
   * Changes options while it runs; throws as the constructor does, and then changes nothing. Nobody who runs or waits is turned away:
   * with less room there are simply no newcomers for a while. A `maxWaitMs` holds for those that come later, a `timeoutMs` for those that
   * start later.
   */
  update(change: ExecutorUpdate): void {
    checkChange(change, this.#admission, this.#lanes === undefined)
    const { concurrency, maxQueue, maxWaitMs, timeoutMs } = change
    if (concurrency !== undefined) this.#admission.settable!.set(concurrency)
    if (maxQueue !== undefined) this.#lanes!.capacity = maxQueue
    if (timeoutMs !== undefined) this.#crew.alarm.timeoutMs = timeoutMs
    if (maxWaitMs !== undefined) this.#maxWaitMs = maxWaitMs
    if (maxWaitMs !== undefined && maxWaitMs !== Infinity) this.#crew.alarm.isTimed = true
    this.#crew.dispatch()
  }

  #run(job: Job<unknown>, options: JobOptions | undefined): Promise<unknown> {
    const crew = this.#crew
    if (this.#closed) return refused(crew.line.draining)
    if (options === undefined && crew.enterPlain()) return crew.runPlain(job)
    const task = new Task(job, options)
    const now = options?.deadline === undefined ? crew.alarm.now() : this.#clock.now()
    if (now !== 0) task.arrivedAt = task.startedAt = now
    let dueAt = now + this.#maxWaitMs
    if (options !== undefined) {
      const fault = this.#faultOf(task, now)
      if (fault !== undefined) return Promise.reject(fault)
      if (task.deadline < dueAt) dueAt = task.deadline
    }
    const place = crew.line.enter(task, now, dueAt)
    if (place === 'waits') return crew.wait(task, now, dueAt)
    return place === 'in' ? crew.start(task, now) : refused(place)
  }

  /** Why a job shall not even be asked about. */
  #faultOf({ options, deadline }: Task, now: Millis): unknown {
    const { signal, timeoutMs } = options!
    try {
      if (timeoutMs !== undefined) checkTimeout(timeoutMs)
    } catch (error) {
      return error
    }
    if (signal?.aborted === true) return abortReason(signal)
    return deadline <= now ? new OverloadError(this.#crew.line.late) : undefined
  }

  get #isIdle(): boolean {
    return this.#crew.running === 0 && this.#crew.line.size === 0
  }

  /** How many more may wait; a discipline of somebody else's does not tell. */
  get #free(): number {
    return this.#lanes === undefined ? Infinity : this.#lanes.capacity - this.#lanes.size
  }

  /** Enough that there is always one to go on with, whatever the order in which jobs end. */
  #lookahead(): number {
    const { places } = this.#admission
    return places === undefined ? 64 : Math.min(1000, 2 * Math.floor(places.limit.value))
  }

  #onChange(): void {
    if (this.#room.size > 0) this.#room.ring(this.#free)
    if (this.#idle.size > 0 && this.#isIdle) this.#idle.ring(Infinity)
    if (this.#closed && this.#isIdle) this.#crew.alarm.stop()
  }
}

function refused(no: Rejection): Promise<never> {
  return Promise.reject(new OverloadError(no))
}
