/** A job on its way through an executor. */
import type { Due } from '../queue/due-heap.ts'
import type { Waiter } from '../queue/waiter.ts'
import { priorities, type Millis, type Ticket } from '../ticket.ts'
import { createController, type Controller } from './controller.ts'
import type { Job, JobContext, JobOptions, JobSignal } from './job.ts'

/** `timed-out` and `aborted`: its caller was told that it failed, but the job itself has not ended yet. */
export type TaskState = 'new' | 'waiting' | 'running' | 'timed-out' | 'aborted' | 'done'

/** When a task has waited or run too long. A new one for each: a heap keeps those that were cancelled for a while. */
export class Watch implements Due {
  readonly task: Task
  readonly dueAt: Millis
  readonly order: number
  armed = false

  constructor(task: Task, dueAt: Millis, order: number) {
    this.task = task
    this.dueAt = dueAt
    this.order = order
  }
}

let resolveNew: (value: unknown) => void
let rejectNew: (error: unknown) => void
/** One function for all promises: a closure for each would be garbage for each. It runs before `new Promise` returns. */
const capture = (resolve: (value: unknown) => void, reject: (error: unknown) => void): void => {
  resolveNew = resolve
  rejectNew = reject
}

/** One object per job: its own ticket, its own place in a list, and what the job is given. */
export class Task implements Ticket, Waiter, JobContext {
  readonly job: Job<unknown>
  readonly options: JobOptions | undefined
  /** Where a {@link Lanes} has it; the caller's options may change meanwhile. */
  readonly lane: number
  state: TaskState = 'new'
  arrivedAt: Millis = 0
  startedAt: Millis = 0
  previous: Task | undefined = undefined
  next: Task | undefined = undefined
  watch: Watch | undefined = undefined
  #controller: Controller | undefined = undefined
  #resolve: ((value: unknown) => void) | undefined = undefined
  #reject: ((error: unknown) => void) | undefined = undefined

  constructor(job: Job<unknown>, options: JobOptions | undefined) {
    this.job = job
    // A copy, for what is read when it ends must be what was read when it began.
    this.options = options === undefined ? undefined : { ...options }
    this.lane = options === undefined ? priorities.critical : laneOf(this.priority)
  }

  get ticket(): Ticket {
    return this
  }

  get key(): string {
    return this.options?.key ?? ''
  }

  get keys(): Readonly<Record<string, string>> | undefined {
    return this.options?.keys
  }

  get cost(): number {
    return this.options?.cost ?? 1
  }

  get priority(): number {
    return this.options?.priority ?? priorities.critical
  }

  get deadline(): Millis {
    return this.options?.deadline ?? Infinity
  }

  /** Whether its caller has left. */
  get isAborted(): boolean {
    return this.options?.signal?.aborted === true
  }

  get signal(): JobSignal {
    this.#controller ??= createController()
    return this.#controller.signal
  }

  /** The promise of its result. Called once at most: jobs that start at once and cannot be stopped have another. */
  promise(): Promise<unknown> {
    const promise = new Promise<unknown>(capture)
    this.#resolve = resolveNew
    this.#reject = rejectNew
    return promise
  }

  resolve(value: unknown): void {
    this.#resolve!(value)
  }

  reject(error: unknown): void {
    this.#reject!(error)
  }

  /** Fires the job's signal; also for a job that looks at it only later. */
  abort(reason: unknown): void {
    this.#controller ??= createController()
    this.#controller.abort(reason)
  }
}

/** What is outside 0..3 is clamped; what is no number matters least. */
function laneOf(priority: number): number {
  if (priority < 1) return 0
  if (priority < 2) return 1
  return priority < 3 ? 2 : 3
}
