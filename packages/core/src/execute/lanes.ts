/** The order in which jobs wait when nobody asked for another: by criticality class, first come first served within it. */
import type { Discipline } from '../queue/discipline.ts'
import type { Millis } from '../ticket.ts'
import type { Task } from './task.ts'

const classes = 4

/**
 * A list through the tasks themselves. `Fifo` and `Ring` take any item and find it again through a Map, which costs more than all else
 * that is done for a job; a task knows its neighbours. All O(1). When full, a job that matters more takes the place of the newest of
 * those that matter least.
 */
export class Lanes implements Discipline<Task> {
  capacity: number
  size = 0
  readonly #first: Array<Task | undefined> = [undefined, undefined, undefined, undefined]
  readonly #last: Array<Task | undefined> = [undefined, undefined, undefined, undefined]

  constructor(capacity: number) {
    this.capacity = capacity
  }

  push(task: Task): Task | undefined {
    const { lane } = task
    let evicted: Task | undefined
    if (this.size >= this.capacity) {
      evicted = this.#newestBelow(lane)
      if (evicted === undefined) return task
      this.remove(evicted)
    }
    const last = this.#last[lane]
    if (last === undefined) this.#first[lane] = task
    else last.next = task
    task.previous = last
    this.#last[lane] = task
    this.size++
    return evicted
  }

  next(): Task | undefined {
    for (let lane = 0; lane < classes; lane++) {
      const task = this.#first[lane]
      if (task === undefined) continue
      this.#unlink(task, lane)
      return task
    }
    return undefined
  }

  putBack(task: Task): void {
    const { lane } = task
    const first = this.#first[lane]
    if (first === undefined) this.#last[lane] = task
    else first.previous = task
    task.next = first
    this.#first[lane] = task
    this.size++
  }

  /** Only for tasks that are in: others have no neighbours either, and are not told apart from one that waits alone. */
  remove(task: Task): boolean {
    this.#unlink(task, task.lane)
    return true
  }

  expiresAt(): Millis {
    return Infinity
  }

  #unlink(task: Task, lane: number): void {
    const { previous, next } = task
    if (previous === undefined) this.#first[lane] = next
    else previous.next = next
    if (next === undefined) this.#last[lane] = previous
    else next.previous = previous
    task.previous = task.next = undefined
    this.size--
  }

  #newestBelow(lane: number): Task | undefined {
    for (let worst = classes - 1; worst > lane; worst--) if (this.#last[worst] !== undefined) return this.#last[worst]
    return undefined
  }
}
