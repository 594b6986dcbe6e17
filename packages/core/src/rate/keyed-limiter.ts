/** A rate limit for each key: one number per key, bounded memory, nobody forgotten. */
import type { Random } from '../clock.ts'
import type { Described, Limiter, Quota } from '../limiter.ts'
import { checkFunction, checkKnown, checkNumber } from '../options.ts'
import type { Millis, Outcome, Rejection, Ticket, Verdict } from '../ticket.ts'
import { BlockList } from './block-list.ts'
import { freshState, Gcra } from './gcra.ts'
import type { KeyHash } from './key-hash.ts'
import { createKeyHash, sharedKeyHash } from './key-hash.ts'
import type { Rate, RateLimitOptions } from './options.ts'
import { changeRate, checkBlock } from './options.ts'
import { describeState } from './quota.ts'
import { refuse, refuseForever } from './rejection.ts'
import { TickClock } from './ticks.ts'
import { TimeStore } from './time-store.ts'

/** Options of {@link KeyedRateLimiter}. */
export interface KeyedRateLimitOptions extends RateLimitOptions {
  /**
   * Whose quota a ticket counts against; `undefined` lets it pass untouched. Pure: the same for a ticket each time. If it throws,
   * the ticket passes and {@link KeyedRateLimiter.callbackErrors} counts it. Default: `ticket.key`.
   */
  readonly by?: (ticket: Ticket) => string | undefined
  /**
   * Keys with something taken that are known exactly; integer, 1 <= maxKeys <= 2^28. Default 1,000,000: up to 43 MB when all are
   * live, and as much again for blocked keys. Keys beyond share a sketch of fixed size: see {@link KeyedRateLimiter}.
   */
  readonly maxKeys?: number
  /** Seeds the hash of keys, for tests that must repeat. Default: one secret seed per process. */
  readonly random?: Random
}

const known = ['limit', 'windowMs', 'burst', 'name', 'blockMs', 'by', 'maxKeys', 'random']
/** Every so many questions ... */
const tidyEvery = 32
/** ... so many slots are tidied: all of a million keys within 2^19 questions. */
const tidySlots = 128

/**
 * Gives each key the quota that {@link RateLimiter} gives everybody together, and is as exact. Use `keyed()` to compose any other
 * limiter per key. A key is kept as a 64-bit keyed hash: two of a million share a quota with a chance of 3e-8.
 *
 * Memory is bounded without amnesty. A key is dropped only when all it took is regained. While `maxKeys` are live, new keys
 * share a sketch that may limit them too early (the more of them, the likelier) but never too late: flooding the limiter
 * with keys unblocks nobody. What is taken or blocked there cannot be given back: `revoked`, `reward` and `reset` leave it.
 */
export class KeyedRateLimiter implements Limiter, Described {
  readonly name: string
  readonly #by: KeyedRateLimitOptions['by']
  readonly #hash: KeyHash
  readonly #clock: TickClock
  readonly #states: TimeStore
  readonly #blocks: BlockList
  readonly #blockMs: Millis
  readonly #never: Rejection
  #rate: Rate
  #gcra: Gcra
  #questions = 0
  #callbackErrors = 0

  constructor(options: KeyedRateLimitOptions) {
    checkKnown('rateLimit', options, known)
    const { by, maxKeys = 1_000_000, random } = options
    this.name = options.name ?? 'rate'
    this.#by = by === undefined ? undefined : checkFunction('rateLimit', 'by', by)
    this.#hash = random === undefined ? sharedKeyHash() : createKeyHash(checkFunction('rateLimit', 'random', random))
    this.#rate = changeRate('rateLimit', options, {})
    this.#gcra = new Gcra(this.#rate)
    this.#clock = new TickClock(this.#gcra.rate.ticksPerMs, (ticks) => this.#states.map((state) => state - ticks))
    checkNumber('rateLimit', 'maxKeys', maxKeys, { min: 1, max: 2 ** 28, integer: true })
    this.#states = new TimeStore(maxKeys, this.#clock.state)
    this.#blocks = new BlockList(this.#hash, maxKeys)
    this.#blockMs = checkBlock('rateLimit', options.blockMs)
    this.#never = refuseForever('rate', this.name)
  }

  /** Keys kept exactly: those with something taken, and some that have expired and were not swept yet. */
  get size(): number {
    return this.#states.table.used
  }

  /** Memory of all keys. */
  get bytes(): number {
    return this.#states.bytes + this.#blocks.bytes
  }

  /** How often `by` threw. */
  get callbackErrors(): number {
    return this.#callbackErrors
  }

