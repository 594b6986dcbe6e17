/** Time that stands still until a test moves it: timers, turns of the event loop and promises in a fixed order. */
import { systemLoop, type Clock, type EventLoop } from '../clock.ts'
import { DueHeap, type Due } from '../queue/due-heap.ts'
import type { Millis } from '../ticket.ts'

/** Turns that may pass at one instant before the loop counts as spinning. */
const maxTurnsPerInstant = 10_000

interface Timer extends Due {
  readonly fn: () => void
}

/**
 * A {@link Clock} and an {@link EventLoop} for tests and simulations; nothing in it is random and nothing really waits.
 *
 * It models a loop: in each turn the timers that were due when the turn began fire, in order of time and then of creation; then
 * the callbacks of `nextTurn` that were queued before or by them. What they add for the same instant comes in the next turn.
 * All pending promises are settled before and after each callback, so `await` in the code under test needs no help.
 */
export class VirtualClock implements Clock, EventLoop {
  readonly #timers = new DueHeap<Timer>()
  #created = 0
  #turn: Array<() => void> = []
  #now: Millis
  #turnsAtInstant = 0
  #running = false

  /** Starts at `startMs`, by default 0. */
  constructor(startMs: Millis = 0) {
    this.#now = startMs
  }

  now(): Millis {
    return this.#now
  }

  /** Timers and turns that have neither fired nor been cancelled: 0 after a clean shutdown. */
  get pending(): number {
    return this.#timers.size + this.#turn.length
  }

  /** As {@link Clock.after}, but strict: a delay that is negative or NaN is a RangeError. `Infinity` never fires. */
  after(delayMs: Millis, fn: () => void): () => void {
    if (!(delayMs >= 0)) throw new RangeError(`VirtualClock: a delay must be a number >= 0, got ${delayMs}`)
    if (delayMs === Infinity) return () => {}
    const timer = { dueAt: this.#now + delayMs, order: ++this.#created, armed: false, fn }
    this.#timers.add(timer)
    return () => this.#timers.cancel(timer)
  }

  nextTurn(fn: () => void): void {
    this.#turn.push(fn)
  }

  /** Lets pending promises settle without moving time and without firing anything. */
  flush(): Promise<void> {
    // A turn of the real loop: counting microtasks by hand would have to guess how deep the chains of promises are.
    return new Promise((resolve) => systemLoop.nextTurn(resolve))
  }

  /** Moves time forward by `ms` (>= 0, inclusive), firing all that becomes due, in order. `advance(0)` runs what is due now. */
  async advance(ms: Millis): Promise<void> {
    if (!(ms >= 0 && ms < Infinity)) throw new RangeError(`VirtualClock: advance takes a finite number >= 0, got ${ms}`)
    const end = this.#now + ms
    await this.#run(end, Infinity)
    this.#moveTo(end)
  }

  /** Moves time until nothing is left to fire and returns how many callbacks ran. More than `limit` of them is an error. */
  async runAll(limit = 1_000_000): Promise<number> {
    return await this.#run(Infinity, limit)
  }

  async #run(end: Millis, limit: number): Promise<number> {
    if (this.#running) throw new Error('VirtualClock: time is already being moved; await the earlier call first')
    this.#running = true
    try {
      let fired = 0
      await this.flush()
      while (this.#turn.length > 0 || (this.#timers.size > 0 && this.#timers.nextAt <= end)) {
        for (const fn of this.#nextCallbacks()) {
          if (++fired > limit) throw new Error(`VirtualClock: more than ${limit} callbacks ran and some are left`)
          fn()
          await this.flush()
        }
      }
      return fired
    } finally {
      this.#running = false
    }
  }

  /** One turn: what fires in it is decided step by step, because a timer may cancel a later one. */
  *#nextCallbacks(): Generator<() => void> {
    if (this.#turn.length === 0) this.#moveTo(this.#timers.nextAt)
    if (++this.#turnsAtInstant > maxTurnsPerInstant) {
      throw new Error(
        `VirtualClock: ${maxTurnsPerInstant} turns passed at ${this.#now} ms: the loop spins without time moving`,
      )
    }
    const newest = this.#created
    for (let timer = this.#takeDue(newest); timer !== undefined; timer = this.#takeDue(newest)) yield timer.fn
    const turn = this.#turn
    this.#turn = []
    yield* turn
  }

  #takeDue(newest: number): Timer | undefined {
    const next = this.#timers.peek()
    return next !== undefined && next.dueAt <= this.#now && next.order <= newest ? this.#timers.take() : undefined
  }

  #moveTo(at: Millis): void {
    if (at <= this.#now) return
    this.#now = at
    this.#turnsAtInstant = 0
  }
}
