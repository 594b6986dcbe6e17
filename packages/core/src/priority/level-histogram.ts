/** Which levels came lately, and where to cut so that a share of them is left out. */
import { checkNumber } from '../options.ts'

/**
 * Counts the last so many levels. Adding is O(1); finding a cut looks at every level, and is for now and then.
 * Level 0 is the most important.
 */
export class LevelHistogram {
  readonly #counts: Uint32Array
  readonly #recent: Uint16Array
  #size = 0
  #next = 0

  /**
   * @param levels how many levels there are; integer, 1 to 65536
   * @param history how many are remembered; integer, 1 to 1,000,000
   */
  constructor(levels: number, history: number) {
    checkNumber('LevelHistogram', 'levels', levels, { min: 1, max: 65_536, integer: true })
    checkNumber('LevelHistogram', 'history', history, { min: 1, max: 1e6, integer: true })
    this.#counts = new Uint32Array(levels)
    this.#recent = new Uint16Array(history)
  }

  /** How many it remembers now. */
  get size(): number {
    return this.#size
  }

  /** Work of this level came: an integer from 0 to less than `levels`. The oldest of too many is forgotten. */
  add(level: number): void {
    const at = this.#next
    if (this.#size === this.#recent.length) this.#counts[this.#recent[at] as number]!--
    else this.#size++
    this.#recent[at] = level
    this.#counts[level]!++
    this.#next = at + 1 === this.#recent.length ? 0 : at + 1
  }

  /**
   * Where to cut so that `share` (0 to 1) of what came lately lies beyond: with a result of 37.25, all levels below 37 and a quarter of
   * level 37 lie within. The number of levels for a share of 0 and where nothing came: all lie within then, also what never came.
   */
  cut(share: number): number {
    if (!(share > 0) || this.#size === 0) return this.#counts.length
    const keep = (1 - Math.min(1, share)) * this.#size
    let below = 0
    for (let level = 0; level < this.#counts.length; level++) {
      const count = this.#counts[level] as number
      if (below + count > keep) return level + (keep - below) / count
      below += count
    }
    return this.#counts.length
  }
}
