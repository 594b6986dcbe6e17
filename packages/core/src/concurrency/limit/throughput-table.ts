/** What throughput was at each limit that was tried, forgetting slowly. */
import type { Millis } from '../../ticket.ts'

/** Limits that are tried: each about a quarter above the one before. */
export function limitLevels(min: number, max: number): readonly number[] {
  const levels = [min]
  for (let last = min; last < max; levels.push(last)) last = Math.min(max, Math.max(last + 1, Math.round(last * 1.25)))
  return levels
}

/** Memory of a figure: after this long it weighs 1/e. */
const memoryMs = 5000
/** Variance of a count of ends over its mean: 1 if they came by chance alone; a saturated pool is steadier. */
const dispersion = 0.5
/** Standard errors that a level gets for and against it when levels are compared. */
const errors = 0.2
/** Standard errors on either side of a comparison that chance does not explain. */
const beyondChance = 5

/** Ends of work and the time they took, by level. */
export class ThroughputTable {
  readonly #ends: number[] = []
  readonly #ms: number[] = []
  #fadedAt: Millis = 0
  /** Highest level that was ever recorded since the last `clear`; -1 if none was. */
  highest = -1

  record(now: Millis, level: number, ends: number, ms: Millis): void {
    const keep = Math.exp((this.#fadedAt - now) / memoryMs)
    this.#fadedAt = now
    for (let i = 0; i <= this.highest; i++) {
      this.#ends[i]! *= keep
      this.#ms[i]! *= keep
    }
    for (let i = this.highest + 1; i <= level; i++) this.#ends[i] = this.#ms[i] = 0
    this.highest = Math.max(this.highest, level)
    this.#ends[level]! += ends
    this.#ms[level]! += ms
  }

  clear(): void {
    this.highest = -1
  }

  /** Whether the figure of a level still rests on enough ends to be worth something. */
  knows(level: number): boolean {
    return level >= 0 && level <= this.highest && this.#ends[level]! >= 5
  }

  /**
   * Whether a window at a level surely did less than that level, or a lower one, did once. More in flight never does so much less, so
   * what is waited for has changed since, and the table tells of another world.
   */
  contradicts(level: number, ends: number, ms: number): boolean {
    const most = (ends / ms) * (1 + beyondChance / Math.sqrt(ends))
    for (let i = 0; i <= level; i++) if (this.knows(i) && most < this.rate(i, -beyondChance)) return true
    return false
  }

  /** Throughput per ms at a level, `more` standard errors higher (or lower). Only for levels that it knows. */
  rate(level: number, more = 0): number {
    const ends = this.#ends[level]!
    return (ends / this.#ms[level]!) * Math.max(0, 1 + more * Math.sqrt(dispersion / ends))
  }

  /** The lowest level that may well do what the best one surely does, to within `share`. */
  enough(share: number): number {
    let best = 0
    for (let i = 0; i <= this.highest; i++) if (this.knows(i)) best = Math.max(best, this.rate(i, -errors))
    for (let i = 0; i <= this.highest; i++) if (this.knows(i) && this.rate(i, errors) >= share * best) return i
    return this.highest
  }

  /** Whether throughput still rises with the limit at `level`: from the nearest known level below, by half of what it could. */
  rises(level: number, levels: readonly number[]): boolean {
    for (let i = level - 1; i >= 0; i--) {
      if (!this.knows(i)) continue
      return this.rate(level, -errors) >= this.rate(i, errors) * Math.sqrt(levels[level]! / levels[i]!)
    }
    return false
  }
}