  admit(ticket: Ticket, now: Millis): Verdict {
    const key = this.#by === undefined ? ticket.key : this.#keyOf(ticket)
    if (key === undefined) return undefined
    const hash = this.#hash
    hash.hash(key)
    this.#clock.advance(now)
    this.#questions = (this.#questions + 1) % tidyEvery
    if (this.#questions === 0) this.#tidy(now)
    const states = this.#states
    const segment = states.table.segment(hash.hi)
    const slot = segment === undefined ? -1 : segment.find(hash.hi, hash.lo)
    const exact = segment !== undefined && slot >= 0
    const state = exact ? (segment.times[2 * slot + 1] as number) : states.estimate(hash.hi, hash.lo)
    const present = this.#clock.state[0] as number
    const { rate } = this.#gcra
    const next = (state > present ? state : present) + rate.need(ticket.cost)
    if (!(next - present <= rate.span) || !this.#blocks.empty) {
      const refusal = this.#refusal(ticket.cost, now)
      if (refusal !== undefined) return this.#punished(refusal, now)
    }
    if (exact) segment.times[2 * slot + 1] = next
    else if (next > present) states.add(hash.hi, hash.lo, next)
    return undefined
  }

  settle(ticket: Ticket, now: Millis, outcome: Outcome): void {
    if (outcome !== 'revoked') return
    const key = this.#by === undefined ? ticket.key : this.#keyOf(ticket)
    if (key !== undefined) this.#give(key, ticket.cost, now)
  }

  /** What `admit` would say, taking nothing and blocking nobody. */
  peek(ticket: Ticket, now: Millis): Verdict {
    const key = this.#keyOf(ticket)
    if (key === undefined) return undefined
    this.#look(key, now)
    return this.#refusal(ticket.cost, now)
  }

  /** Takes `cost` units more from a key without asking, even beyond the burst: its later work waits longer. */
  penalty(key: string, cost: number, now: Millis): void {
    const need = this.#gcra.rate.need(checkNumber('penalty', 'cost', cost, { min: 0, max: Infinity }))
    this.#look(key, now)
    const { hi, lo } = this.#hash
    this.#states.set(hi, lo, this.#gcra.owe(this.#states.get(hi, lo), this.#clock.state[0] as number, need))
  }

  /** Gives back `cost` units to a key, never beyond a full quota. */
  reward(key: string, cost: number, now: Millis): void {
    this.#give(key, checkNumber('reward', 'cost', cost, { min: 0, max: Infinity }), now)
  }

  /** Refuses a key everything with reason `blocked` until `now + durationMs`; never shortens a block. */
  block(key: string, durationMs: Millis, now: Millis): void {
    checkNumber('block', 'durationMs', durationMs, { min: 0, max: Infinity })
    this.#look(key, now)
    this.#blocks.block(durationMs, now)
  }

  /**
   * Forgets what a key has taken, and its block. False if the key is beyond `maxKeys`: then only what is certain to be its own
   * was forgotten, and it may have to wait for the rest to expire.
   */
  reset(key: string): boolean {
    this.#hash.hash(key)
    const { hi, lo } = this.#hash
    this.#states.table.remove(hi, lo)
    const released = this.#blocks.release()
    return released && this.#states.exact(hi, lo)
  }

  describe(ticket: Ticket, now: Millis): readonly Quota[] {
    const key = this.#keyOf(ticket)
    if (key === undefined) return []
    this.#look(key, now)
    const { hi, lo } = this.#hash
    const blockedMs = this.#blocks.remainingMs(now)
    return [describeState(this.name, this.#gcra, this.#clock, { state: this.#states.get(hi, lo), blockedMs, now })]
  }

  /**
   * Changes the rate from now on. What was left to a key stays left: a larger burst is earned at the new rate, not granted, and a
   * smaller one cuts off what is above it. Visits every key: about 20 ms for a million. Throws like the constructor, and
   * then changes nothing.
   */
  update(change: Partial<Rate>, now: Millis): void {
    checkKnown('rateLimit', change, ['limit', 'windowMs', 'burst'])
    const rate = changeRate('rateLimit', this.#rate, change)
    const gcra = new Gcra(rate)
    this.#clock.advance(now)
    const present = this.#clock.state[0] as number
    const old = this.#gcra.rate
    this.#states.map((state) => (state > present ? gcra.carry(state - present, old) : freshState))
    this.#clock.retune(gcra.rate.ticksPerMs, now)
    this.#rate = rate
    this.#gcra = gcra
  }

  #keyOf(ticket: Ticket): string | undefined {
    if (this.#by === undefined) return ticket.key
    try {
      const key = this.#by(ticket)
      // Without types a number or null may come: the one is a key like its text, the other none.
      return key === undefined || key === null || typeof key === 'string' ? (key ?? undefined) : `${key as number}`
    } catch {
      this.#callbackErrors++
      return undefined
    }
  }

  /** Turns to a key at an instant: its hash and the present are where the other parts expect them. */
  #look(key: string, now: Millis): void {
    this.#hash.hash(key)
    this.#clock.advance(now)
  }

  #refusal(cost: number, now: Millis): Verdict {
    const { hi, lo } = this.#hash
    const need = this.#gcra.rate.need(cost)
    const present = this.#clock.state[0] as number
    const at = this.#gcra.fitsAt(this.#states.get(hi, lo), present, need)
    if (at === Infinity) return this.#never
    const waitMs = at > present ? this.#clock.until(at, now) : 0
    const blockedMs = this.#blocks.remainingMs(now)
    if (blockedMs > 0) return refuse('blocked', this.name, Math.max(blockedMs, waitMs))
    return at > present ? refuse('rate', this.name, waitMs) : undefined
  }

  #punished(refusal: Rejection, now: Millis): Rejection {
    if (this.#blockMs === 0 || refusal.reason !== 'rate' || refusal === this.#never) return refusal
    this.#blocks.block(this.#blockMs, now)
    return refuse('rate', this.name, Math.max(this.#blockMs, refusal.retryAfterMs))
  }

  #give(key: string, cost: number, now: Millis): void {
    this.#look(key, now)
    const { hi, lo } = this.#hash
    const segment = this.#states.table.segment(hi)
    const slot = segment === undefined ? -1 : segment.find(hi, lo)
    if (segment === undefined || slot < 0) return
    const state = segment.times[2 * slot + 1] as number
    segment.times[2 * slot + 1] = this.#gcra.give(state, this.#gcra.rate.need(cost))
  }

  #tidy(now: Millis): void {
    this.#states.tidy(tidySlots)
    this.#blocks.tidy(tidySlots, now)
  }
}
