/** One limiter per key: per tenant, per route, per downstream. */
import type { Described, Limiter, Quota } from '../limiter.ts'
import { checkFunction, checkKnown, checkNumber } from '../options.ts'
import type { Millis, Outcome, Ticket, Verdict } from '../ticket.ts'
import type { Idling } from './idle.ts'

/** The key that the limiter shared by keys without a place is made with. */
export const overflowKey = '*'

/** Entries looked at for one to forget when a new key finds all places taken: bounds the cost of a flood of keys. */
const probesPerKey = 8

/** Whose limiter decides, and how many there are. */
export interface KeyedOptions {
  /**
   * The key of a ticket; `undefined` if the policy does not apply to it. Asked again when the work ends: it must be pure in what
   * does not change of a ticket. If it throws, the policy does not apply and `failures` counts it. Default: `ticket.key`.
   */
  readonly by?: (ticket: Ticket) => string | undefined
  /** How many keys have a limiter of their own; an integer in 1..16777216, default 10000. */
  readonly maxKeys?: number
  /** Default `keyed`. Refusals carry the names of the limiters made, not this one. */
  readonly name?: string
}

/** What {@link keyed} returns. */
export interface Keyed extends Limiter, Described {
  /** Keys that have a limiter of their own now. */
  readonly size: number
  /** Tickets whose key has no limiter of its own and that were decided by the shared one. */
  readonly overflows: number
  /** How often `by` or `make` threw. */
  readonly failures: number
}

type Made = Limiter & Idling & Partial<Described>

interface Entry {
  readonly limiter: Made
  inflight: number
}

class KeyedLimiter implements Keyed {
  readonly name: string
  overflows = 0
  failures = 0
  readonly #make: (key: string) => Made
  readonly #by: (ticket: Ticket) => string | undefined
  readonly #maxKeys: number
  // A Map, not an object: `__proto__` is a key like any other.
  readonly #entries = new Map<string, Entry>()
  #hand: Iterator<[string, Entry]> = this.#entries.entries()
  readonly #shared: Made
  readonly #inShared = new Set<Ticket>()

  constructor(make: (key: string) => Made, options: KeyedOptions) {
    checkKnown('keyed', options, ['by', 'maxKeys', 'name'])
    const { by = (ticket) => ticket.key, maxKeys = 10_000, name = 'keyed' } = options
    this.#make = checkFunction('keyed', 'make', make)
    this.#by = checkFunction('keyed', 'by', by)
    this.#maxKeys = checkNumber('keyed', 'maxKeys', maxKeys, { min: 1, max: 16_777_216, integer: true })
    this.name = name
    this.#shared = make(overflowKey)
  }

  get size(): number {
    return this.#entries.size
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const key = this.#keyOf(ticket)
    if (key === undefined) return undefined
    const known = this.#entries.get(key)
    if (known !== undefined) return this.#admitTo(known, ticket, now)
    if (this.#entries.size >= this.#maxKeys && !this.#forgetOne(now)) return this.#admitToShared(ticket, now)
    const entry = this.#create(key)
    return entry === undefined ? this.#admitToShared(ticket, now) : this.#admitTo(entry, ticket, now)
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    if (this.#inShared.size > 0 && this.#inShared.delete(ticket)) return this.#shared.settle(ticket, now, outcome)
    const key = this.#keyOf(ticket)
    const entry = key === undefined ? undefined : this.#entries.get(key)
    // A settle too many is a fault of the caller that `checked` finds; here it must not reach the key's next limiter.
    if (entry === undefined || entry.inflight === 0) return
    entry.inflight--
    entry.limiter.settle(ticket, now, outcome)
  }

  describe(ticket: Ticket, now: Millis): readonly Quota[] {
    const key = this.#keyOf(ticket)
    if (key === undefined) return []
    const full = this.#entries.size >= this.#maxKeys
    const limiter = this.#entries.get(key)?.limiter ?? (full ? this.#shared : this.#tryMake(key))
    return limiter?.describe?.(ticket, now) ?? []
  }

  #admitTo(entry: Entry, ticket: Ticket, now: Millis): Verdict {
    const no = entry.limiter.admit(ticket, now)
    if (no === undefined) entry.inflight++
    return no
  }

  #admitToShared(ticket: Ticket, now: Millis): Verdict {
    this.overflows++
    const no = this.#shared.admit(ticket, now)
    // By the time it ends its key may have got a limiter, which must not be told of work that it never let in.
    if (no === undefined) this.#inShared.add(ticket)
    return no
  }

  #create(key: string): Entry | undefined {
    const limiter = this.#tryMake(key)
    if (limiter === undefined) return undefined
    const entry = { limiter, inflight: 0 }
    this.#entries.set(key, entry)
    return entry
  }

  /** The hand goes round the keys, a few steps per call; iterators of a Map stay valid while it changes. */
  #forgetOne(now: Millis): boolean {
    for (let i = 0; i < probesPerKey; i++) {
      let step = this.#hand.next()
      if (step.done === true) {
        this.#hand = this.#entries.entries()
        step = this.#hand.next()
      }
      const [key, entry] = step.value as [string, Entry]
      if (entry.inflight === 0 && entry.limiter.isIdle(now)) return this.#entries.delete(key)
    }
    return false
  }

  #keyOf(ticket: Ticket): string | undefined {
    try {
      return this.#by(ticket)
    } catch {
      this.failures++
      return undefined
    }
  }

  #tryMake(key: string): Made | undefined {
    try {
      return this.#make(key)
    } catch {
      this.failures++
      return undefined
    }
  }
}

/**
 * Gives each key a limiter of its own, made by `make` when the key is first seen.
 *
 * Bounded, and without amnesty: a key is forgotten only to make room, only with no work in flight, and only if its limiter says
 * that forgetting frees nobody ({@link Idling}). While every place is taken by a key that may not be forgotten, new keys share one
 * limiter, made with {@link overflowKey}: a flood of keys gets one key's worth, and cannot push out whoever is limited.
 *
 * For rate limits by key alone use a keyed rate limiter: it keeps one number per key instead of an object.
 * `make` is called once at construction. If it throws later, the shared limiter decides and `failures` counts it.
 */
export function keyed(make: (key: string) => Limiter & Idling & Partial<Described>, options: KeyedOptions = {}): Keyed {
  return new KeyedLimiter(make, options)
}
