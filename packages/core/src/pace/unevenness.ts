/** How uneven the pace of a line is: the index of dispersion of the time that starts take. */
import type { Millis } from '../ticket.ts'

/** Starts of which the time is taken together: how a few of them are bunched says nothing of how much they cost. */
const block = 10
/** What is left in the memory of a block after one more: some 300 starts, for the rare long ones count. */
const fading = 1 - block / 300
/** What was learnt longer ago than this, with nobody waiting since, is forgotten. */
const memoryMs = 500
/** The value before so many starts, and the most that is believed. */
const fewStarts = 20
const usual = 0.5
const most = 20

/**
 * Variance of the time that blocks of starts take over what it would be for one start of mean length: the squared coefficient of
 * variation of a start, if starts are independent. A bunch after a pause is the same pace as its members one by one.
 */
export class Unevenness {
  /** Starts, their time, and the sums over blocks of time squared over starts and of starts. */
  readonly #sums: Float64Array = new Float64Array(3)
  #starts = 0
  #tookMs: Millis = 0
  #isFirst = true
  #lastAt: Millis = -Infinity

  /** A line formed: how long ago that was says nothing of how fast it moves. After a pause it may be other work that waits. */
  formed(now: Millis): void {
    this.#isFirst = true
    if (now - this.#lastAt <= memoryMs) return
    this.#sums.fill(0)
    this.#starts = this.#tookMs = 0
  }

  /** A waiter was started, `gapMs` after the start before it. */
  started(gapMs: Millis, now: Millis): void {
    this.#lastAt = now
    if (this.#isFirst) return void (this.#isFirst = false)
    this.#starts++
    this.#tookMs += gapMs
    // A block ends with a gap: starts that come together are of one block.
    if (this.#starts < block || gapMs === 0) return
    const sums = this.#sums
    sums[0] = sums[0]! * fading + this.#starts
    sums[1] = sums[1]! * fading + this.#tookMs
    sums[2] = sums[2]! * fading + (this.#tookMs * this.#tookMs) / this.#starts
    this.#starts = 0
    this.#tookMs = 0
  }

  /** 0 for clockwork, 1 by chance alone, more where costs differ much or the process stops now and then. */
  get value(): number {
    const [starts, total, squares] = this.#sums as unknown as [number, number, number]
    if (starts < fewStarts || total === 0) return usual
    const blocks = starts / block
    const mean = total / starts
    return Math.min(most, Math.max(0, (squares - mean * total) / blocks / (mean * mean)))
  }
}
