/** Shares of a whole number, in whole numbers that add up to it. */

/** What is closer to a whole number than this is one: a share of 0.29 of 100 is 29, not 28.999999999999996. */
const noise = 1e-9

/**
 * Hands out `seats` in proportion to `shares` by largest remainders (Hamilton, 1792): everybody gets the whole part of what is due, and
 * those whose remainder was largest one more each until all are handed out; of equal remainders the earlier wins. So nobody ends below
 * the whole part of what is due, nor one or more above it. As every rule of this kind it has its paradox: a seat more in total may leave
 * somebody with one less (that of Alabama, 1880).
 *
 * `seats` is a whole number or `Infinity` (then everybody has that); `shares` are finite, >= 0, and not all 0. The result has as many
 * entries. O(n log n).
 */
export function apportion(seats: number, shares: readonly number[]): number[] {
  if (seats === Infinity) return shares.map(() => Infinity)
  const total = shares.reduce((sum, share) => sum + share, 0)
  const due = shares.map((share) => (share / total) * seats)
  const given = due.map((exact) => Math.floor(exact + noise))
  // In whole steps: remainders that differ by rounding alone are equal, so that the order decides and not the last bit.
  const remainders = due.map((exact, i) => Math.round(Math.max(0, exact - given[i]!) / noise))
  const order = shares.map((_, i) => i).sort((a, b) => remainders[b]! - remainders[a]! || a - b)
  let left = seats - given.reduce((sum, seat) => sum + seat, 0)
  for (const i of order) {
    if (left <= 0) break
    // Who is due nothing gets nothing, not even by a remainder of 0 at the end of the row.
    if (shares[i] === 0) continue
    given[i]!++
    left--
  }
  return given
}
