/** Corrects the length of the line by what it turned out to cost: idle time soon after a refusal is a refusal too many. */
import type { Millis } from '../ticket.ts'

const most = 16
const up = 1.25
const down = 0.98
/** Without a regret for this long, the factor comes back down. */
const calmMs = 1000

/**
 * A factor on the places of a line, 1 to 16. Work that arrives in bunches needs a longer line than chance alone would ask for, and
 * nothing tells how bunched it is but the idle time that a line too short leaves behind.
 */
export class Slack {
  factor = 1
  #refusedAt: Millis = -Infinity
  #emptyAt: Millis = Infinity
  #regretAt: Millis = -Infinity

  refused(now: Millis): void {
    this.#refusedAt = now
  }

  /** There is nothing left to start. */
  ranDry(now: Millis): void {
    this.#emptyAt = now
  }

  /** Work came and could start at once. `serviceMs` is what one start takes while there is a line, `memoryMs` how long a refusal counts. */
  restarted(now: Millis, serviceMs: Millis, memoryMs: Millis): void {
    if (this.#emptyAt === Infinity) return
    const idleMs = now - this.#emptyAt
    const regret = this.#emptyAt - this.#refusedAt < memoryMs && idleMs > 2 * serviceMs
    this.#emptyAt = Infinity
    if (regret) {
      this.factor = Math.min(most, this.factor * up)
      this.#regretAt = now
    } else if (now - this.#regretAt > calmMs) this.factor = Math.max(1, this.factor * down)
  }
}
