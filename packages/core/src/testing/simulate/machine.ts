/** The simulated processor and its event loop: time that passes by being spent. */
import type { Clock, EventLoop, Random } from '../../clock.ts'
import type { Millis } from '../../ticket.ts'
import { Agenda } from './agenda.ts'
import type { PausePlan } from './plan.ts'

/** When the process stops, and the chance that decides it. */
export interface MachinePauses {
  readonly plan: PausePlan
  readonly random: Random
}

/** What the code under test takes for the real clock and the real loop. */
export class Machine implements Clock, EventLoop {
  readonly #timers = new Agenda()
  #turn: (() => void)[] = []
  #now: Millis = 0
  /** Time spent. */
  busyMs: Millis = 0
  readonly #pauses: MachinePauses | undefined
  #pauseAt: Millis

  constructor(pauses?: MachinePauses) {
    this.#pauses = pauses
    this.#pauseAt = pauses === undefined ? Infinity : pauses.plan.every.sample(pauses.random)
  }

  now(): Millis {
    return this.#now
  }

  /** Like a timer of Node: whole milliseconds, at least 1, and only between turns. */
  after(delayMs: Millis, fn: () => void): () => void {
    return this.#timers.add(this.#now + Math.max(1, Math.trunc(delayMs)), fn)
  }

  /** Like `setImmediate`: after the sockets that are readable were read; from within such a callback, a whole turn later. */
  nextTurn(fn: () => void): void {
    this.#turn.push(fn)
  }

  /** The processor works: time passes and nothing else happens. A stop of the process in the midst of work makes it longer. */
  spend(ms: Millis): void {
    const from = this.#now
    this.#now += ms
    while (this.#now >= this.#pauseAt) this.#now += this.#nextPause()
    this.busyMs += this.#now - from
  }

  /** The processor sleeps until `at`, or until the end of a stop that began in its sleep. */
  sleepUntil(at: Millis): void {
    if (at > this.#now) this.#now = at
    while (this.#now >= this.#pauseAt) {
      const beganAt = this.#pauseAt
      this.#now = Math.max(this.#now, beganAt + this.#nextPause())
    }
  }

  /** How long the stop that is due lasts; draws when the one after it begins. */
  #nextPause(): Millis {
    const { plan, random } = this.#pauses!
    const forMs = plan.for.sample(random)
    this.#pauseAt += forMs + Math.max(1, plan.every.sample(random))
    return forMs
  }

  /** Something waits for the check phase, so the loop must not sleep. */
  get hasTurn(): boolean {
    return this.#turn.length > 0
  }

  nextTimerAt(): Millis {
    return this.#timers.nextAt
  }

  /** Takes the next timer that is due; `newest` bounds it to those that existed when the phase began. */
  takeTimer(newest: number): (() => void) | undefined {
    return this.#timers.take(this.#now, newest)
  }

  /** The order of the youngest timer, for {@link takeTimer}. */
  get newestTimer(): number {
    return this.#timers.newest
  }

  /** Takes what is to run in this check phase. */
  takeTurn(): readonly (() => void)[] {
    const turn = this.#turn
    this.#turn = []
    return turn
  }
}
