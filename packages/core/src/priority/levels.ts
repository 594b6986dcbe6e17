/** Finer than classes: which work of a class goes first when only a part of the class has to go. */
import type { Random } from '../clock.ts'
import { classes } from '../pace/line.ts'
import { createKeyHash, sharedKeyHash } from '../rate/key-hash.ts'
import type { KeyHash } from '../rate/key-hash.ts'
import type { Millis } from '../ticket.ts'

/** Cohorts in each class; 0 is shed last. */
export const cohorts = 128

/** Levels in all: class 0 has the first 128 of them, and the last level is shed first. */
export const levels: number = classes * cohorts

/** For so long a key stays in its cohort. */
const rotateMs: Millis = 3_600_000

/**
 * The cohort of a key, by a hash that changes with each hour of the clock: so whoever is shed first now is not always, and nobody can
 * choose a key that never is. All work of a key has one cohort, so that what needs several requests succeeds or fails as a whole
 * (Zhou et al., 2018, call this user-oriented admission).
 */
export class HashedCohorts {
  readonly #hash: KeyHash

  /** Keys are hashed under a secret seed; from `random` if that is given. */
  constructor(random?: Random) {
    this.#hash = random === undefined ? sharedKeyHash() : createKeyHash(random)
  }

  of(key: string, now: Millis): number {
    const hash = this.#hash
    hash.hash(key)
    let mixed = hash.lo ^ Math.imul(hash.hi, Math.floor(now / rotateMs) * 2 + 1)
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
    return (mixed ^ (mixed >>> 16)) & (cohorts - 1)
  }
}
