/** Seeded randomness, so that two runs offer exactly the same load. */

/** A number in [0, 1). */
export type Random = () => number

/** A generator of 32-bit randomness in [0, 1) with period 2^32 (mulberry32): small, fast, the same on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Something that takes a share of the load; shares are weights and need not add up to 1. */
export interface Shared {
  readonly share: number
}

/** Returns the index of an item, drawn in proportion to its share. */
export function pickIndex(items: readonly Shared[], random: Random): number {
  let total = 0
  for (const item of items) total += item.share
  let rest = random() * total
  for (let index = 0; index < items.length - 1; index++) {
    rest -= items[index]?.share ?? 0
    if (rest < 0) return index
  }
  return items.length - 1
}
