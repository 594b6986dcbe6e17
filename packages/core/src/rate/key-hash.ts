/** Keys as 64 bits that nobody outside can predict: chosen keys cannot be made to collide. */
import type { Random } from '../clock.ts'
import { systemRandom } from '../clock.ts'

interface Host {
  crypto?: { getRandomValues(array: Uint32Array): Uint32Array }
}

/** Two words, each any 32-bit integer. */
type Seed = readonly [number, number]

/** Keys up to this many units are remembered, so that all questions about one ticket hash its key once. */
const rememberedLength = 128

/**
 * HalfSipHash-1-3 with 64-bit output over the UTF-16 code units of a string (Aumasson and Bernstein, SipHash, 2012), under a
 * secret seed. Every code unit counts, so lone surrogates and NUL are like any other; equal strings have equal hashes.
 * The result is left in `hi` and `lo`, because a pair would have to be allocated.
 */
export class KeyHash {
  hi = 0
  lo = 0
  #k0: number
  #k1: number
  #draw: (() => Seed) | undefined
  #last: string | undefined

  /** The two words of the seed, each any 32-bit integer; `draw` replaces them when the first key is hashed. */
  constructor(k0: number, k1: number, draw?: () => Seed) {
    this.#k0 = k0 | 0
    this.#k1 = k1 | 0
    this.#draw = draw
  }

  /** Hashes `key` into `hi` and `lo`: signed 32-bit integers, never both 0. */
  hash(key: string): void {
    if (key === this.#last) return
    if (this.#draw !== undefined) this.#sow(this.#draw())
    const units = key.length
    let v0 = this.#k0
    let v1 = this.#k1 ^ 0xee
    let v2 = 0x6c796765 ^ this.#k0
    let v3 = 0x74656462 ^ this.#k1
    let first = 0
    const end = units & ~1
    // Whole words, then the odd unit with the length in bytes, then 3 + 3 empty rounds: one loop, so one copy of the round.
    for (let i = 0; i <= end + 12; i += 2) {
      let word = 0
      if (i < end) word = key.charCodeAt(i) | (key.charCodeAt(i + 1) << 16)
      else if (i === end) word = (units << 25) | (units === end ? 0 : key.charCodeAt(i))
      else if (i === end + 2) v2 ^= 0xee
      else if (i === end + 8) {
        first = v1 ^ v3
        v1 ^= 0xdd
      }
      v3 ^= word
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
      v0 ^= word
    }
    const second = v1 ^ v3
    this.lo = first
    this.hi = (first | second) === 0 ? 1 : second
    this.#last = units <= rememberedLength ? key : undefined
  }

  #sow([k0, k1]: Seed): void {
    this.#k0 = k0 | 0
    this.#k1 = k1 | 0
    this.#draw = undefined
  }
}

/** A hash with a seed of its own: from `random` if given, else from the host's cryptographic source where it has one. */
export function createKeyHash(random?: Random): KeyHash {
  if (random !== undefined) return new KeyHash(...drawFrom(random))
  // why: workers have no chance before a request has come, and limiters are made when modules are loaded.
  return new KeyHash(0, 0, () => {
    const { crypto } = globalThis as unknown as Host
    if (crypto === undefined) return drawFrom(systemRandom)
    const [k0 = 0, k1 = 0] = crypto.getRandomValues(new Uint32Array(2))
    return [k0, k1]
  })
}

function drawFrom(random: Random): Seed {
  return [Math.floor(random() * 2 ** 32), Math.floor(random() * 2 ** 32)]
}

let shared: KeyHash | undefined

/** The hash of this process: policies that share it hash the key of a ticket once between them. */
export function sharedKeyHash(): KeyHash {
  return (shared ??= createKeyHash())
}
