/** Products of whole numbers compared without rounding: doubles hold 53 bits of them, a product has up to 106. */

/** Splits a double into halves of 26 bits (Veltkamp). */
const splitter = 2 ** 27 + 1

/** What rounding took from the product `p` of two whole numbers (Dekker): `a * b = p + rest`, exactly. */
function rest(a: number, b: number, p: number): number {
  const ta = a * splitter
  const aHigh = ta - (ta - a)
  const aLow = a - aHigh
  const tb = b * splitter
  const bHigh = tb - (tb - b)
  const bLow = b - bHigh
  return aLow * bLow - (p - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
}

/** Negative, 0 or positive as `a * b` is less than, equal to or more than `c * d`; all whole, 0 to 2^53. Exact. */
export function compareProducts(a: number, b: number, c: number, d: number): number {
  const p = a * b
  const q = c * d
  // Rounding keeps order: only products that are rounded to the same double need a closer look.
  return p === q ? rest(a, b, p) - rest(c, d, q) : p - q
}

/** The largest whole number whose `c`-fold is at most `a * b`; all whole, `c` > 0. Exact if it is below 2^52. */
export function floorRatio(a: number, b: number, c: number): number {
  let ratio = Math.floor((a * b) / c)
  if (!(ratio < 2 ** 52)) return ratio
  while (compareProducts(ratio, c, a, b) > 0) ratio--
  while (compareProducts(ratio + 1, c, a, b) <= 0) ratio++
  return ratio
}

/** The smallest whole number whose `c`-fold is at least `a * b`; bounds as for {@link floorRatio}. Exact. */
export function ceilRatio(a: number, b: number, c: number): number {
  const floor = floorRatio(a, b, c)
  return compareProducts(floor, c, a, b) < 0 ? floor + 1 : floor
}
