/** Chance that repeats itself: the same seed gives the same numbers for ever. */
import type { Random } from '../../clock.ts'

/**
 * A seeded source of numbers in [0, 1) for tests and simulations (mulberry32, period 2^32). Never use it where somebody may gain
 * from guessing. The seed is taken modulo 2^32.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Picks names by weight: `{ a: 3, b: 1 }` gives `a` three times out of four. Weights need not add up to anything. */
export function weightedPick<T>(entries: readonly (readonly [T, number])[]): (random: Random) => T {
  const first = entries[0]
  if (first === undefined) throw new RangeError('weightedPick: needs at least one entry')
  let total = 0
  for (const [, weight] of entries) {
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`weightedPick: a weight must be >= 0, got ${weight}`)
    total += weight
  }
  if (total === 0) throw new RangeError('weightedPick: at least one weight must be > 0')
  return (random) => {
    let left = random() * total
    for (const [item, weight] of entries) {
      left -= weight
      if (left < 0) return item
    }
    return first[0]
  }
}
