/** An executor whose jobs end when told to. */
import { Executor, isOverloadError, type ExecutorOptions, type JobContext, type JobSignal } from '@spillway/core'
import { VirtualClock } from '@spillway/core/testing'

/** Jobs that end when told to, and the order in which they started. */
export class Bench {
  readonly clock = new VirtualClock()
  readonly started: string[] = []
  readonly signals = new Map<string, JobSignal>()
  readonly #ends = new Map<string, () => void>()
  readonly executor: Executor

  constructor(options: ExecutorOptions) {
    this.executor = new Executor({ clock: this.clock, ...options })
  }

  readonly job =
    (name: string) =>
    (context: JobContext): Promise<string> => {
      this.started.push(name)
      this.signals.set(name, context.signal)
      return new Promise((resolve) => this.#ends.set(name, () => resolve(name)))
    }

  readonly end = async (...names: string[]): Promise<void> => {
    for (const name of names) this.#ends.get(name)!()
    await this.clock.flush()
  }
}

/** Why it was refused, or the error that it rejects with. */
export async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  )
  return isOverloadError(error) ? error.rejection : error
}

/** As an expression. */
export function throws(error: Error): never {
  throw error
}
