/** How uneven the pace of a line is: the index of dispersion of the time that starts take. */
import type { Millis } from '../ticket.ts'

/** What is left of a gap in the memory after one more start: some 300 starts, for the rare long ones count. */
const fading = 1 - 1 / 300
/** The value before so many starts, and the most that is believed. */
const fewStarts = 20
const usual = 0.5
const most = 20

/**
 * Variance of the time per start over the square of its mean. Starts that come together count as one step that took the time since
 * the one before: a bunch after a pause is the same pace as its members one by one.
 */
export class Unevenness {
  /** Starts, their time, and the sums of time squared, of time times starts, and of starts squared, over the steps. */
  readonly #sums: Float64Array = new Float64Array(5)
  #starts = 0
  #gapMs: Millis = 0
  #isFirst = true

  /** A line formed: how long ago that was says nothing of how fast it moves. */
  formed(): void {
    this.#fold()
    this.#isFirst = true
  }

  /** A waiter was started, `gapMs` after the start before it. */
  started(gapMs: Millis): void {
    if (gapMs > 0 || this.#isFirst) {
      this.#fold()
      // The first step of a line is left out: it has begun before there was a line.
      if (!this.#isFirst) this.#gapMs = gapMs
      else this.#isFirst = false
    }
    if (this.#gapMs > 0) this.#starts++
  }

  /** 0 for clockwork, 1 by chance alone, more where costs differ much or the process stops now and then. */
  get value(): number {
    const [starts, total, squares, crossed, startsSquared] = this.#sums as unknown as number[] as [
      number,
      number,
      number,
      number,
      number,
    ]
    if (starts < fewStarts || total === 0) return usual
    const mean = total / starts
    const variance = (squares - 2 * mean * crossed + mean * mean * startsSquared) / starts
    return Math.min(most, Math.max(0, variance / (mean * mean)))
  }

  #fold(): void {
    const [starts, gapMs] = [this.#starts, this.#gapMs]
    this.#starts = this.#gapMs = 0
    if (starts === 0) return
    const sums = this.#sums
    const keep = fading ** starts
    sums[0] = sums[0]! * keep + starts
    sums[1] = sums[1]! * keep + gapMs
    sums[2] = sums[2]! * keep + gapMs * gapMs
    sums[3] = sums[3]! * keep + gapMs * starts
    sums[4] = sums[4]! * keep + starts * starts
  }
}
