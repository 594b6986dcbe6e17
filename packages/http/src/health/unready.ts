/** Takes an instance out of rotation when it is fully used for long, but never too much of the fleet. */
import { checkKnown, checkNumber, Hysteresis } from '@spillway/core'
import type { Millis, Random } from '@spillway/core'

/** A fleet at one instant. */
export interface Fleet {
  /** Instances, this one included; >= 1. */
  readonly total: number
  /** How many of the others are not ready now. */
  readonly unready: number
}

/** When high utilization makes an instance unready. Only for routers that have somewhere else to send the load. */
export interface UnreadyOptions {
  /** Utilization above which it becomes unready; 0..10, for example 0.98. Without it load never makes an instance unready. */
  readonly unreadyAbove?: number
  /** Utilization below which it is ready again; 0 to `unreadyAbove`, default 0.8 of it. */
  readonly readyBelow?: number
  /** How long it must have been above, or below; 0..3600000 ms, default 30000. */
  readonly forMs?: Millis
  /** How far that is lengthened by chance before it becomes unready, so that a fleet does not leave at once; 0..1, default 0.5. */
  readonly jitterRatio?: number
  /** Part of the fleet that may be unready for this reason; 0..1, default 0.3. */
  readonly maxUnreadyFraction?: number
  /**
   * How large the fleet is; required with `unreadyAbove`. A number, or a function that is asked when it matters. If it tells how many of the
   * others are unready the bound is kept exactly. Else each instance draws a lot: the bound holds on average, and nobody leaves a fleet
   * of which not even one may.
   */
  readonly members?: number | (() => number | Fleet)
}

const names: readonly (keyof UnreadyOptions)[] = [
  'unreadyAbove',
  'readyBelow',
  'forMs',
  'jitterRatio',
  'maxUnreadyFraction',
  'members',
]

/** Names of all options in {@link UnreadyOptions}. */
export const unreadyOptionNames: readonly string[] = names

/** The rule of {@link UnreadyOptions}. Pure: it is told utilization and time, and keeps no timer. */
export class UnreadyRule {
  readonly #hot: Hysteresis
  readonly #random: Random
  readonly #members: number | (() => number | Fleet)
  readonly #fraction: number
  /** The lot of this instance for the present episode; it is drawn once, or chance would let everybody out in the end. */
  #mayLeave: boolean | undefined = undefined
  /** How often `members` failed; the instance stays ready then. */
  failures = 0

  /** Throws a TypeError or RangeError that names `owner` and the option. */
  constructor(owner: string, options: UnreadyOptions & { readonly unreadyAbove: number }, random: Random) {
    checkKnown(owner, options, unreadyOptionNames)
    const { forMs = 30_000, jitterRatio = 0.5, maxUnreadyFraction = 0.3, members } = options
    const high = checkNumber(owner, 'unreadyAbove', options.unreadyAbove, { min: 0, max: 10 })
    const low = checkNumber(owner, 'readyBelow', options.readyBelow ?? 0.8 * high, { min: 0, max: high })
    checkNumber(owner, 'forMs', forMs, { min: 0, max: 3_600_000 })
    checkNumber(owner, 'jitterRatio', jitterRatio, { min: 0, max: 1 })
    this.#fraction = checkNumber(owner, 'maxUnreadyFraction', maxUnreadyFraction, { min: 0, max: 1 })
    if (typeof members !== 'function') checkNumber(owner, 'members', members, { min: 1, max: 1e9, integer: true })
    this.#members = members as number | (() => number | Fleet)
    const enterAfterMs = forMs * (1 + jitterRatio * random())
    this.#hot = new Hysteresis({ high, low, enterAfterMs, leaveAfterMs: forMs })
    this.#random = random
  }

  /** Takes a measure and tells whether the instance is to be unready. */
  observe(utilization: number, now: Millis): boolean {
    if (!this.#hot.observe(utilization, now)) {
      this.#mayLeave = undefined
      return false
    }
    this.#mayLeave ??= this.#draw()
    return this.#mayLeave
  }

  #draw(): boolean {
    const fleet = this.#fleet()
    const total = typeof fleet === 'number' ? fleet : fleet.total
    // A little is added, for 0.3 * 10 is less than 3 in binary.
    const allowed = Math.floor(total * this.#fraction + 1e-9)
    if (typeof fleet !== 'number') return fleet.unready + 1 <= allowed
    return allowed >= 1 && this.#random() < allowed / total
  }

  #fleet(): number | Fleet {
    if (typeof this.#members === 'number') return this.#members
    try {
      const fleet = this.#members()
      const { total, unready } = typeof fleet === 'number' ? { total: fleet, unready: 0 } : fleet
      if (total >= 1 && unready >= 0) return fleet
    } catch {
      // Counted below: a fleet that cannot be counted may be of one.
    }
    this.failures++
    return 0
  }
}
