/** Listens to the signals of callers. */
import type { CancelSignal } from '../run.ts'
import type { Task } from './task.ts'

interface Group {
  readonly tasks: Set<Task>
  readonly listener: () => void
}

/**
 * One listener for each signal, however many tasks it stops: a batch of jobs often shares one, and platforms warn of more than ten
 * listeners, or look for each of them along a list when it is removed.
 */
export class Listeners {
  readonly #groups = new Map<CancelSignal, Group>()
  readonly #onAbort: (task: Task) => void

  constructor(onAbort: (task: Task) => void) {
    this.#onAbort = onAbort
  }

  add(task: Task): void {
    const signal = task.options?.signal
    if (signal === undefined) return
    const group = this.#groups.get(signal)
    if (group === undefined) this.#open(signal).tasks.add(task)
    else group.tasks.add(task)
  }

  delete(task: Task): void {
    const signal = task.options?.signal
    if (signal === undefined) return
    const group = this.#groups.get(signal)
    if (group === undefined || !group.tasks.delete(task) || group.tasks.size > 0) return
    signal.removeEventListener('abort', group.listener)
    this.#groups.delete(signal)
  }

  #open(signal: CancelSignal): Group {
    const tasks = new Set<Task>()
    const listener = (): void => {
      for (const task of tasks) this.#onAbort(task)
    }
    signal.addEventListener('abort', listener)
    const group = { tasks, listener }
    this.#groups.set(signal, group)
    return group
  }
}
