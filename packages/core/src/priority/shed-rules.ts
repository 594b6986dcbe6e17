/** Which share of the work must go: by what flows in and out, or by how long work waits. */
import type { Millis } from '../ticket.ts'
import { PiController } from './pi-controller.ts'

// Where which sum stands in a window.
const queuedMs = 0
const freePlaces = 1
const inflight = 2
const samples = 3

/** What was seen since the last step. */
export class FlowWindow {
  /** Work that asked to be let in. */
  offered = 0
  admitted = 0
  /** Work that was let in and then refused behind it. */
  revoked = 0
  /** Work that ended after it had run. */
  done = 0
  // In an array, for V8 boxes doubles that change in fields.
  readonly #sums: Float64Array = new Float64Array(4)

  /** How long work waited that has ended. */
  queued(ms: Millis): void {
    this.#sums[queuedMs] = (this.#sums[queuedMs] as number) + ms
  }

  /** Mean time in the queue of what has ended; 0 if nothing has. */
  get meanQueuedMs(): Millis {
    return this.done === 0 ? 0 : (this.#sums[queuedMs] as number) / this.done
  }

  /** So many places were free now, and so much in flight. */
  sample(free: number, running: number): void {
    const sums = this.#sums
    sums[freePlaces] = (sums[freePlaces] as number) + Math.max(0, free)
    sums[inflight] = (sums[inflight] as number) + running
    sums[samples] = (sums[samples] as number) + 1
  }

  /**
   * How much more could have been done: what each place did that was taken, times the places that were free, on average. NaN where
   * nobody knows how many were.
   */
  get room(): number {
    const [, free = 0, running = 0, count = 0] = this.#sums
    if (count === 0) return NaN
    return free === 0 ? 0 : (this.done / running) * free
  }

  clear(): void {
    this.offered = this.admitted = this.revoked = this.done = 0
    this.#sums.fill(0)
  }
}

/** Says how large a share of the offered must go. */
export interface ShedRule {
  /** A share from 0 to 0.99. `isIdle` if nothing is in flight now. */
  step(window: FlowWindow, elapsedMs: Millis, isIdle: boolean): number
  reset(): void
}

/** Most that is ever shed: somebody has to find out that it is over. */
const mostShed = 0.99
/** Room that is assumed after a step without a refusal, as a part of what was done; twice as much after each further one. */
const assumedRoom = 0.1

/**
 * In the manner of Cinnamon (Uber, 2023): the error is what came in beyond what went out and what there is room for, and a PI controller
 * turns it into the share to shed. There the error is relative to what went out, so the gain of the loop grows with the load, and with
 * the gains that are known of it it swings beyond 2.2 times the capacity; here it is relative to what was offered, which makes the gain 1
 * at any load. And places that are free count as what they could have done, for one does more than one piece of work in a step.
 */
export class FlowRule implements ShedRule {
  readonly controller: PiController
  #clean = 0

  constructor(kp: number, ki: number) {
    this.controller = new PiController({ kp, ki, min: 0, max: mostShed })
  }

  step(window: FlowWindow, elapsedMs: Millis, isIdle: boolean): number {
    const { offered, admitted, done, revoked } = window
    // Nothing came, or nothing runs: nobody has to go.
    if (offered === 0 || (isIdle && revoked === 0)) return this.controller.step(-1, elapsedMs)
    this.#clean = revoked > 0 ? 0 : Math.min(8, this.#clean + 1)
    // Without refusals there is room, and nobody knows how much.
    const guess = this.#clean === 0 ? 0 : done * Math.min(1, assumedRoom * 2 ** (this.#clean - 1))
    const room = Number.isNaN(window.room) ? guess : window.room
    return this.controller.step(Math.max(-1, Math.min(1, (admitted - done - room) / offered)), elapsedMs)
  }

  reset(): void {
    this.#clean = 0
    this.controller.reset()
  }
}

/** What is let in falls by this part of it in a step with overload, and rises by that part of the offered in one without. */
const fall = 0.05
const climb = 0.01
/** More than this part refused behind it is overload, whatever the others waited. */
const mostRevoked = 0.05

/**
 * In the manner of DAGOR (Zhou et al., 2018): overload is a mean time in the queue above a bound (20 ms there). Slow, for it knows only
 * that something is too much, and not how much: from 8 times the capacity it takes 40 steps. But it also ends a queue that stands.
 */
export class DelayRule implements ShedRule {
  /** The bound. */
  queueMs: Millis
  readonly #share: Float64Array = new Float64Array([1])

  constructor(queueMs: Millis) {
    this.queueMs = queueMs
  }

  step(window: FlowWindow): number {
    const share = this.#share[0] as number
    const { admitted, revoked, meanQueuedMs } = window
    const isOverloaded = meanQueuedMs > this.queueMs || revoked > mostRevoked * admitted
    const next = isOverloaded ? Math.max(1 - mostShed, share * (1 - fall)) : Math.min(1, share + climb)
    this.#share[0] = next
    return 1 - next
  }

  reset(): void {
    this.#share[0] = 1
  }
}
