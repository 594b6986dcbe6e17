/** How much is offered against how much could be served, by level of the line, over the last few tenths of a second. */
import type { Millis } from '../ticket.ts'
import { levels } from './line.ts'
import { Unevenness } from './unevenness.ts'

/** Length of a counting window. */
const windowMs = 100
/** Weight of the newest window: the memory is about three windows. */
const weight = 0.3
/** How many windows' worth of counts such a memory has. */
const effectiveWindows = (2 - weight) / weight
/** What comes within this of the first waiter may be one bunch that can well be served, and says nothing of how much is offered. */
const bunchMs = 20
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
  readonly #unevenness: Unevenness = new Unevenness()
  #startsSince = 0
  #sinceMs: Millis = 0
  readonly #offeredSince: number[] = Array.from({ length: levels }, () => 0)
  readonly #offered: number[] = Array.from({ length: levels }, () => 0)
  readonly #offeredNow: number[] = Array.from({ length: levels }, () => 0)

  arrived(level: number, now: Millis): void {
    if (now >= this.#end) this.#roll(now)
    this.#offeredNow[level]!++
    if (now >= this.#sinceMs) this.#offeredSince[level]!++
  }

  /** A line formed: what happens from now on is counted apart, for a step of the load shows there first. */
  formed(now: Millis): void {
    this.#unevenness.formed(now)
    this.#sinceMs = now + bunchMs
    this.#startsSince = 0
    this.#offeredSince.fill(0)
  }

  /** Somebody who had to wait was started, `gapMs` after the start before it. */
  startedWaiter(gapMs: Millis, now: Millis): void {
    this.#busyStartsNow++
    const gap = Math.min(gapMs, longestGapMs)
    this.#busyMsNow += gap
    this.#unevenness.started(gap, now)
    if (now >= this.#sinceMs) this.#startsSince++
  }

  /** Time between two starts while somebody waits; 0 when nobody ever waited. */
  get serviceMs(): Millis {
    const starts = this.#busyStarts + this.#busyStartsNow
    return starts > 0 ? (this.#busyMs + this.#busyMsNow) / starts : 0
  }

  /** See {@link Unevenness}. */
  get variation(): number {
    return this.#unevenness.value
  }

  /**
   * Offered load of a level and all before it, in multiples of what can be served; 0 when nobody ever waited. With `doubt`,
   * so many standard errors less: what is certainly offered, so that a handful of requests is not taken for an overload. The surer of
   * two measurements counts: the last few tenths of a second, and the time since the line formed.
   */
  ratio(level: number, doubt = 0): number {
    const starts = this.#busyStarts + this.#busyStartsNow
    const recent = sum(this.#offered, level)
    const { variation } = this
    const certain = certainty(recent * effectiveWindows, starts * effectiveWindows, doubt, variation)
    const surely = (recent / windowMs) * this.serviceMs * certain
    if (doubt === 0) return surely
    const offered = sum(this.#offeredSince, level)
    return Math.max(
      surely,
      (offered / Math.max(1, this.#startsSince)) * certainty(offered, this.#startsSince, doubt, variation),
    )
  }

  #roll(now: Millis): void {
    const gone = this.#end === -Infinity ? 1 : Math.min(64, 1 + Math.floor((now - this.#end) / windowMs))
    const fade = (1 - weight) ** gone
    const share = weight * (1 - weight) ** (gone - 1)
    for (let i = 0; i < levels; i++) {
      this.#offered[i] = this.#offered[i]! * fade + this.#offeredNow[i]! * share
      this.#offeredNow[i] = 0
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

function sum(counts: readonly number[], upTo: number): number {
  let total = 0
  for (let i = 0; i <= upTo; i++) total += counts[i]!
  return total
}

/** What is left of a ratio of two counts after so many standard errors; arrivals come by chance, service is as uneven as it was. */
function certainty(offered: number, starts: number, doubt: number, variation: number): number {
  if (offered === 0 || starts === 0) return 0
  return Math.max(0, 1 - doubt * Math.sqrt(1 / offered + variation / starts))
}
