/** Which of 1024 classes have anybody: the first and the last of them in a few steps. */

/** How many classes there are. */
export const classes = 1024

/** A set of integers in 0..1023: a bit for each, and a bit for each word that has any. */
export class ClassSet {
  readonly #words = new Int32Array(classes / 32)
  #used = 0

  add(c: number): void {
    this.#words[c >> 5]! |= 1 << (c & 31)
    this.#used |= 1 << (c >> 5)
  }

  delete(c: number): void {
    this.#words[c >> 5]! &= ~(1 << (c & 31))
    if (this.#words[c >> 5] === 0) this.#used &= ~(1 << (c >> 5))
  }

  /** The smallest that is at least `from`; -1 if there is none. */
  first(from = 0): number {
    if (from >= classes) return -1
    const word = from >> 5
    const here = this.#words[word]! & (-1 << (from & 31))
    if (here !== 0) return (word << 5) + lowest(here)
    const later = word === 31 ? 0 : this.#used & (-1 << (word + 1))
    return later === 0 ? -1 : (lowest(later) << 5) + lowest(this.#words[lowest(later)]!)
  }

  /** The greatest that is at most `from`; -1 if there is none. */
  last(from: number = classes - 1): number {
    if (from < 0) return -1
    const word = from >> 5
    const here = this.#words[word]! & (-1 >>> (31 - (from & 31)))
    if (here !== 0) return (word << 5) + highest(here)
    const earlier = word === 0 ? 0 : this.#used & (-1 >>> (32 - word))
    return earlier === 0 ? -1 : (highest(earlier) << 5) + highest(this.#words[highest(earlier)]!)
  }
}

function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

function highest(bits: number): number {
  return 31 - Math.clz32(bits)
}
