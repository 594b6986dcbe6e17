/** Places for keys, a fixed number of them: which key has which is all that is kept here. */

/** Places that one key may have. More waste time in every search, fewer leave more keys without a place. */
const ways = 8

/**
 * A set-associative table of key fingerprints: a key may stand in one of eight places, so a search looks at eight and never at more,
 * however full the table is. What belongs to a key is kept by the owner, in arrays with an entry for each place.
 */
export class KeyTable {
  /** How many places there are. */
  readonly size: number
  /** How many of them a key may have: those from `first` on. */
  readonly ways: number = ways
  readonly #hi: Int32Array
  readonly #lo: Int32Array
  readonly #sets: number
  #used = 0

  /** Room for about `maxKeys`: rounded up to a power of two, at least 64. With hashed keys 3 in 4 fit before many find their places taken. */
  constructor(maxKeys: number) {
    let size = 64
    while (size < maxKeys) size *= 2
    this.size = size
    this.#sets = size / ways
    this.#hi = new Int32Array(size)
    this.#lo = new Int32Array(size)
  }

  /** How many places are taken. */
  get used(): number {
    return this.#used
  }

  /** The first of the places that a fingerprint may have. */
  first(hi: number): number {
    return (hi & (this.#sets - 1)) * ways
  }

  /** The place of a fingerprint, whose halves are never both 0; -1 if it has none. */
  find(hi: number, lo: number): number {
    const first = this.first(hi)
    for (let place = first; place < first + ways; place++) {
      if (this.#hi[place] === hi && this.#lo[place] === lo) return place
    }
    return -1
  }

  /** Gives a place to a fingerprint that has none; -1 if all that it may have are taken. */
  add(hi: number, lo: number): number {
    const first = this.first(hi)
    for (let place = first; place < first + ways; place++) {
      if (this.isTaken(place)) continue
      this.#hi[place] = hi
      this.#lo[place] = lo
      this.#used++
      return place
    }
    return -1
  }

  /** Frees a place that is taken. */
  free(place: number): void {
    this.#hi[place] = this.#lo[place] = 0
    this.#used--
  }

  isTaken(place: number): boolean {
    return this.#hi[place] !== 0 || this.#lo[place] !== 0
  }
}
