/** Instants that lie next to each other. */

/** What no clock tells apart, 4 attoseconds: closer to 0 doubles do. */
const instantMs = 2 ** -48

/** The last instant that waiting for less than `waitMs` from `now` on reaches, or `now`. */
export function instantBefore(now: number, waitMs: number): number {
  const at = now + waitMs
  const early = now + (previous(at) - now)
  // A clock may tell instants apart that no sum of `now` and a double comes to.
  return Math.max(now, Math.min(at - instantMs, early < at ? early : now + previous(waitMs)))
}

/** The double before. */
function previous(x: number): number {
  if (x === 0) return -Number.MIN_VALUE
  const bits = new BigInt64Array(new Float64Array([x]).buffer)
  bits[0] = (bits[0] as bigint) + (x > 0 ? -1n : 1n)
  return new Float64Array(bits.buffer)[0] as number
}
