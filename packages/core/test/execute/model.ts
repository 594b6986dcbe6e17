/** What an executor should do: lists, and a look at everything at each millisecond. */

/** What a modelled executor is told. */
export interface Settings {
  limit: number
  maxQueue: number
  maxWaitMs: number
  readonly holdUntilEnded: boolean
  /** The order of waiting: by class with eviction, or as they came. */
  readonly classes: boolean
}

interface Modelled {
  readonly id: number
  readonly priority: number
  readonly timeoutMs: number
  /** It throws as soon as it starts. */
  readonly throws: boolean
  dueAt: number
  order: number
}

/** A naive executor. `starts` are ids in order; `ends` say what each caller hears, and when. */
export class Model {
  readonly starts: number[] = []
  readonly ends: string[] = []
  now = 0
  paused = false
  closed = false
  waiting: Modelled[] = []
  running: Modelled[] = []
  /** Those whose callers heard already that they failed. */
  zombies: number[] = []
  readonly settings: Settings
  #watched = 0

  constructor(settings: Settings) {
    this.settings = settings
  }

  get held(): number {
    return this.running.length + (this.settings.holdUntilEnded ? this.zombies.length : 0)
  }

  run(id: number, about: { priority: number; timeoutMs: number; throws: boolean }): void {
    const { maxQueue, maxWaitMs } = this.settings
    const job = { ...about, id, dueAt: Infinity, order: 0 }
    const { priority } = about
    if (this.closed) return this.#hear(id, 'draining')
    if (!this.paused && this.waiting.length === 0 && this.held < this.settings.limit) return this.#start(job)
    if (this.waiting.length >= maxQueue) {
      if (!this.paused && this.waiting.length === 0) return this.#hear(id, 'concurrency')
      const worst = Math.max(...this.waiting.map((one) => one.priority))
      if (!this.settings.classes || !(worst > priority)) return this.#hear(id, 'queue-full')
      const evicted = this.waiting.findLast((one) => one.priority === worst)!
      this.waiting = this.waiting.filter((one) => one !== evicted)
      this.#hear(evicted.id, 'queue-full')
    }
    this.waiting.push(job)
    this.#watch(job, maxWaitMs)
  }

  end(id: number, how: string): void {
    if (this.zombies.includes(id)) this.zombies = this.zombies.filter((one) => one !== id)
    else {
      this.running = this.running.filter((one) => one.id !== id)
      this.#hear(id, how)
    }
    this.dispatch()
  }

  abort(id: number): void {
    if (this.waiting.some((one) => one.id === id)) {
      this.waiting = this.waiting.filter((one) => one.id !== id)
      this.#hear(id, 'aborted')
    } else if (this.running.some((one) => one.id === id)) this.#leave(id, 'aborted')
  }

  advance(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.now++
      for (let due = this.#due(); due !== undefined; due = this.#due()) {
        const { id } = due
        if (this.running.includes(due)) this.#leave(id, 'timeout')
        else {
          this.waiting = this.waiting.filter((one) => one.id !== id)
          this.#hear(id, 'queue-timeout')
        }
      }
    }
  }

  close(): void {
    this.closed = true
    for (const { id } of this.waiting.splice(0)) this.#hear(id, 'draining')
  }

  dispatch(): void {
    while (!this.paused && this.waiting.length > 0 && this.held < this.settings.limit) {
      const best = this.settings.classes ? Math.min(...this.waiting.map((one) => one.priority)) : 0
      const next = this.waiting.find((one) => !this.settings.classes || one.priority === best)!
      this.waiting = this.waiting.filter((one) => one !== next)
      this.#start(next)
    }
  }

  #due(): Modelled | undefined {
    const due = [...this.waiting, ...this.running].filter((one) => one.dueAt <= this.now)
    return due.sort((a, b) => a.dueAt - b.dueAt || a.order - b.order)[0]
  }

  #leave(id: number, how: string): void {
    this.running = this.running.filter((one) => one.id !== id)
    this.zombies.push(id)
    this.#hear(id, how)
    this.dispatch()
  }

  #start(job: Modelled): void {
    this.running.push(job)
    this.starts.push(job.id)
    this.#watch(job, job.timeoutMs)
    if (!job.throws) return
    this.running.pop()
    this.#hear(job.id, 'thrown')
  }

  #watch(job: Modelled, ms: number): void {
    job.dueAt = this.now + ms
    if (ms !== Infinity) job.order = ++this.#watched
  }

  #hear(id: number, what: string): void {
    this.ends.push(`${id}@${this.now} ${what}`)
  }
}
