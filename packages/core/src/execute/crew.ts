/** Runs the jobs of an executor. */
import type { Clock } from '../clock.ts'
import { OverloadError } from '../overload-error.ts'
import type { Millis, Outcome } from '../ticket.ts'
import { Alarm } from './alarm.ts'
import { abortReason, JobTimeoutError } from './errors.ts'
import { PlainContext, type Job } from './job.ts'
import { JobLine, type LineParts } from './line.ts'
import { Listeners } from './listeners.ts'
import type { Task } from './task.ts'

/** What a crew is made of. */
export interface CrewParts extends Omit<LineParts, 'refuse'> {
  readonly clock: Clock
  /** Whether the limiter or the discipline look at the time. */
  readonly isTimed: boolean
  readonly holdUntilEnded: boolean
  readonly outcomeOf: ((error: unknown) => Outcome) | undefined
  /** Called when somebody ended or left the line, after whoever is next was started. */
  readonly onChange: () => void
}

/** Starts jobs when the line says so, ends each once, and starts the next. */
export class Crew {
  running = 0
  abandoned = 0
  failures = 0
  readonly line: JobLine
  readonly alarm: Alarm
  readonly #listeners = new Listeners((task) => this.#onAbort(task))
  readonly #hold: boolean
  readonly #outcomeOf: ((error: unknown) => Outcome) | undefined
  readonly #onChange: () => void
  #isStarting = false

  constructor(parts: CrewParts) {
    this.line = new JobLine({
      ...parts,
      refuse: (task, no) =>
        this.#fail(task, task.isAborted ? abortReason(task.options!.signal!) : new OverloadError(no)),
    })
    this.alarm = new Alarm(parts.clock, parts.isTimed, (now) => this.#onRing(now))
    this.#hold = parts.holdUntilEnded
    this.#outcomeOf = parts.outcomeOf
    this.#onChange = parts.onChange
  }

  /** Lets in a job of which nothing was said, where nothing more needs to be known. It must be run then. */
  enterPlain(): boolean {
    return !this.alarm.isTimed && this.alarm.timeoutMs === Infinity && this.line.enterPlain()
  }

  /** Runs it. One promise and one turn of the microtask queue: an async function, or a task, would be a third of the whole cost. */
  runPlain(job: Job<unknown>): Promise<unknown> {
    this.running++
    try {
      return Promise.resolve(job(new PlainContext())).then(this.#onSuccess, this.#onError)
    } catch (error) {
      this.#endPlain()
      return Promise.reject(error)
    }
  }

  /** Runs a job that was let in. */
  start(task: Task, now: Millis): Promise<unknown> {
    const promise = task.promise()
    this.#listeners.add(task)
    void this.#work(this.#begin(task, now))
    return promise
  }

  /** Promises the result of a job that waits. */
  wait(task: Task, now: Millis, dueAt: Millis): Promise<unknown> {
    const promise = task.promise()
    task.state = 'waiting'
    this.#listeners.add(task)
    if (dueAt !== Infinity) this.alarm.watch(task, dueAt, now)
    if (this.line.asksAnew) this.dispatch()
    else this.#arm(now)
    return promise
  }

  /** Starts all that may start. */
  dispatch(): void {
    this.line.unblock()
    this.#startMore(this.alarm.now())
  }

  /** Turns away all who wait. */
  clear(): void {
    this.line.clear(this.alarm.now())
  }

  /** Works until nobody may start any more: one promise for many jobs. */
  async #work(first: Task): Promise<void> {
    for (let task: Task | undefined = first; task !== undefined;) {
      let outcome: Outcome = 'success'
      try {
        const value = await task.job(task)
        if (task.state === 'running') task.resolve(value)
      } catch (error) {
        outcome = this.#classify(error)
        if (task.state === 'running') task.reject(error)
      }
      // It may have been given up long ago, and its place may be another's.
      task = task.state === 'running' ? this.#end(task, outcome) : this.#endLate(task)
    }
  }

  readonly #onSuccess = (value: unknown): unknown => {
    this.#endPlain()
    return value
  }

