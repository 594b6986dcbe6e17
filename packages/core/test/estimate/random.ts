/** Chance that is the same each time. */

/** Numbers in [0, 1) from a seed: a full-period generator of 2^32 numbers (Numerical Recipes), scrambled. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    let mixed = state ^ (state >>> 15)
    mixed = Math.imul(mixed, 0x2c1b3c6d)
    mixed ^= mixed >>> 12
    return (Math.imul(mixed, 0x297a2d39) >>> 0) / 2 ** 32
  }
}
