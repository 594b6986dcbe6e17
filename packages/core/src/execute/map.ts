/** Many items through an executor, in order, without taking all of them at once. */
import { checkKnown, checkNumber } from '../options.ts'
import { isOverloadError } from '../overload-error.ts'
import { Bell } from './bell.ts'
import { createController } from './controller.ts'
import { abortReason, JobAbortedError } from './errors.ts'
import type { Executor } from './executor.ts'
import type { JobContext, JobOptions } from './job.ts'

/** How to map; the rest holds for each job. */
export interface MapOptions extends JobOptions {
  /**
   * How many items are taken before their results are wanted; an integer in 1..10000. Default: twice what may run at once (1000 at most),
   * or 64 where a `limiter` decides. Fewer than may run at once is what runs at once.
   */
  readonly lookahead?: number
}

type Mapper<T, R> = (item: T, context: JobContext) => R | PromiseLike<R>

const known = ['lookahead', 'signal', 'timeoutMs', 'key', 'keys', 'cost', 'priority', 'deadline']

/** See {@link Executor.map}. */
export function mapOrdered<T, R>(
  executor: Executor,
  items: Iterable<T> | AsyncIterable<T>,
  fn: Mapper<T, R>,
  options: MapOptions & { readonly lookahead: number },
): AsyncGenerator<R, void, undefined> {
  checkKnown('map', options, known)
  const { lookahead, ...job } = options
  checkNumber('map', 'lookahead', lookahead, { min: 1, max: 10_000, integer: true })
  return new Mapping(executor, fn, job, lookahead).results(items)
}

class Mapping<T, R> {
  readonly #executor: Executor
  readonly #fn: Mapper<T, R>
  readonly #job: JobOptions
  readonly #lookahead: number
  readonly #stop = createController()
  /** Of the items that were taken and whose results were not; the first is wanted next. */
  readonly #pending: Array<Promise<R>> = []
  readonly #change = new Bell()
  #ended = false
  #failure: { readonly error: unknown } | undefined

  constructor(executor: Executor, fn: Mapper<T, R>, job: JobOptions, lookahead: number) {
    this.#executor = executor
    this.#fn = fn
    this.#job = { ...job, signal: this.#stop.signal }
    this.#lookahead = lookahead
    this.#caller = job.signal
  }

  readonly #caller: JobOptions['signal']

  async *results(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<R, void, undefined> {
    const abort = (): void => this.#end(abortReason(this.#caller!))
    if (this.#caller?.aborted === true) throw abortReason(this.#caller)
    this.#caller?.addEventListener('abort', abort)
    void this.#take(items)
    try {
      for (;;) {
        while (this.#pending.length === 0 && !this.#ended) await this.#change.wait()
        const first = this.#pending.shift()
        if (first === undefined) break
        this.#change.ring(Infinity)
        yield await first
      }
      if (this.#failure !== undefined) throw this.#failure.error
    } finally {
      this.#caller?.removeEventListener('abort', abort)
      this.#end(new JobAbortedError())
    }
  }

  /** Takes items as long as there are any, somebody wants them, and not too many are ahead. */
  async #take(items: Iterable<T> | AsyncIterable<T>): Promise<void> {
    try {
      for await (const item of items) {
        while (this.#pending.length >= this.#lookahead && !this.#ended) await this.#change.wait()
        if (this.#ended) return
        const result = this.#run(item)
        // Whoever wants it hears of its failure; nobody may want it any more.
        result.catch(() => {})
        this.#pending.push(result)
        this.#change.ring(Infinity)
      }
    } catch (error) {
      this.#failure ??= { error }
    }
    this.#ended = true
    this.#change.ring(Infinity)
  }

  /** The line may be full of other people's jobs, or give this one's place to one that matters more: it tries again until it runs. */
  async #run(item: T): Promise<R> {
    for (;;) {
      await this.#executor.room()
      let isStarted = false
      const job = (context: JobContext): R | PromiseLike<R> => {
        isStarted = true
        return this.#fn(item, context)
      }
      try {
        return await this.#executor.run(job, this.#job)
      } catch (error) {
        if (isStarted || !isOverloadError(error) || error.rejection.reason !== 'queue-full') throw error
      }
    }
  }

  #end(error: unknown): void {
    this.#failure ??= { error }
    this.#ended = true
    this.#stop.abort(error)
    this.#change.ring(Infinity)
  }
}