  readonly #onError = (error: unknown): never => {
    this.#endPlain()
    throw error
  }

  #endPlain(): void {
    this.running--
    this.line.leavePlain()
    if (this.line.size === 0) return this.#onChange()
    const next = this.#next(this.alarm.now())
    if (next !== undefined) void this.#work(next)
  }

  #begin(task: Task, now: Millis): Task {
    task.state = 'running'
    task.startedAt = now
    this.running++
    this.alarm.started(task)
    return task
  }

  /** Gives back the place of a job that has ended, and takes the next. */
  #end(task: Task, outcome: Outcome): Task | undefined {
    const now = this.alarm.now()
    this.#forget(task)
    task.state = 'done'
    return this.#giveBack(task, now, outcome)
  }

  #endLate(task: Task): Task | undefined {
    const outcome = task.state === 'aborted' ? 'ignored' : 'dropped'
    task.state = 'done'
    this.abandoned--
    return this.#hold ? this.#giveBack(task, this.alarm.now(), outcome) : undefined
  }

  #giveBack(task: Task, now: Millis, outcome: Outcome): Task | undefined {
    this.running--
    this.line.settle(task, now, outcome)
    if (this.line.size > 0) return this.#next(now)
    this.#onChange()
    return undefined
  }

  /** Whom to go on with. Where several may start, they start here and in their order, and there is nobody to go on with. */
  #next(now: Millis): Task | undefined {
    const next = this.line.take(now)
    if (next !== undefined) this.#begin(next, now)
    // A job that throws at once ends in here: if it started others, each would do so further down the stack.
    if (this.#isStarting) return next
    if (next !== undefined && this.line.mayTake) {
      this.#startMore(now, next)
      return undefined
    }
    this.#arm(now)
    this.#onChange()
    return next
  }

  #startMore(now: Millis, first?: Task): void {
    if (this.#isStarting) return
    this.#isStarting = true
    if (first !== undefined) void this.#work(first)
    for (let task = this.line.take(now); task !== undefined; task = this.line.take(now))
      void this.#work(this.#begin(task, now))
    this.#isStarting = false
    this.#arm(now)
    this.#onChange()
  }

  #arm(now: Millis): void {
    if (this.alarm.isTimed && this.line.size > 0) this.alarm.set(Math.min(this.line.retryAt, this.line.expiresAt), now)
  }

  #onRing(now: Millis): void {
    this.dispatch()
    for (let task = this.alarm.take(now); task !== undefined; task = this.alarm.take(now)) {
      if (task.state === 'running') this.#leave(task, new JobTimeoutError(this.alarm.timeoutOf(task)))
      else {
        this.line.remove(task)
        this.line.expire(task)
      }
    }
    this.dispatch()
  }

  #onAbort(task: Task): void {
    const reason = abortReason(task.options!.signal!)
    if (task.state === 'running') return this.#leave(task, reason)
    this.line.remove(task)
    this.#fail(task, reason)
    this.#startMore(this.alarm.now())
  }

  /** Tells the caller of a job that runs that it failed. */
  #leave(task: Task, error: unknown): void {
    const now = this.alarm.now()
    this.#forget(task)
    const isLate = error instanceof JobTimeoutError
    task.state = isLate ? 'timed-out' : 'aborted'
    task.reject(error)
    this.abandoned++
    if (!this.#hold) {
      const next = this.#giveBack(task, now, isLate ? 'dropped' : 'ignored')
      if (next !== undefined) void this.#work(next)
    }
    // Last, for it runs what the job has to say about it.
    task.abort(error)
  }

  /** Tells the caller of a job that waited that it will not run. */
  #fail(task: Task, error: unknown): void {
    this.#forget(task)
    task.state = 'done'
    task.reject(error)
  }

  #forget(task: Task): void {
    this.alarm.unwatch(task)
    this.#listeners.delete(task)
  }

  #classify(error: unknown): Outcome {
    if (this.#outcomeOf === undefined) return 'ignored'
    try {
      return this.#outcomeOf(error)
    } catch {
      this.failures++
      return 'ignored'
    }
  }
}
