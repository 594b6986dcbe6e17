/** A job as its caller sees it: what it is given, and what may be said about it. */
import { createController, type Controller } from './controller.ts'
import type { CancelSignal } from '../run.ts'
import type { Millis, TicketInit } from '../ticket.ts'

/** The platform's `AbortSignal` where the types of one are loaded, else as much of it as core needs. */
export type JobSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } } ? Signal : CancelSignal

/** What a job is given. */
export interface JobContext {
  /** Fires when the job times out or its caller aborts it; hand it on to `fetch` and the like. Made when it is first read. */
  readonly signal: JobSignal
}

/** What a job is given that nobody stops. */
export class PlainContext implements JobContext {
  #controller: Controller | undefined = undefined

  get signal(): JobSignal {
    this.#controller ??= createController()
    return this.#controller.signal
  }
}

/** Work that an executor runs. */
export type Job<T> = (context: JobContext) => T | PromiseLike<T>

/** About one job. Key, cost and the like are read by the executor's limiter; priority and deadline by its line as well. */
export interface JobOptions extends TicketInit {
  /** Takes the job out of the line, or aborts its own signal while it runs; the promise rejects with the signal's reason. */
  readonly signal?: CancelSignal
  /** Longest that it may run, waiting not included; > 0. Default: the executor's. */
  readonly timeoutMs?: Millis
}
