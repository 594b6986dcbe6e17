/** How much is offered against how much could be served, by criticality class, over the last few tenths of a second. */
import type { Millis } from '../ticket.ts'
import { classes } from './line.ts'

/** Length of a counting window. */
const windowMs = 100
/** Weight of the newest window: the memory is about three windows. */
const weight = 0.3
/** How many windows' worth of counts such a memory has. */
const effectiveWindows = (2 - weight) / weight
/** A gap between two starts longer than this says that something stood still, not how fast the line moves. */
const longestGapMs = 1000

/**
 * Exponentially weighted counts. What could be served is measured only while somebody waits: the pace of starts at any other time is
 * the pace of the callers, and what is refused must not make the server look smaller than it is.
 */
export class LoadMeter {
  #end: Millis = -Infinity
  #busyStarts = 0
  #busyStartsNow = 0
  #busyMs = 0
  #busyMsNow = 0
  readonly #offered: number[] = [0, 0, 0, 0]
  readonly #offeredNow: number[] = [0, 0, 0, 0]

  arrived(c: number, now: Millis): void {
    if (now >= this.#end) this.#roll(now)
    this.#offeredNow[c]!++
  }

  /** Somebody who had to wait was started, `gapMs` after the start before it. */
  startedWaiter(gapMs: Millis): void {
    this.#busyStartsNow++
    this.#busyMsNow += Math.min(gapMs, longestGapMs)
  }

  /** Time between two starts while somebody waits; 0 when nobody ever waited. */
  get serviceMs(): Millis {
    const starts = this.#busyStarts + this.#busyStartsNow
    return starts > 0 ? (this.#busyMs + this.#busyMsNow) / starts : 0
  }

  /**
   * Offered load of class `c` and all that matter more, in multiples of what can be served; 0 when nobody ever waited. With `doubt`,
   * so many standard errors less: what is certainly offered, so that a handful of requests is not taken for an overload.
   */
  ratio(c: number, doubt = 0): number {
    let offered = 0
    for (let i = 0; i <= c; i++) offered += this.#offered[i]!
    const starts = this.#busyStarts + this.#busyStartsNow
    if (offered === 0 || starts === 0) return 0
    const ratio = (offered / windowMs) * this.serviceMs
    const error = Math.sqrt((1 / offered + 1 / starts) / effectiveWindows)
    return ratio * Math.max(0, 1 - doubt * error)
  }

  #roll(now: Millis): void {
    const gone = this.#end === -Infinity ? 1 : Math.min(64, 1 + Math.floor((now - this.#end) / windowMs))
    const fade = (1 - weight) ** gone
    const share = weight * (1 - weight) ** (gone - 1)
    for (let c = 0; c < classes; c++) {
      this.#offered[c] = this.#offered[c]! * fade + this.#offeredNow[c]! * share
      this.#offeredNow[c] = 0
    }
    // The pace of the line is remembered through quiet times: without new starts there is nothing to replace it with.
    if (this.#busyStartsNow > 0) {
      this.#busyStarts = this.#busyStarts * (1 - weight) + this.#busyStartsNow * weight
      this.#busyMs = this.#busyMs * (1 - weight) + this.#busyMsNow * weight
      this.#busyStartsNow = this.#busyMsNow = 0
    }
    this.#end = this.#end === -Infinity || gone === 64 ? now + windowMs : this.#end + gone * windowMs
  }
}
